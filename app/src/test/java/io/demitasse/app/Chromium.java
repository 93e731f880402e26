package io.demitasse.app;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A browser without window, network and past. */
record Chromium(Path program) {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome");

  /** The first on the PATH that starts; some systems have a stub there that only gives advice. */
  static Optional<Chromium> find() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .map(Chromium::new)
        .filter(Chromium::starts)
        .findFirst();
  }

  private boolean starts() {
    try {
      Process process =
          new ProcessBuilder(program.toString(), "--version")
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return finished(process, 20) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * The document after its scripts have run.
   *
   * @param folder empty, for the browser's own files
   * @param width of the window in pixels
   */
  String dom(Path page, Path folder, int width) throws IOException {
    Path output = folder.resolve("dom.html");
    Process process =
        new ProcessBuilder(command(page, folder, width))
            .redirectOutput(output.toFile())
            .redirectError(folder.resolve("errors.txt").toFile())
            .start();
    if (!finished(process, 90)) {
      throw new IOException(
          "the browser did not end: " + Files.readString(folder.resolve("errors.txt")));
    }
    return Files.readString(output);
  }

  private List<String> command(Path page, Path folder, int width) {
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(
        List.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-crash-reporter",
            "--no-first-run",
            "--user-data-dir=" + folder.resolve("profile"),
            "--window-size=" + width + ",900",
            "--virtual-time-budget=5000",
            "--dump-dom",
            page.toUri().toString()));
    return command;
  }

  private static boolean finished(Process process, int seconds) {
    try {
      boolean finished = process.waitFor(seconds, TimeUnit.SECONDS);
      if (!finished) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
      return finished;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}

package io.demitasse.app;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A browser without window, network and past, which does what it is told over its socket. */
@SuppressWarnings("try") // whoever waits for a browser may be interrupted
final class Chromium implements AutoCloseable {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome");
  private static final int START_SECONDS = 120;
  private static final int END_SECONDS = 30;

  private final Process process;
  private final DevTools tools;

  private Chromium(Process process, DevTools tools) {
    this.process = process;
    this.tools = tools;
  }

  /** The first on the PATH that starts; some systems have a stub there that only gives advice. */
  static Optional<Path> find() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .filter(Chromium::starts)
        .findFirst();
  }

  private static boolean starts(Path program) {
    try {
      Process process =
          new ProcessBuilder(program.toString(), "--version")
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(START_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Starts a browser.
   *
   * @param folder empty, for the browser's own files
   */
  static Chromium start(Path program, Path folder) throws IOException, InterruptedException {
    Path errors = folder.resolve("errors.txt");
    Process process =
        new ProcessBuilder(command(program, folder))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(errors.toFile())
            .start();
    try {
      return new Chromium(process, DevTools.connect(address(process, folder, errors)));
    } catch (IOException | InterruptedException e) {
      end(process);
      throw e;
    }
  }

  private static List<String> command(Path program, Path folder) {
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
            "--user-data-dir=" + folder,
            "--remote-debugging-port=0",
            "about:blank"));
    return command;
  }

  /** The browser leaves the port that it listens on, and a path, in a file. */
  private static URI address(Process process, Path folder, Path errors)
      throws IOException, InterruptedException {
    Path file = folder.resolve("DevToolsActivePort");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (process.isAlive() && System.nanoTime() < end) {
      List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
      if (lines.size() >= 2) {
        return URI.create("ws://127.0.0.1:" + lines.get(0) + lines.get(1));
      }
      Thread.sleep(50);
    }
    throw new IOException("the browser did not start: " + Files.readString(errors));
  }

  /** Opens a page in a window of that size, where the system prefers light or dark. */
  Tab open(Path page, int width, int height, boolean dark) throws IOException {
    String target =
        tools
            .send("", "Target.createTarget", Map.of("url", "about:blank"))
            .path("targetId")
            .asText();
    String session =
        tools
            .send("", "Target.attachToTarget", Map.of("targetId", target, "flatten", true))
            .path("sessionId")
            .asText();
    return Tab.open(tools, session, page, new Tab.Window(width, height, dark));
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** Lets the browser clean up behind itself. */
  @Override
  public void close() throws IOException, InterruptedException {
    tools.send("", "Browser.close", Map.of());
    if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
      end(process);
      process.waitFor();
    }
    tools.close();
  }
}

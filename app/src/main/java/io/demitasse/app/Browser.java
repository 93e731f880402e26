package io.demitasse.app;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Opens pages in the browser of whoever sits at the machine.
 *
 * @param system the operating system's name
 * @param environment variables of this process
 */
record Browser(String system, Map<String, String> environment) {
  /** What opens a page on systems of neither Apple nor Microsoft, the first that is there. */
  private static final List<String> OPENERS = List.of("xdg-open", "wslview", "gio");

  /** A program that has not failed by then has opened the page, or is the browser itself. */
  private static final int SECONDS = 5;

  static Browser ofThisMachine() {
    return new Browser(System.getProperty("os.name", ""), System.getenv());
  }

  /**
   * Opens a page.
   *
   * @return why that was not possible; empty when it was
   */
  Optional<String> open(URI page) {
    Optional<List<String>> command = command(page);
    return command.isEmpty()
        ? Optional.of("no browser was found on this machine. Open " + page + " yourself.")
        : run(command.get(), page);
  }

  /** The command that opens a page; empty when there is none, or no screen to show it on. */
  Optional<List<String>> command(URI page) {
    String name = system.toLowerCase(Locale.ROOT);
    if (name.startsWith("mac")) {
      return Optional.of(List.of("open", page.toString()));
    }
    if (name.startsWith("windows")) {
      return Optional.of(List.of("rundll32", "url.dll,FileProtocolHandler", page.toString()));
    }
    return hasScreen()
        ? OPENERS.stream()
            .filter(this::isThere)
            .findFirst()
            .map(
                opener ->
                    opener.equals("gio")
                        ? List.of(opener, "open", page.toString())
                        : List.of(opener, page.toString()))
        : Optional.empty();
  }

  /** Without a screen the openers fall back to browsers of text, which would take the terminal. */
  private boolean hasScreen() {
    return environment.containsKey("DISPLAY")
        || environment.containsKey("WAYLAND_DISPLAY")
        || environment.containsKey("WSL_DISTRO_NAME");
  }

  private boolean isThere(String program) {
    return Arrays.stream(environment.getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(folder -> isExecutable(folder, program));
  }

  private static boolean isExecutable(String folder, String program) {
    try {
      return !folder.isEmpty() && Files.isExecutable(Path.of(folder, program));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static Optional<String> run(List<String> command, URI page) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      boolean failed = process.waitFor(SECONDS, TimeUnit.SECONDS) && process.exitValue() != 0;
      return failed
          ? Optional.of(command.getFirst() + " could not show it. Open " + page + " yourself.")
          : Optional.empty();
    } catch (IOException e) {
      return Optional.of(command.getFirst() + " could not be started. Open " + page + " yourself.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}

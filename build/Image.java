import static java.util.stream.Collectors.joining;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.spi.ToolProvider;

/**
 * Makes an image of the command for this system: the distribution, with a Java of its own in {@code
 * runtime} that holds the modules which its jars need: {@code Image DISTRIBUTION.tar.gz FOLDER}.
 * Native code of other systems is left out where it lies in jars of its own.
 */
final class Image {
  /** No class names it, and names of files and texts may be in an encoding that it knows. */
  private static final String ENCODINGS = "jdk.charsets";

  private static final List<String> SYSTEMS =
      List.of("linux-x86_64", "linux-arm64", "macosx-arm64", "windows-x86_64");

  void main(String[] arguments) throws IOException, InterruptedException {
    Path distribution = Path.of(arguments[0]).toAbsolutePath();
    Path folder = Path.of(arguments[1]).toAbsolutePath();
    unpack(distribution, folder);
    leaveOutOtherSystems(folder.resolve("lib"));
    link(modules(folder) + "," + ENCODINGS, folder.resolve("runtime"));
  }

  private static void unpack(Path distribution, Path folder)
      throws IOException, InterruptedException {
    delete(folder);
    Files.createDirectories(folder);
    Process tar =
        new ProcessBuilder(
                "tar", "-xzf", distribution.toString(), "--strip-components=1", "-C", "" + folder)
            .inheritIO()
            .start();
    if (tar.waitFor() != 0) {
      throw new IOException("tar could not unpack " + distribution);
    }
  }

  private static void delete(Path path) throws IOException {
    if (Files.isDirectory(path) && !Files.isSymbolicLink(path)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
        for (Path entry : entries) {
          delete(entry);
        }
      }
    }
    Files.deleteIfExists(path);
  }

  private static void leaveOutOtherSystems(Path lib) throws IOException {
    for (Path jar : jars(lib)) {
      String name = jar.getFileName().toString();
      if (SYSTEMS.stream().anyMatch(s -> !s.equals(system()) && name.endsWith(s + ".jar"))) {
        Files.delete(jar);
      }
    }
  }

  private static String system() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String family = os.startsWith("mac") ? "macosx" : os.startsWith("win") ? "windows" : "linux";
    return family + (System.getProperty("os.arch").equals("aarch64") ? "-arm64" : "-x86_64");
  }

  /**
   * What our jars, and all that they reach, need of the JDK. What a library names and does without,
   * such as loggers, is not asked.
   */
  private static String modules(Path folder) throws IOException {
    List<Path> libraries = jars(folder.resolve("lib"));
    List<String> command =
        new ArrayList<>(
            List.of(
                "--print-module-deps",
                "--ignore-missing-deps",
                "--multi-release",
                "base",
                "--class-path",
                libraries.stream().map(Path::toString).collect(joining(File.pathSeparator)),
                folder.resolve("demitasse.jar").toString()));
    // No class of the command names the modules that are found as services.
    libraries.stream()
        .filter(jar -> jar.getFileName().toString().startsWith("demitasse-"))
        .forEach(jar -> command.add(jar.toString()));
    String answer = run("jdeps", command);
    return answer.lines().toList().getLast();
  }

  private static void link(String modules, Path runtime) {
    run(
        "jlink",
        List.of(
            "--add-modules",
            modules,
            "--strip-debug",
            "--no-header-files",
            "--no-man-pages",
            // The launcher's archive of our classes lies on top of one of the JDK's.
            "--generate-cds-archive",
            "--output",
            runtime.toString()));
  }

  private static String run(String tool, List<String> arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        ToolProvider.findFirst(tool)
            .orElseThrow()
            .run(new PrintWriter(out), new PrintWriter(err), arguments.toArray(String[]::new));
    if (code != 0) {
      throw new IllegalStateException(tool + " failed: " + out + err);
    }
    return out.toString().strip();
  }

  private static List<Path> jars(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }
}

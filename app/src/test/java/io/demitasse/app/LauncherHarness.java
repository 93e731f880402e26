package io.demitasse.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The script that starts the command, in a checkout or distribution of its own. */
@ResourceLock("the folder of the jar, which all such classes have in common")
abstract class LauncherHarness {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final Path SCRIPT = ROOT.resolve("demitasse");
  static final String VERSION = "demitasse " + io.demitasse.report.Version.TEXT + "\n";

  @TempDir private static Path built;
  @TempDir Path home;
  Path script;
  Path jar;
  private Path asked;
  Path jdk;
  List<String> prefix = List.of();

  /** What was said and what the Java machine was asked, one line a start. */
  record Run(int code, String out, String err, List<String> asked) {}

  /** Libraries lie beside the jar, as the build lays them: an archive takes no others. */
  @BeforeAll
  static void buildJar() throws IOException {
    Path lib = Files.createDirectory(built.resolve("lib"));
    List<String> libraries = new ArrayList<>();
    List<Path> classes = new ArrayList<>();
    for (String entry :
        System.getProperty("java.class.path").split(java.io.File.pathSeparator, -1)) {
      Path path = Path.of(entry).toAbsolutePath();
      if (!Files.isDirectory(path)) {
        linkOrCopy(path, lib.resolve(path.getFileName()));
        libraries.add("lib/" + path.getFileName());
      } else if (!path.endsWith("test-classes") && !path.endsWith("test")) {
        classes.add(path);
      }
    }
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Main.class.getName());
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, String.join(" ", libraries));
    try (OutputStream file = Files.newOutputStream(built.resolve("demitasse.jar"));
        JarOutputStream out = new JarOutputStream(file, manifest)) {
      for (Path folder : classes) {
        add(folder, out);
      }
    }
  }

  /** They are large, and links of the file system's own are files like any other. */
  private static void linkOrCopy(Path from, Path to) throws IOException {
    try {
      Files.createLink(to, from);
    } catch (FileSystemException | UnsupportedOperationException e) {
      Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
    }
  }

  private static void add(Path folder, JarOutputStream jar) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(file).toString();
        if (!name.startsWith("META-INF/MANIFEST") && !name.startsWith("META-INF/maven")) {
          jar.putNextEntry(new ZipEntry(name));
          Files.copy(file, jar);
        }
      }
    }
  }

  @BeforeEach
  void makeCheckout() throws IOException {
    Path checkout = home.resolve("a checkout");
    placeJar(Files.createDirectories(checkout.resolve("app/target")));
    script = Files.copy(SCRIPT, checkout.resolve("demitasse"));
    Files.copy(
        ROOT.resolve("build/checkout.sh"),
        Files.createDirectory(checkout.resolve("build")).resolve("checkout.sh"));
    asked = home.resolve("asked.txt");
    jdk = jdk("a jdk", "25.0.9");
  }

  Path makeDistribution() throws IOException {
    Path distribution = home.resolve("a distribution");
    placeJar(Files.createDirectory(distribution));
    script =
        Files.copy(SCRIPT, Files.createDirectory(distribution.resolve("bin")).resolve("demitasse"));
    Files.delete(jdk.resolve("bin/javac"));
    return distribution;
  }

  private void placeJar(Path folder) throws IOException {
    jar =
        Files.copy(
            built.resolve("demitasse.jar"),
            folder.resolve("demitasse.jar"),
            StandardCopyOption.COPY_ATTRIBUTES);
    Files.setLastModifiedTime(jar, FileTime.from(Instant.now().minusSeconds(60)));
    Files.createSymbolicLink(folder.resolve("lib"), built.resolve("lib"));
  }

  Path jdk(String name, String version) throws IOException {
    Path bin = Files.createDirectories(home.resolve(name).resolve("bin"));
    String real = System.getProperty("java.home");
    Files.writeString(
        bin.resolve("java"),
        """
        #!/bin/sh
        echo "$@" >> '%s'
        [ "$refuse" = "" ] || case $* in *ArchiveClassesAtExit*) exit 1 ;; esac
        exec '%s/bin/java' "$@"
        """
            .formatted(asked, real));
    Files.writeString(bin.resolve("javac"), "#!/bin/sh\n");
    assertThat(bin.resolve("java").toFile().setExecutable(true)).isTrue();
    assertThat(bin.resolve("javac").toFile().setExecutable(true)).isTrue();
    Files.writeString(
        bin.resolveSibling("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
    return bin.getParent();
  }

  Process start(Map<String, String> environment, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(List.of("sh", script.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    builder.environment().put("DEMITASSE_JAVA_HOME", jdk.toString());
    builder.environment().putAll(environment);
    builder.redirectError(home.resolve("err.txt").toFile());
    return builder.start();
  }

  Run run(Map<String, String> environment, String... arguments) throws Exception {
    Files.deleteIfExists(asked);
    Process process = start(environment, arguments);
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Run(
        process.exitValue(),
        out,
        Files.readString(home.resolve("err.txt")),
        Files.readAllLines(asked));
  }

  Run run(String... arguments) throws Exception {
    return run(Map.of(), arguments);
  }

  static void assertSaysItsVersion(Run run) {
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).isEqualTo(VERSION);
    assertThat(run.code()).isZero();
  }
}

package io.demitasse.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The script that starts the command, in a checkout of its own: it keeps an archive of classes
 * beside the jar, and what becomes of that archive changes no answer.
 */
@DisabledOnOs(OS.WINDOWS)
final class LauncherTest {
  private static final Path SCRIPT = Path.of("").toAbsolutePath().resolveSibling("demitasse");
  private static final String VERSION = "demitasse " + io.demitasse.Version.TEXT + "\n";

  @TempDir private static Path built;
  @TempDir private Path home;
  private Path jar;
  private Path asked;
  private Path jdk;

  /** What was said and what the Java machine was asked, one line a start. */
  private record Run(int code, String out, String err, List<String> asked) {}

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
        Files.copy(path, lib.resolve(path.getFileName()));
        libraries.add("lib/" + path.getFileName());
      } else if (!path.endsWith("test-classes") && !path.endsWith("test")) {
        classes.add(path);
      }
    }
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Main.class.getName());
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, String.join(" ", libraries));
    try (OutputStream file = Files.newOutputStream(built.resolve("demitasse-app-1.jar"));
        JarOutputStream out = new JarOutputStream(file, manifest)) {
      for (Path folder : classes) {
        add(folder, out);
      }
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
    Path target = Files.createDirectories(home.resolve("a checkout/app/target"));
    jar =
        Files.copy(
            built.resolve("demitasse-app-1.jar"),
            target.resolve("demitasse-app-1.jar"),
            StandardCopyOption.COPY_ATTRIBUTES);
    Files.setLastModifiedTime(jar, FileTime.from(Instant.now().minusSeconds(60)));
    Files.createSymbolicLink(target.resolve("lib"), built.resolve("lib"));
    Files.copy(SCRIPT, home.resolve("a checkout/demitasse"));
    asked = home.resolve("asked.txt");
    jdk = jdk("a jdk", "25.0.9");
  }

  private Path jdk(String name, String version) throws IOException {
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

  private Process start(Map<String, String> environment, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("sh", home + "/a checkout/demitasse"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    builder.environment().put("DEMITASSE_JAVA_HOME", jdk.toString());
    builder.environment().putAll(environment);
    builder.redirectError(home.resolve("err.txt").toFile());
    return builder.start();
  }

  private Run run(Map<String, String> environment, String... arguments) throws Exception {
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

  private Run run(String... arguments) throws Exception {
    return run(Map.of(), arguments);
  }

  private static void assertSaysItsVersion(Run run) {
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).isEqualTo(VERSION);
    assertThat(run.code()).isZero();
  }

  private List<Path> archives() throws IOException {
    try (Stream<Path> files = Files.list(jar.getParent())) {
      return files.filter(Files::isRegularFile).filter(file -> !file.equals(jar)).sorted().toList();
    }
  }

  @Test
  void theFirstRunMakesAnArchiveThatTheSecondStartsFrom() throws Exception {
    Run first = run("--help");
    Run second = run("--help");

    Path archive = archives().getFirst();
    assertThat(archive).hasFileName("demitasse-app-1-a jdk-25.0.9.jsa");
    assertThat(first.asked()).hasSize(2);
    assertThat(first.asked().getFirst()).contains("-XX:ArchiveClassesAtExit=" + archive);
    assertThat(second.asked()).singleElement().asString().contains("SharedArchiveFile=" + archive);
    assertThat(second.out())
        .isEqualTo(first.out())
        .isEqualTo(Invocation.of("--help").out())
        .startsWith("Usage: demitasse");
    assertThat(second.err()).isEmpty();
    assertThat(archives()).hasSize(1);
    Run loading =
        run(
            Map.of(
                "DEMITASSE_JAVA_OPTS",
                "-XX:SharedArchiveFile=" + withoutBlank(archive) + " -Xlog:class+load"),
            "passes");
    assertThat(loading.out().lines().filter(line -> line.contains("io.demitasse.")))
        .anyMatch(line -> line.contains("app.PassesCommand source: shared objects file (top)"))
        .noneMatch(line -> line.contains("source: file:"));
  }

  /** Flags in a variable cannot hold the blank of the checkout's path. */
  private Path withoutBlank(Path archive) throws IOException {
    return Files.createSymbolicLink(home.resolve("archive.jsa"), archive);
  }

  @Test
  void anArchiveThatIsBrokenHarmsNothing() throws Exception {
    run("--version");
    Path archive = archives().getFirst();
    byte[] whole = Files.readAllBytes(archive);

    Files.writeString(archive, "no archive");
    assertSaysItsVersion(run("--version"));

    Files.write(archive, java.util.Arrays.copyOf(whole, whole.length / 2));
    assertSaysItsVersion(run("--version"));

    byte[] damaged = whole.clone();
    java.util.Arrays.fill(damaged, whole.length / 3, whole.length / 2, (byte) 0x5a);
    Files.write(archive, damaged);
    assertSaysItsVersion(run("--version"));
  }

  @Test
  void anArchiveOfAnotherJarHarmsNothingAndIsMadeAnew() throws Exception {
    run("--version");
    Path archive = archives().getFirst();
    FileTime old = FileTime.from(Instant.now().minusSeconds(30));
    Files.setLastModifiedTime(jar, old);

    Run unfit = run("--version");
    assertSaysItsVersion(unfit);
    assertThat(unfit.asked()).hasSize(1);

    Files.setLastModifiedTime(archive, FileTime.from(old.toInstant().minusSeconds(1)));
    Run made = run("--version");
    assertSaysItsVersion(made);
    assertThat(made.asked()).hasSize(2);
    assertThat(Files.getLastModifiedTime(archive)).isGreaterThan(old);
  }

  @Test
  void everyJdkHasAnArchiveOfItsOwn() throws Exception {
    run(Map.of("refuse", "yes"), "--version");
    jdk = jdk("a jdk", "26");

    assertSaysItsVersion(run(Map.of("refuse", "yes"), "--version"));

    assertThat(archives())
        .extracting(file -> file.getFileName().toString())
        .containsExactly("demitasse-app-1-a jdk-25.0.9.jsa", "demitasse-app-1-a jdk-26.jsa");
  }

  @Test
  void whereNoArchiveCanBeMadeItGoesWithoutAndTriesOnce() throws Exception {
    Run first = run(Map.of("refuse", "yes"), "--version");
    Run second = run(Map.of("refuse", "yes"), "--version");

    assertSaysItsVersion(first);
    assertSaysItsVersion(second);
    assertThat(first.asked()).hasSize(2);
    assertThat(second.asked()).singleElement().asString().doesNotContain("Archive");
  }

  @Test
  void firstRunsAtOnceDoNotDisturbEachOther() throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      processes.add(start(Map.of(), "--version"));
    }
    for (Process process : processes) {
      assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).isEqualTo(VERSION);
      assertThat(process.waitFor()).isZero();
    }

    assertThat(archives()).hasSize(1);
    assertSaysItsVersion(run("--version"));
  }

  @Test
  void ownFlagsStandAlone() throws Exception {
    Run run = run(Map.of("DEMITASSE_JAVA_OPTS", "-Xmx300m -XX:+UseParallelGC"), "--version");

    assertSaysItsVersion(run);
    assertThat(run.asked())
        .singleElement()
        .asString()
        .contains("-Xmx300m -XX:+UseParallelGC")
        .doesNotContain("Archive", "SerialGC");
    assertThat(archives()).isEmpty();
  }

  @Test
  void onlyShortAnswersGoWithoutTheOptimizingCompiler() throws Exception {
    Map<String, String> refuse = Map.of("refuse", "yes");

    assertThat(run(refuse, "passes").asked().getLast()).contains("TieredStopAtLevel=1");
    assertThat(run(refuse, "compress").asked().getLast())
        .doesNotContain("TieredStopAtLevel", "SerialGC");
  }
}

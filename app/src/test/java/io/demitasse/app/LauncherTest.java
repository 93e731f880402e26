package io.demitasse.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * The launcher in a checkout: it keeps an archive of classes beside the jar, and what becomes of
 * that archive changes no answer.
 */
@DisabledOnOs(OS.WINDOWS)
final class LauncherTest extends LauncherHarness {
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
    assertThat(archive).hasFileName("demitasse-a jdk-25.0.9.jsa");
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
        .containsExactly("demitasse-a jdk-25.0.9.jsa", "demitasse-a jdk-26.jsa");
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
  void passesOfOneSOwnAreTakenFromTheClassPath() throws Exception {
    String classes = ExampleProject.compiledTo(home.resolve("classes"));
    run("--version");

    Run run = run(Map.of("DEMITASSE_CLASS_PATH", classes), "passes", "store-halves");
    Run without = run("passes", "store-halves");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .startsWith("store-halves: Store large weights as 16-bit floats")
        .contains("minimum-elements");
    assertThat(without.code()).isEqualTo(2);
    assertThat(without.err()).contains("there is no pass 'store-halves'");
  }

  @Test
  void onlyShortAnswersGoWithoutTheOptimizingCompiler() throws Exception {
    Map<String, String> refuse = Map.of("refuse", "yes");

    assertThat(run(refuse, "passes").asked().getLast()).contains("TieredStopAtLevel=1");
    assertThat(run(refuse, "compress").asked().getLast())
        .doesNotContain("TieredStopAtLevel", "SerialGC");
  }

  /** Maven finds a module of ours in the same build or nowhere, also one that only tests read. */
  @Test
  void theFirstBuildHasAllModulesThatItsModulesName() throws Exception {
    Path checkout = Path.of("").toAbsolutePath().getParent();
    Matcher list =
        Pattern.compile("-pl (\\S+)")
            .matcher(Files.readString(checkout.resolve("build/checkout.sh")));
    assertThat(list.find()).isTrue();
    List<String> built = List.of(list.group(1).split(","));

    for (String module : built) {
      String pom = Files.readString(checkout.resolve(module).resolve("pom.xml"));
      assertThat(built)
          .as("modules that %s names", module)
          .containsAll(
              Pattern.compile("<artifactId>demitasse-(\\w+)</artifactId>")
                  .matcher(pom)
                  .results()
                  .map(named -> named.group(1))
                  .toList());
    }
  }
}

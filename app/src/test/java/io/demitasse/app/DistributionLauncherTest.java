package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The launcher in an unpacked distribution, which may lie where only root can write. */
@DisabledOnOs(OS.WINDOWS)
final class DistributionLauncherTest extends LauncherHarness {
  @Test
  void aDistributionNeedsNeitherCompilerNorCheckout() throws Exception {
    Path distribution = makeDistribution();
    script = Files.createSymbolicLink(home.resolve("linked"), script);

    assertSaysItsVersion(run("--version"));
    assertSaysItsVersion(run("--version"));

    assertThat(distribution.resolve("demitasse-a jdk-25.0.9.jsa")).isNotEmptyFile();
  }

  @Test
  void theArchiveOfAReadOnlyDistributionLiesInTheUsersCache() throws Exception {
    Path distribution = makeDistribution();
    Path caches = home.resolve("some caches");
    Map<String, String> environment = Map.of("XDG_CACHE_HOME", caches.toString());
    forbidWriting(distribution);

    Run first = run(environment, "--version");
    Run second = run(environment, "--version");

    assertSaysItsVersion(first);
    assertSaysItsVersion(second);
    assertThat(distribution).isDirectoryNotContaining("glob:**.jsa");
    try (Stream<Path> files = Files.list(caches.resolve("demitasse"))) {
      Path archive = files.toList().getFirst();
      assertThat(archive).isNotEmptyFile();
      assertThat(second.asked())
          .singleElement()
          .asString()
          .contains("SharedArchiveFile=" + archive);
    }
  }

  @Test
  void whereNothingCanBeWrittenItGoesWithoutAnArchive() throws Exception {
    Path distribution = makeDistribution();
    Path caches = Files.createDirectory(home.resolve("some caches"));
    forbidWriting(distribution);
    forbidWriting(caches);

    Run run = run(Map.of("XDG_CACHE_HOME", caches.toString()), "--version");

    assertSaysItsVersion(run);
    assertThat(run.asked()).singleElement().asString().doesNotContain("Archive");
  }

  /** For whoever runs the script; root may write anywhere unless that power is laid down. */
  private void forbidWriting(Path folder) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-xr-xr-x"));
    if (Files.isWritable(folder)) {
      prefix = List.of("setpriv", "--bounding-set=-dac_override");
    }
  }

  @Test
  void anImageRunsOnTheJavaThatItBrings() throws Exception {
    Path distribution = makeDistribution();
    Files.move(jdk, distribution.resolve("runtime"));

    assertSaysItsVersion(
        run(Map.of("DEMITASSE_JAVA_HOME", "", "JAVA_HOME", home + "/none"), "--version"));
  }

  @Test
  void aScriptWithoutItsJarSaysWhatToDo() throws Exception {
    Path distribution = makeDistribution();
    Files.delete(jar);

    Process process = start(Map.of(), "--version");

    assertThat(process.waitFor()).isEqualTo(2);
    assertThat(Files.readString(home.resolve("err.txt")))
        .isEqualTo(
            "demitasse: "
                + distribution.toRealPath()
                + "/demitasse.jar is missing: unpack the distribution again, and link to this"
                + " script instead of copying it.\n");
  }

  @Test
  void aJavaThatIsTooOldIsNamed() throws Exception {
    makeDistribution();
    jdk = jdk("old", "21.0.2");

    Process process = start(Map.of(), "--version");

    assertThat(process.waitFor()).isEqualTo(2);
    assertThat(Files.readString(home.resolve("err.txt")))
        .isEqualTo(
            "demitasse: DEMITASSE_JAVA_HOME is "
                + jdk
                + ", which is not Java 25 or newer: point it to one or unset it.\n");
  }
}

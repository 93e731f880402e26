package io.demitasse.cost;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CacheFolderTest {
  private final Map<String, String> properties =
      new HashMap<>(Map.of("user.home", "/home/me", "java.io.tmpdir", "/tmp"));
  private final Map<String, String> variables = new HashMap<>();

  private String path() {
    return new CacheFolder(
            name -> Optional.ofNullable(properties.get(name)),
            name -> Optional.ofNullable(variables.get(name)))
        .path()
        .toString()
        .replace('\\', '/');
  }

  @ParameterizedTest
  @CsvSource({
    "Linux, /home/me/.cache/demitasse",
    "FreeBSD, /home/me/.cache/demitasse",
    "Mac OS X, /home/me/Library/Caches/demitasse",
    "Windows 11, /home/me/AppData/Local/demitasse"
  })
  void eachSystemHasItsPlace(String system, String expected) {
    properties.put("os.name", system);

    assertThat(path()).isEqualTo(expected);
  }

  @Test
  void theEnvironmentTellsOfAnother() {
    String cache = Path.of("/cache").toAbsolutePath().toString();
    variables.put("XDG_CACHE_HOME", cache);
    variables.put("LOCALAPPDATA", cache + "/local");
    properties.put("os.name", "Linux");
    assertThat(path()).endsWith("/cache/demitasse");

    properties.put("os.name", "Windows 11");
    assertThat(path()).endsWith("/cache/local/demitasse");
  }

  @Test
  void aRelativeFolderOfTheEnvironmentIsNotMeant() {
    properties.put("os.name", "Linux");
    variables.put("XDG_CACHE_HOME", "cache");

    assertThat(path()).isEqualTo("/home/me/.cache/demitasse");
  }

  @Test
  void whoHasNoHomeGetsATemporaryFolder() {
    properties.put("os.name", "Linux");
    properties.put("user.home", "?");

    assertThat(path()).isEqualTo("/tmp/demitasse-cache");
  }

  @Test
  void thePropertyBeatsTheVariableAndBothBeatTheSystem() {
    variables.put(CacheFolder.VARIABLE, "/of/variable");
    assertThat(path()).isEqualTo("/of/variable");

    properties.put(CacheFolder.PROPERTY, "/of/property");
    assertThat(path()).isEqualTo("/of/property");
  }
}

package io.demitasse.cost;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Where a user's programs keep what can be found out again. {@code -Ddemitasse.cache} or the
 * environment variable {@code DEMITASSE_CACHE} say otherwise.
 */
public final class CacheFolder {
  static final String PROPERTY = "demitasse.cache";
  static final String VARIABLE = "DEMITASSE_CACHE";
  private static final String OURS = "demitasse";

  private final Function<String, Optional<String>> properties;
  private final Function<String, Optional<String>> variables;

  /**
   * @param properties of the system; empty where they are not set, or blank
   * @param variables of the environment, likewise
   */
  CacheFolder(
      Function<String, Optional<String>> properties, Function<String, Optional<String>> variables) {
    this.properties = properties;
    this.variables = variables;
  }

  /** The folder of this user; it need not exist. */
  public static Path here() {
    return new CacheFolder(
            name -> Optional.ofNullable(System.getProperty(name)).filter(text -> !text.isBlank()),
            name -> Optional.ofNullable(System.getenv(name)).filter(text -> !text.isBlank()))
        .path();
  }

  Path path() {
    return properties
        .apply(PROPERTY)
        .or(() -> variables.apply(VARIABLE))
        .map(Path::of)
        .orElseGet(this::usual);
  }

  private Path usual() {
    Optional<Path> home = properties.apply("user.home").map(Path::of).filter(Path::isAbsolute);
    if (home.isEmpty()) {
      return Path.of(properties.apply("java.io.tmpdir").orElse("."), OURS + "-cache");
    }
    String system = properties.apply("os.name").orElse("").toLowerCase(Locale.ROOT);
    if (system.startsWith("windows")) {
      return folder("LOCALAPPDATA", home.get().resolve("AppData/Local"));
    }
    return system.startsWith("mac")
        ? home.get().resolve("Library/Caches").resolve(OURS)
        : folder("XDG_CACHE_HOME", home.get().resolve(".cache"));
  }

  private Path folder(String variable, Path otherwise) {
    return variables
        .apply(variable)
        .map(Path::of)
        .filter(Path::isAbsolute)
        .orElse(otherwise)
        .resolve(OURS);
  }
}

package io.demitasse.pass;

import io.demitasse.port.PlatformDependent;
import io.demitasse.port.Ports;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The ports that a pass declares.
 *
 * @param found implementations by interface
 * @param missing that a port has none, or none for this machine, and what to do, a sentence without
 *     a full stop for each
 */
public record PassPorts(Map<Class<?>, Object> found, List<String> missing) {
  public PassPorts {
    found = Map.copyOf(found);
    missing = List.copyOf(missing);
  }

  /** Those of a pass, as far as they are on the class path. */
  public static PassPorts of(Class<? extends Pass> pass) {
    return of(pass, Map.of());
  }

  /**
   * Those of a pass, as far as they are given or on the class path.
   *
   * @param given which to take before those on the class path, by interface
   */
  public static PassPorts of(Class<? extends Pass> pass, Map<Class<?>, Object> given) {
    Map<Class<?>, Object> found = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    for (Class<?> port : PassOptions.info(pass).needs()) {
      Optional<Object> known = Optional.ofNullable(given.get(port));
      Optional<Object> implementation = known.or(() -> Ports.find(port));
      implementation
          .map(PassPorts::unsupported)
          .orElseGet(() -> Optional.of(Ports.missing(port)))
          .ifPresentOrElse(
              why -> missing.add(missing(pass, port, why)),
              () -> found.put(port, implementation.orElseThrow()));
    }
    return new PassPorts(found, missing);
  }

  private static Optional<String> unsupported(Object implementation) {
    return implementation instanceof PlatformDependent dependent
        ? dependent.unsupported()
        : Optional.empty();
  }

  private static String missing(Class<? extends Pass> pass, Class<?> port, String why) {
    return String.format(
        Locale.ROOT,
        "pass '%s' needs the port %s. %s",
        PassOptions.name(pass),
        port.getSimpleName(),
        why);
  }
}

package io.demitasse.recipe;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Nearest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How constants are written in commands: {@code speed} for {@code SPEED}. */
final class Spelling {
  private Spelling() {}

  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** Of all constants, in order. */
  static List<String> all(Enum<?>[] constants) {
    return Arrays.stream(constants).map(Spelling::of).toList();
  }

  /**
   * The constant that is written so, in any case.
   *
   * @param missing what is said where there is none, in front of the name
   * @throws DemitasseException (bad request) naming the nearest, or all
   */
  static <E extends Enum<E>> E find(E[] constants, String name, String missing) {
    List<String> all = all(constants);
    return Arrays.stream(constants)
        .filter(constant -> of(constant).equals(name.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                DemitasseException.badRequest(
                    missing
                        + " '"
                        + name
                        + "'"
                        + Nearest.suggestion(
                            name, all, "; there are " + String.join(", ", all) + ".")));
  }
}

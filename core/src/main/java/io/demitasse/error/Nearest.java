package io.demitasse.error;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The known name that somebody probably meant: what "did you mean" offers. */
public final class Nearest {
  /** No known name is as long; the work grows with the square. */
  private static final int LONGEST = 64;

  /** A shorter part of a name says too little of what was meant. */
  private static final int SHORTEST_PART = 3;

  private Nearest() {}

  /**
   * The name that is nearest to what was written, whatever the case of its letters.
   *
   * @return empty when none is near: more than a third of the letters differ, and none contains the
   *     other
   */
  public static Optional<String> to(String written, Collection<String> known) {
    String wanted = written.toLowerCase(Locale.ROOT);
    if (wanted.length() > LONGEST) {
      return Optional.empty();
    }
    return known.stream()
        .filter(name -> isNear(wanted, name.toLowerCase(Locale.ROOT)))
        .min(
            Comparator.comparingInt(
                name -> EditDistance.withSwaps(wanted, name.toLowerCase(Locale.ROOT))));
  }

  /**
   * The end of a message that said there is no such name.
   *
   * @return {@code ; did you mean 'NAME'?}, or what to say {@code otherwise} when no name is near
   */
  public static String suggestion(String written, Collection<String> known, String otherwise) {
    return to(written, known).map(name -> "; did you mean '" + name + "'?").orElse(otherwise);
  }

  private static boolean isNear(String wanted, String name) {
    boolean contains =
        Math.min(wanted.length(), name.length()) >= SHORTEST_PART
            && (name.contains(wanted) || wanted.contains(name));
    return contains || EditDistance.withSwaps(wanted, name) <= Math.max(1, wanted.length() / 3);
  }
}

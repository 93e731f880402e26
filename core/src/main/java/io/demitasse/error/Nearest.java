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
        .min(Comparator.comparingInt(name -> distance(wanted, name.toLowerCase(Locale.ROOT))));
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
    return contains || distance(wanted, name) <= Math.max(1, wanted.length() / 3);
  }

  /** How many letters must be put in, taken out, replaced or swapped with their neighbor. */
  private static int distance(String a, String b) {
    int[][] rows = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        rows[i][j] = i == 0 || j == 0 ? i + j : step(rows, a, b, i, j);
      }
    }
    return rows[a.length()][b.length()];
  }

  private static int step(int[][] rows, String a, String b, int i, int j) {
    int replaced = rows[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
    int best = Math.min(replaced, Math.min(rows[i - 1][j], rows[i][j - 1]) + 1);
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(best, rows[i - 2][j - 2] + 1) : best;
  }
}

package io.demitasse.media.task;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What is named in a sequence of tags such as {@code B-PER I-PER O}, found as conlleval and seqeval
 * (Nakayama, 2018) find it: a tag I after O, or after one of another type, begins a name as B does;
 * E and S end one.
 */
final class Entities {
  private static final String OUTSIDE = "O";

  private Entities() {}

  /**
   * A name.
   *
   * @param from its first word
   * @param to its last word
   */
  record Entity(String type, int from, int to) {}

  /** Whether a tag is of this kind; all others name no entity. */
  static boolean isOne(String tag) {
    return tag.equals(OUTSIDE) || tag.matches("[BIES][-_].+");
  }

  /** All names in some tags. */
  static Set<Entity> of(List<String> tags) {
    Set<Entity> found = new LinkedHashSet<>();
    String before = OUTSIDE;
    int from = 0;
    for (int i = 0; i <= tags.size(); i++) {
      String tag = i < tags.size() ? tags.get(i) : OUTSIDE;
      if (ends(before, tag)) {
        found.add(new Entity(type(before), from, i - 1));
      }
      if (begins(before, tag)) {
        from = i;
      }
      before = tag;
    }
    return found;
  }

  private static char prefix(String tag) {
    return isOne(tag) ? tag.charAt(0) : 'O';
  }

  private static String type(String tag) {
    return prefix(tag) == 'O' ? "" : tag.substring(2);
  }

  private static boolean ends(String before, String tag) {
    return switch (prefix(before)) {
      case 'O' -> false;
      case 'E', 'S' -> true;
      default -> "BSO".indexOf(prefix(tag)) >= 0 || !type(before).equals(type(tag));
    };
  }

  private static boolean begins(String before, String tag) {
    return switch (prefix(tag)) {
      case 'O' -> false;
      case 'B', 'S' -> true;
      default -> "ESO".indexOf(prefix(before)) >= 0 || !type(before).equals(type(tag));
    };
  }
}

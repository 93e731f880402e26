package io.demitasse.pass;

/** Patterns with {@code *} for any run of characters and {@code ?} for one. */
final class Glob {
  private Glob() {}

  /**
   * Whether a pattern matches the whole of a text. Only the last star that was passed is ever given
   * more, so that many stars do not multiply.
   */
  static boolean matches(String glob, String text) {
    int[] pattern = glob.codePoints().toArray();
    int[] characters = text.codePoints().toArray();
    int at = 0;
    int star = -1;
    int taken = 0;
    for (int i = 0; i < characters.length; ) {
      if (at < pattern.length && pattern[at] == '*') {
        star = at++;
        taken = i;
      } else if (at < pattern.length && (pattern[at] == '?' || pattern[at] == characters[i])) {
        at++;
        i++;
      } else if (star >= 0) {
        at = star + 1;
        i = ++taken;
      } else {
        return false;
      }
    }
    while (at < pattern.length && pattern[at] == '*') {
      at++;
    }
    return at == pattern.length;
  }
}

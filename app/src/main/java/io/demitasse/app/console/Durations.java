package io.demitasse.app.console;

import java.time.Duration;

/** Times as people say them. */
final class Durations {
  private Durations() {}

  /** What has passed: {@code 41 s}, {@code 3:07 min}, {@code 1:02 h}. */
  static String passed(Duration time) {
    long seconds = time.toSeconds();
    if (seconds < 60) {
      return seconds + " s";
    }
    return seconds < 3600
        ? seconds / 60 + ":" + twoDigits(seconds % 60) + " min"
        : seconds / 3600 + ":" + twoDigits(seconds / 60 % 60) + " h";
  }

  /** What is left, no more exact than anyone knows it: {@code about 2 min left}. */
  static String left(Duration time) {
    long seconds = time.toSeconds();
    if (seconds < 10) {
      return "a few seconds left";
    }
    if (seconds < 55) {
      return "about " + (seconds + 5) / 10 * 10 + " s left";
    }
    return seconds < 5400
        ? "about " + Math.max(1, (seconds + 30) / 60) + " min left"
        : "about " + (seconds + 1800) / 3600 + " h left";
  }

  private static String twoDigits(long number) {
    return number < 10 ? "0" + number : Long.toString(number);
  }
}

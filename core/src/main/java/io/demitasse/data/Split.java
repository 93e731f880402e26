package io.demitasse.data;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a sample is used for. Where there are enough samples, none is used for two of these. */
public enum Split {
  /** To observe what flows through the model: ranges, and inputs to time on. */
  CALIBRATE("calibration calibrate calib"),
  /** To change weights by. */
  TRAIN("train training"),
  /** To compare candidates by, and to refuse them. */
  CHOOSE("validation valid val dev choose"),
  /** For the last measurement: what no choice has seen. */
  JUDGE("test testing judge eval evaluation");

  /** Separated by spaces. */
  private final String names;

  Split(String names) {
    this.names = names;
  }

  /** What data call it: a folder, or the value of a field, in any case of letters. */
  public static Optional<Split> named(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    for (Split split : values()) {
      if (List.of(split.names.split(" ")).contains(lower)) {
        return Optional.of(split);
      }
    }
    return Optional.empty();
  }

  /** The usual name of each, as a list in a sentence. */
  public static String usualNames() {
    return "calibration, train, validation or test";
  }
}

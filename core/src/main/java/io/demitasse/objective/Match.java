package io.demitasse.objective;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Two values that should become alike.
 *
 * @param student name of a value of the main graph of the model that learns
 * @param teacher name of a value of the one that it learns from
 * @param mask name of a graph input that is 0 where a position does not count, such as an attention
 *     mask; it has the first axes of the values; null where all positions count
 */
public record Match(String student, String teacher, @Nullable String mask) implements Serializable {

  /** The same value in both models. */
  public static Match of(String value) {
    return of(value, value);
  }

  public static Match of(String student, String teacher) {
    return new Match(student, teacher, null);
  }

  /** The same where a graph input is not 0. */
  public Match masked(String input) {
    return new Match(student, teacher, input);
  }
}

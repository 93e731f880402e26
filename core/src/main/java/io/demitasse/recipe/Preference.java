package io.demitasse.recipe;

import io.demitasse.error.DemitasseException;
import java.util.List;

/** What counts more where a choice is between small and fast. */
public enum Preference {
  SIZE(1, .1),
  BALANCED(1, 1),
  SPEED(.1, 1);

  private final double size;
  private final double time;

  /** The lesser weight is enough to choose between what is about the same in the other. */
  Preference(double size, double time) {
    this.size = size;
    this.time = time;
  }

  /**
   * The one of a name.
   *
   * @throws DemitasseException (bad request) naming the nearest, or all
   */
  public static Preference of(String name) {
    return Spelling.find(values(), name, "Nothing is preferred by the name");
  }

  /** The names of all. */
  public static List<String> names() {
    return Spelling.all(values());
  }

  /** Its name as it is written: {@code speed}. */
  public String text() {
    return Spelling.of(this);
  }

  /**
   * Size and time as one number, lower is better.
   *
   * @param ofSize what it is relative to what it was; positive
   * @param ofTime the same; positive
   * @return 0 where nothing changed
   */
  public double cost(double ofSize, double ofTime) {
    return change(Math.log(ofSize), Math.log(ofTime));
  }

  /** The same of small changes, such as -.02 for two percent less. */
  public double change(double ofSize, double ofTime) {
    return size * ofSize + time * ofTime;
  }
}

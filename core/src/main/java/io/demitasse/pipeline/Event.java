package io.demitasse.pipeline;

import io.demitasse.train.Point;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What happens during a run, as it happens, for whoever shows progress. What is about a candidate
 * tells its id, by which the report lists it; what is about the run as a whole tells none.
 */
public sealed interface Event {

  /** A new piece of work begins. */
  record Started(String what, OptionalInt candidate) implements Event {
    /** Work that is about no candidate. */
    public Started(String what) {
      this(what, OptionalInt.empty());
    }
  }

  /** Part of the current work is done. */
  record Advanced(String what, long done, long total, OptionalInt candidate) implements Event {
    /** Work that is about no candidate. */
    public Advanced(String what, long done, long total) {
      this(what, done, total, OptionalInt.empty());
    }
  }

  /**
   * How far the run is as a whole; told as often as work begins and advances.
   *
   * @param step which of the steps is under way, from 1
   * @param share of all work that is done, from 0 to 1; never less than before
   * @param left how long the rest is likely to take; empty while too little is known
   */
  record Progressed(int step, int steps, double share, Duration elapsed, Optional<Duration> left)
      implements Event {}

  /**
   * A model that learns was judged.
   *
   * @param part that learns
   * @param steps of the training at most
   * @param best whether nothing was judged better before
   * @param left how long the rest is likely to take at most; empty while nobody knows
   */
  record Learned(
      String part,
      Point point,
      int steps,
      boolean best,
      Optional<Duration> left,
      OptionalInt candidate)
      implements Event {}

  /** A change was tried and is now part of the result, or not. */
  record Decided(String step, boolean kept, String why, int candidate) implements Event {}

  /** Something worth knowing, such as which samples were taken. */
  record Noted(String text, OptionalInt candidate) implements Event {
    /** What is about no candidate. */
    public Noted(String text) {
      this(text, OptionalInt.empty());
    }
  }

  /** Something that may not be as it was meant, and stops nothing. */
  record Warned(String text) implements Event {}
}

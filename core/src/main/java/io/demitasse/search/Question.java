package io.demitasse.search;

import io.demitasse.evaluate.Drift;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.kernels.LayerTime;
import io.demitasse.sensitivity.LayerError;
import java.util.List;

/**
 * What only a measurement can answer. On the same machine, data and seed the same question has an
 * answer that may be used again.
 *
 * @param <T> the answer
 * @param part that is asked about, or the key of what is found out; empty for the whole
 * @param before what is compared with
 * @param after what is asked about
 */
@SuppressWarnings("UnusedTypeParameter") // it ties the answer to the question
public record Question<T>(Kind kind, String part, Key before, Key after) {

  /** What is asked. */
  public enum Kind {
    /** How long one form of a part takes in relation to another. */
    TIMINGS,
    /** How far outputs move that should stay. */
    DRIFT,
    /** How good the whole is on few samples. */
    SUBSET_SCORES,
    /** How good the whole is. */
    SCORES,
    /** How much each changed layer of a part contributes by itself. */
    LAYER_ERRORS,
    /** What each changed layer of a part takes by itself. */
    LAYER_TIMES,
    /** Which tensors a step finds out: the hash of their file. */
    FOUND
  }

  static Question<List<TimingComparison>> timings(String part, Key before, Key after) {
    return new Question<>(Kind.TIMINGS, part, before, after);
  }

  static Question<Drift> drift(String part, Key before, Key after) {
    return new Question<>(Kind.DRIFT, part, before, after);
  }

  static Question<List<ScoreComparison>> subsetScores(Key original, Key candidate) {
    return new Question<>(Kind.SUBSET_SCORES, "", original, candidate);
  }

  static Question<List<ScoreComparison>> scores(Key original, Key candidate) {
    return new Question<>(Kind.SCORES, "", original, candidate);
  }

  static Question<List<LayerTime>> layerTimes(String part, Key before, Key after) {
    return new Question<>(Kind.LAYER_TIMES, part, before, after);
  }

  static Question<List<LayerError>> layerErrors(String part, Key before, Key after) {
    return new Question<>(Kind.LAYER_ERRORS, part, before, after);
  }

  /**
   * What a step finds out.
   *
   * @param after the step as it was asked for, on top of those before it
   */
  static Question<String> found(String key, Key before, Key after) {
    return new Question<>(Kind.FOUND, key, before, after);
  }
}

package io.demitasse.search;

import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.pipeline.Change;
import io.demitasse.recipe.Step;
import io.demitasse.train.Curve;
import java.util.List;

/**
 * Something that was tried: how it is made, what was measured and what became of it. The model
 * itself is rebuilt from the steps when it is needed.
 *
 * @param parent id of the candidate it was made from; 0 is the original
 * @param added the steps on top of the parent
 * @param curves how parts learned, where a step trained them
 * @param measured null when it never got as far
 */
public record Candidate(
    int id,
    int parent,
    String title,
    List<Step> added,
    List<Change> changes,
    List<Curve> curves,
    Measured measured,
    Decision decision) {

  /**
   * What was measured.
   *
   * @param bytes of all parts together
   * @param timings against the parent
   * @param scores against the original; empty when time already decided
   */
  public record Measured(long bytes, List<TimingComparison> timings, List<ScoreComparison> scores) {
    public static final Measured NOTHING = new Measured(0, List.of(), List.of());
  }

  /** Whether a candidate became the new parent, and why. */
  public record Decision(boolean kept, String why) {}

  Candidate with(Decision other) {
    return new Candidate(id, parent, title, added, changes, curves, measured, other);
  }
}

package io.demitasse.run;

import io.demitasse.evaluate.BundleFiles;
import io.demitasse.evaluate.Evaluator;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.pipeline.Event;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a task says of one model against another.
 *
 * @param evidence what was measured on, as a sentence; says so when it is synthetic
 * @param scores one for each metric, the primary one first
 */
public record Evaluation(String evidence, List<ScoreComparison> scores) {
  public Evaluation {
    scores = List.copyOf(scores);
  }

  /** Scores the files of another model by the evaluator's task. */
  static Evaluation of(Evaluator evaluator, BundleFiles other, Consumer<Event> events) {
    return new Evaluation(
        Reporting.evidence(evaluator.task()),
        evaluator.scores(
            other, (done, total) -> events.accept(new Event.Advanced("accuracy", done, total))));
  }
}

package io.demitasse;

import io.demitasse.evaluate.ScoreComparison;
import java.util.List;

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
}

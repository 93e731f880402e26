package io.demitasse.search;

import io.demitasse.evaluate.BundleFiles;
import io.demitasse.evaluate.Drift;
import io.demitasse.evaluate.Evaluator;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.evaluate.Workload;
import java.util.List;
import java.util.Map;

/**
 * Answers what a search asks of its candidates: from the journal, or by measuring in this process.
 *
 * @param original what all candidates are scored against
 * @param workloads what to time, by part; a part without any is not timed
 * @param compared what exact steps have to give the same outputs on, by part
 */
record Measurements(
    Evaluator evaluator,
    Journal journal,
    SearchNode original,
    Map<String, List<Workload>> workloads,
    Map<String, List<Workload>> compared) {

  /** By what holds for the whole search. */
  static Measurements of(Evaluator evaluator, SearchNode original, Settings settings) {
    return new Measurements(
        evaluator, settings.journal(), original, settings.workloads(), settings.compared());
  }

  /** Whether two models of the size of a part can be loaded at once. */
  boolean holdsTwo(SearchNode node, String part) {
    return evaluator.holdsTwo(node.files().bytes(part));
  }

  /** Lets go of outputs that were kept of others than these files. */
  void forgetAllBut(BundleFiles best) {
    evaluator.forgetAllBut(best);
  }

  List<TimingComparison> timings(String part, SearchNode before, SearchNode after) {
    return journal.answer(
        Question.timings(part, before.key(), after.key()),
        () ->
            evaluator.timings(
                part, before.files(), after.files(), workloads.getOrDefault(part, List.of())));
  }

  Drift drift(String part, SearchNode before, SearchNode after) {
    return journal.answer(
        Question.drift(part, before.key(), after.key()),
        () ->
            evaluator.drift(
                part,
                before.files().file(part),
                after.files().file(part),
                compared.getOrDefault(part, List.of())));
  }

  /** On few samples; empty where the task has no few that stand for all. */
  List<ScoreComparison> subsetScores(SearchNode candidate) {
    return journal.answer(
        Question.subsetScores(original.key(), candidate.key()),
        () -> evaluator.subsetScores(candidate.files()));
  }

  List<ScoreComparison> scores(SearchNode candidate, Evaluator.Progress progress) {
    return journal.answer(
        Question.scores(original.key(), candidate.key()),
        () -> evaluator.scores(candidate.files(), progress));
  }
}

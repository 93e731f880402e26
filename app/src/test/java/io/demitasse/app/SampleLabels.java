package io.demitasse.app;

import io.demitasse.evaluate.Confusion;
import io.demitasse.evaluate.Interval;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.report.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A report of a classifier whose samples have classes and groups. */
final class SampleLabels {
  private static final int CLASSES = 30;
  private static final int SPEAKERS = 14;

  private SampleLabels() {}

  /** More classes and groups than are shown; one is called by what would end a script. */
  static Report report() {
    Report plain = SampleReport.report();
    Report.Accuracy accuracy = plain.accuracy();
    return new Report(
        plain.title(),
        plain.setting(),
        new Report.Accuracy(
            accuracy.evidence(),
            accuracy.splits(),
            accuracy.scores(),
            accuracy.crossValidated(),
            List.of(),
            List.of(),
            List.of(),
            confusion(),
            groups()),
        plain.parts(),
        List.of(),
        plain.checks(),
        plain.candidates(),
        plain.budget(),
        plain.recipe());
  }

  /** Of class 7, seven samples are taken for class 8 by the result. */
  private static Confusion confusion() {
    List<Confusion.Judged> samples = new ArrayList<>();
    for (int i = 0; i < CLASSES; i++) {
      samples.add(new Confusion.Judged(i, i, i));
    }
    IntStream.range(0, 7).forEach(_ -> samples.add(new Confusion.Judged(7, 7, 8)));
    return Confusion.of(samples, CLASSES, i -> i == 8 ? "</script><b>" : "class " + i);
  }

  private static List<ScoreComparison> groups() {
    return ScoreComparison.ofGroups(
        IntStream.range(0, SPEAKERS)
            .mapToObj(
                i -> {
                  double loss = .001 * i;
                  return new ScoreComparison(
                      "top1[speaker=number " + i + "]",
                      new Interval(.8, .9, .95),
                      new Interval(.8 - loss, .9 - loss, .95 - loss),
                      new Interval(loss - .01, loss, loss + .01),
                      40 + i,
                      false);
                })
            .toList());
  }
}

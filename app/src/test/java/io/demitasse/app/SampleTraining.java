package io.demitasse.app;

import io.demitasse.report.Report;
import io.demitasse.report.TrainingCurve;
import io.demitasse.report.TrainingCurve.Judged;
import io.demitasse.train.Trained;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A report of a run that trained: one that went well, one that diverged, one of two students. */
final class SampleTraining {
  private SampleTraining() {}

  static Report report() {
    return SampleReport.report().trained(List.of(distilled(), diverged(), mutual()));
  }

  /** One training alone, of a single term. */
  static Report single() {
    List<Judged> points = new ArrayList<>();
    for (int step = 0; step <= 60; step += 20) {
      double loss = 1 - step / 100.;
      points.add(new Judged(step, 1e-5, loss, Map.of("s/labels", loss), Map.of("s/labels", loss)));
    }
    return SampleReport.report()
        .trained(List.of(new TrainingCurve("model", points, 60, Trained.End.ALL_STEPS, "")));
  }

  /** Falls by two powers of ten, and is best before it ends. */
  private static TrainingCurve distilled() {
    List<Judged> points = new ArrayList<>();
    for (int step = 0; step <= 400; step += 20) {
      double fallen = Math.exp(-step / 60.);
      double features = .8 * fallen + .004;
      double direction = .09 * fallen + .0012 + Math.max(0, step - 320) * 6e-5;
      Map<String, Double> judged = Map.of("s/features", features, "s/direction", direction);
      Map<String, Double> learned =
          Map.of("s/features", features * .9, "s/direction", direction * .8);
      double rate = step == 0 ? 0 : 2e-5 * Math.cos(step / 420. * Math.PI / 2);
      points.add(
          new Judged(step, rate, features + direction, step == 0 ? Map.of() : learned, judged));
    }
    return new TrainingCurve(
        SampleReport.HOSTILE,
        points,
        320,
        Trained.End.NO_BETTER,
        "Nothing was better for 4 judgements. " + SampleReport.HOSTILE);
  }

  private static TrainingCurve diverged() {
    Map<String, Double> start = Map.of("s/labels", 2.3026);
    Map<String, Double> wild = Map.of("s/labels", Double.POSITIVE_INFINITY);
    Map<String, Double> none = Map.of("s/labels", Double.NaN);
    return new TrainingCurve(
        "classifier",
        List.of(
            new Judged(0, 0, 2.3026, Map.of(), start),
            new Judged(1, .5, 4.1, Map.of("s/labels", 9.2), Map.of("s/labels", 4.1)),
            new Judged(2, .5, Double.POSITIVE_INFINITY, none, wild)),
        0,
        Trained.End.DIVERGED,
        "");
  }

  private static TrainingCurve mutual() {
    Map<String, Double> judged = Map.of("wide/labels", .42, "narrow/labels", .61);
    return new TrainingCurve(
        "classifier",
        List.of(new Judged(0, 0, 1.03, Map.of(), judged)),
        0,
        Trained.End.OUT_OF_TIME,
        "The time was up after 0 steps.");
  }
}

package io.demitasse.app;

import io.demitasse.app.console.Figures;
import io.demitasse.app.console.Table;
import io.demitasse.report.TrainingCurve;
import io.demitasse.report.TrainingCurve.Judged;
import java.util.List;
import java.util.Optional;

/** How weights were trained, a row for each training. */
final class TrainingView {
  private TrainingView() {}

  static Table table(List<TrainingCurve> training) {
    Table table =
        new Table().left("part").right("start").right("kept").right("step").left("ended for");
    training.forEach(
        curve -> {
          List<Judged> points = curve.points();
          table.row(
              curve.part(),
              points.isEmpty() ? "-" : Figures.fine(points.getFirst().objective()),
              kept(curve).map(point -> Figures.fine(point.objective())).orElse("-"),
              curve.best() + " of " + (points.isEmpty() ? 0 : points.getLast().step()),
              curve.why().isEmpty() ? ending(curve) : curve.why());
        });
    return table;
  }

  private static Optional<Judged> kept(TrainingCurve curve) {
    return curve.points().stream().filter(point -> point.step() == curve.best()).findFirst();
  }

  private static String ending(TrainingCurve curve) {
    return switch (curve.end()) {
      case ALL_STEPS -> "all steps were made";
      case NO_BETTER -> "nothing better came";
      case OUT_OF_TIME -> "the time was up";
      case DIVERGED -> "it diverged";
    };
  }
}

package io.demitasse.app;

import io.demitasse.ir.RemovedUnits;
import io.demitasse.ir.RemovedUnits.Kind;
import io.demitasse.report.RemovedGroup;
import io.demitasse.report.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Reports of runs that removed units: heads, neurons, channels and blocks. */
final class SampleRemoval {
  private SampleRemoval() {}

  /** Of two parts; the importance of the second's units is not known. */
  static Report report() {
    List<RemovedUnits> steps = new ArrayList<>();
    for (int layer = 0; layer < 6; layer++) {
      String name = "/encoder/layer." + layer;
      steps.add(units("text", name + "/attention/self/query/MatMul", Kind.HEAD, 32, 12, 3));
      steps.add(units("text", name + "/intermediate/dense/MatMul", Kind.NEURON, 1, 1536, 300));
    }
    // A second cut goes on from what the first has left of the last layer.
    steps.add(
        units("text", "/encoder/layer.5/intermediate/dense/MatMul", Kind.NEURON, 1, 1236, 136));
    steps.add(units("text", "blocks", Kind.BLOCK, 1, 6, 1));
    steps.add(
        new RemovedUnits(
            "recognizer", SampleReport.HOSTILE, Kind.CHANNEL, 1, 4, List.of(2), List.of()));
    return SampleBundle.report().without(RemovedGroup.of(steps));
  }

  /** One layer of a single model. */
  static Report single() {
    return SampleReport.report()
        .without(
            RemovedGroup.of(
                List.of(
                    new RemovedUnits(
                        "model",
                        "Conv.3",
                        Kind.CHANNEL,
                        2,
                        4,
                        List.of(0, 1, 3),
                        List.of(.01, 0.0, .5, Double.NaN)))));
  }

  private static RemovedUnits units(
      String part, String group, Kind kind, int size, int units, int gone) {
    Random random = new Random(group.hashCode());
    List<Double> importance =
        random.doubles(units).map(each -> each * each / units).boxed().toList();
    List<Integer> removed =
        IntStream.range(0, units)
            .boxed()
            .sorted((one, other) -> Double.compare(importance.get(one), importance.get(other)))
            .limit(gone)
            .sorted()
            .toList();
    return new RemovedUnits(part, group, kind, size, units, removed, importance);
  }
}

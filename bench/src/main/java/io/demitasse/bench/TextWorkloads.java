package io.demitasse.bench;

import io.demitasse.data.Sample;
import io.demitasse.data.SyntheticInputs;
import io.demitasse.evaluate.Workload;
import io.demitasse.ir.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Random tokens at the shapes that text encoders are timed at: batches of sequences. */
final class TextWorkloads {
  private static final int[][] SHAPES = {{1, 32}, {8, 64}, {32, 128}};

  private TextWorkloads() {}

  static List<Workload> of(Model model) {
    List<Workload> workloads = new ArrayList<>();
    List<String> free =
        model.graph().inputs().getFirst().shape().orElseThrow().dims().stream()
            .map(Object::toString)
            .toList();
    for (int[] shape : SHAPES) {
      Map<String, Long> sizes = Map.of(free.get(0), (long) shape[0], free.get(1), (long) shape[1]);
      Sample sample = SyntheticInputs.of(model.graph(), 7, 1, sizes).get(0);
      workloads.add(new Workload(shape[0] + "x" + shape[1], ((Sample.Tensors) sample).inputs()));
    }
    return workloads;
  }
}

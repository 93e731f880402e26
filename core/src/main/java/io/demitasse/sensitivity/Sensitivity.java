package io.demitasse.sensitivity;

import io.demitasse.data.Program;
import io.demitasse.data.Samples;
import io.demitasse.evaluate.RunningParts;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Tensor;
import io.demitasse.port.Runtime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Measures layer errors: each variant changes one layer of the baseline, and its outputs are set
 * against those.
 */
public final class Sensitivity {
  private final Runtime runtime;
  private final Program program;
  private final Samples samples;
  private final List<Map<String, Tensor>> expected;

  /**
   * @param baseline what the variants are variants of
   * @param samples a few samples: every variant runs all of them
   */
  public Sensitivity(Runtime runtime, Program program, Samples samples, Bundle baseline) {
    this.runtime = runtime;
    this.program = program;
    this.samples = samples;
    this.expected = outputs(baseline);
  }

  /**
   * Measures every layer by itself.
   *
   * @param nodes labels of the nodes to change, one at a time
   * @param variant the baseline with that node changed
   * @return the errors, largest first
   */
  public List<LayerError> measure(List<String> nodes, Function<String, Bundle> variant) {
    return nodes.stream()
        .map(node -> new LayerError(node, error(outputs(variant.apply(node)))))
        .sorted(Comparator.comparingDouble(LayerError::error).reversed())
        .toList();
  }

  private List<Map<String, Tensor>> outputs(Bundle bundle) {
    List<Map<String, Tensor>> outputs = new ArrayList<>();
    try (RunningParts parts =
        new RunningParts(
            part -> runtime.open(bundle.part(part), Runtime.SessionOptions.of(1)),
            (part, inputs) -> {})) {
      for (int i = 0; i < samples.size(); i++) {
        outputs.add(program.run(samples.get(i), parts));
      }
    }
    return outputs;
  }

  private double error(List<Map<String, Tensor>> actual) {
    double sum = 0;
    for (int i = 0; i < expected.size(); i++) {
      double difference = 0;
      double energy = 0;
      for (Map.Entry<String, Tensor> output : expected.get(i).entrySet()) {
        if (output.getValue().dataType().isFloatingPoint()) {
          float[] wanted = output.getValue().toFloats();
          energy += energy(wanted, null);
          difference += energy(wanted, actual.get(i).get(output.getKey()));
        }
      }
      sum += energy == 0 ? 0 : difference / energy;
    }
    return sum / expected.size();
  }

  /** The energy of values, or of their difference to a tensor. */
  private static double energy(float[] values, @Nullable Tensor other) {
    float[] subtracted = other == null ? new float[values.length] : other.toFloats();
    if (subtracted.length != values.length) {
      return Double.POSITIVE_INFINITY;
    }
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      double apart = (double) values[i] - subtracted[i];
      sum += apart * apart;
    }
    return Double.isNaN(sum) ? Double.POSITIVE_INFINITY : sum;
  }
}

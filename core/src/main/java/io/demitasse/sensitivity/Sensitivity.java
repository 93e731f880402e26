package io.demitasse.sensitivity;

import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.port.Runtime;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Measures layer errors: each variant of a part changes one layer, and its outputs are set against
 * those of the part without the change, on the same inputs.
 */
public final class Sensitivity {
  private final Runtime runtime;
  private final List<Map<String, Tensor>> inputs;
  private final List<Map<String, Tensor>> expected;

  /**
   * @param inputs what flowed into the part, a few times: every variant runs all of them
   * @param baseline what the variants are variants of
   */
  public Sensitivity(Runtime runtime, List<Map<String, Tensor>> inputs, Model baseline) {
    this.runtime = runtime;
    this.inputs = List.copyOf(inputs);
    this.expected = outputs(baseline);
  }

  /**
   * Measures every layer by itself.
   *
   * @param nodes labels of the nodes to change, one at a time
   * @param variant the baseline with that node changed
   * @return the errors, largest first
   */
  public List<LayerError> measure(List<String> nodes, Function<String, Model> variant) {
    return nodes.stream()
        .map(node -> new LayerError(node, error(outputs(variant.apply(node)))))
        .sorted(Comparator.comparingDouble(LayerError::error).reversed())
        .toList();
  }

  private List<Map<String, Tensor>> outputs(Model model) {
    try (Runtime.Session session = runtime.open(model, Runtime.SessionOptions.of(1))) {
      return inputs.stream().map(session::run).toList();
    }
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

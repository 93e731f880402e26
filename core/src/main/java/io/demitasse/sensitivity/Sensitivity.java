package io.demitasse.sensitivity;

import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.port.Runtime;
import io.demitasse.stored.KeptTensors;
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
        .map(node -> new LayerError(node, error(variant.apply(node))))
        .sorted(Comparator.comparingDouble(LayerError::error).reversed())
        .toList();
  }

  private List<Map<String, Tensor>> outputs(Model model) {
    KeptTensors kept = new KeptTensors();
    try (Runtime.Session session = runtime.open(model, Runtime.SessionOptions.of(1))) {
      return inputs.stream().map(session::run).map(kept::keep).toList();
    }
  }

  /** The mean over all inputs; what the model yields is compared as it comes. */
  private double error(Model model) {
    double sum = 0;
    try (Runtime.Session session = runtime.open(model, Runtime.SessionOptions.of(1))) {
      for (int i = 0; i < expected.size(); i++) {
        Map<String, Tensor> wanted = expected.get(i);
        Energies energies = new Energies();
        session.run(inputs.get(i), (name, got) -> add(energies, wanted.get(name), got));
        sum += energies.areZero() ? 0 : energies.ratio();
      }
    }
    return sum / expected.size();
  }

  private static void add(Energies energies, @Nullable Tensor wanted, Tensor got) {
    if (wanted != null && wanted.dataType().isFloatingPoint()) {
      energies.add(wanted, got);
    }
  }
}

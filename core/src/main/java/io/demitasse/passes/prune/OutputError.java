package io.demitasse.passes.prune;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.pass.PassContext;
import io.demitasse.port.Runtime;
import io.demitasse.train.Examples;
import io.demitasse.train.TrainingData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** How far the outputs of changed models are from those of a model, on samples. */
final class OutputError {
  private final PassContext context;
  private final int threads;
  private final List<Map<String, Tensor>> samples = new ArrayList<>();
  private final List<Map<String, double[]>> expected;

  /**
   * Runs the model.
   *
   * @param most how many of the samples to train on are taken at most
   */
  OutputError(Model model, int most, PassContext context) {
    this.context = context;
    TrainingData data = context.trainingData();
    this.threads = data.threads();
    Examples examples = data.examples();
    for (int i = 0; i < Math.min(most, examples.size()); i++) {
      samples.add(examples.get(i).inputs());
    }
    this.expected = outputs(model);
  }

  /**
   * The mean over all outputs of the squares of errors, relative to those of the outputs; infinite
   * where what was changed does not run, or gives outputs of other sizes or no numbers.
   */
  double of(Model changed) {
    List<Map<String, double[]>> actual;
    try {
      actual = outputs(changed);
    } catch (DemitasseException e) {
      if (e.kind() != DemitasseException.Kind.BACKEND_FAILED) {
        throw e;
      }
      return Double.POSITIVE_INFINITY;
    }
    Map<String, double[]> sums = new LinkedHashMap<>();
    for (int i = 0; i < expected.size(); i++) {
      Map<String, double[]> given = actual.get(i);
      expected
          .get(i)
          .forEach(
              (name, wanted) ->
                  add(
                      sums.computeIfAbsent(name, _ -> new double[2]),
                      wanted,
                      Objects.requireNonNull(given.get(name))));
    }
    double error =
        sums.values().stream()
            .mapToDouble(sum -> sum[0] / Math.max(sum[1], Double.MIN_NORMAL))
            .average()
            .orElse(0);
    return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
  }

  private static void add(double[] sums, double[] wanted, double[] given) {
    if (given.length != wanted.length) {
      sums[0] = Double.POSITIVE_INFINITY;
      return;
    }
    for (int k = 0; k < wanted.length; k++) {
      sums[0] += (wanted[k] - given[k]) * (wanted[k] - given[k]);
      sums[1] += wanted[k] * wanted[k];
    }
  }

  private List<Map<String, double[]>> outputs(Model some) {
    List<Map<String, double[]>> outputs = new ArrayList<>();
    try (Runtime.Session session =
        context.port(Runtime.class).open(some, Runtime.SessionOptions.of(threads))) {
      for (Map<String, Tensor> sample : samples) {
        Map<String, double[]> numbers = new LinkedHashMap<>();
        session
            .run(sample)
            .forEach(
                (name, tensor) -> {
                  if (tensor.dataType().isFloatingPoint()) {
                    numbers.put(name, tensor.toDoubles());
                  }
                });
        outputs.add(numbers);
      }
    }
    return outputs;
  }
}

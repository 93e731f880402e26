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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Finds the blocks without which the outputs of a model err least. */
final class BlockChoice {
  /** The error that is told of a block without which the model does not run: all is lost. */
  private static final double ALL = 1;

  private final Model model;
  private final List<RemovableBlock> blocks;
  private final List<Map<String, Tensor>> samples = new ArrayList<>();
  private final PassContext context;
  private final int threads;

  BlockChoice(Model model, List<RemovableBlock> blocks, int most, PassContext context) {
    this.model = model;
    this.blocks = blocks;
    this.context = context;
    TrainingData data = context.trainingData();
    this.threads = data.threads();
    Examples examples = data.examples();
    for (int i = 0; i < Math.min(most, examples.size()); i++) {
      samples.add(examples.get(i).inputs());
    }
  }

  /**
   * What goes.
   *
   * @param blocks the places of blocks in the list, in the order in which they go
   * @param errors how far the outputs are off where one block goes alone, for all of the list
   */
  record Chosen(long[] blocks, double[] errors) {}

  /** Removes one after the other. */
  Chosen best(int count) {
    double[] errors = new double[blocks.size()];
    List<Map<String, double[]>> expected = outputs(model);
    Set<Integer> gone = new LinkedHashSet<>();
    for (int step = 0; step < count; step++) {
      int best = -1;
      double least = Double.POSITIVE_INFINITY;
      for (int i = 0; i < blocks.size(); i++) {
        context.progress((long) step * blocks.size() + i, (long) count * blocks.size());
        if (!gone.contains(i)) {
          double error = error(without(gone, i), expected);
          if (step == 0) {
            errors[i] = Double.isFinite(error) ? error : ALL;
          }
          if (error < least) {
            best = i;
            least = error;
          }
        }
      }
      if (best < 0) {
        break;
      }
      gone.add(best);
    }
    return new Chosen(gone.stream().mapToLong(Integer::longValue).toArray(), errors);
  }

  private Model without(Set<Integer> gone, int one) {
    Model left = model.copy();
    List<RemovableBlock> going = new ArrayList<>();
    for (int i = 0; i < blocks.size(); i++) {
      if (i == one || gone.contains(i)) {
        going.add(blocks.get(i));
      }
    }
    RemovableBlock.remove(left.graph(), going);
    return left;
  }

  /**
   * The mean over all outputs of the squares of errors, relative to those of the outputs; infinite
   * where what is left does not run, or gives outputs of other sizes or no numbers.
   */
  private double error(Model left, List<Map<String, double[]>> expected) {
    List<Map<String, double[]>> actual;
    try {
      actual = outputs(left);
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

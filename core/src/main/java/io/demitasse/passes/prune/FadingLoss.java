package io.demitasse.passes.prune;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.objective.Batch;
import io.demitasse.objective.Objective;
import io.demitasse.objective.Term;
import io.demitasse.pass.PassContext;
import io.demitasse.port.Runtime;
import io.demitasse.train.Examples;
import io.demitasse.train.Scores;
import io.demitasse.train.TrainingData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The loss whose gradients tell what units matter, and the examples that it is taken of.
 *
 * <p>Where the data have labels it is the loss that the task has for them, as in the papers.
 *
 * <p>Without labels a model has nothing to compare its outputs with but themselves, and there the
 * gradient is 0. So each output is held to itself and random noise: the squared difference has the
 * gradient of a random projection of the output, whose mean square is that of the derivative of the
 * outputs themselves. What is told then is the squared error of the outputs, relative to their
 * size, to first order; outputs of several kinds count the same.
 *
 * @param examples one by one
 */
record FadingLoss(Objective objective, List<Batch> examples) {

  /**
   * The loss of a model that is not changed.
   *
   * @param most how many examples are taken, evenly from all there are
   */
  static FadingLoss of(Model model, TrainingData data, int most, PassContext context) {
    List<Batch> examples = taken(data.examples(), most);
    return data.labels()
        .map(
            term ->
                term instanceof Term.Labels labels ? (Term) Scores.unlimited(model, labels) : term)
        .map(term -> new FadingLoss(Objective.of(term), examples))
        .orElseGet(
            () -> held(outputs(model, examples, data.threads(), context), examples, context));
  }

  private static List<Batch> taken(Examples examples, int most) {
    int count = Math.min(most, examples.size());
    List<Batch> taken = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      taken.add(examples.get((int) ((long) i * examples.size() / count)));
    }
    return taken;
  }

  private static List<Map<String, Tensor>> outputs(
      Model model, List<Batch> examples, int threads, PassContext context) {
    List<Map<String, Tensor>> outputs = new ArrayList<>();
    try (Runtime.Session session =
        context.port(Runtime.class).open(model, Runtime.SessionOptions.of(threads))) {
      for (Batch example : examples) {
        Map<String, Tensor> floats = new LinkedHashMap<>(session.run(example.inputs()));
        floats.values().removeIf(tensor -> tensor.dataType() != DataType.FLOAT);
        outputs.add(floats);
      }
    }
    return outputs;
  }

  private static FadingLoss held(
      List<Map<String, Tensor>> outputs, List<Batch> examples, PassContext context) {
    Map<String, Double> sizes = sizes(outputs);
    if (sizes.isEmpty()) {
      throw DemitasseException.badModel(
          "What units matter cannot be told by gradients: no output is of 32-bit floats. Choose"
              + " another importance, such as output-error.");
    }
    List<Term> terms = new ArrayList<>();
    sizes.forEach(
        (name, size) -> {
          long elements = elements(outputs, name);
          // The gradient of the mean of squares is 2 / elements times the noise.
          double weight = Math.sqrt((double) elements) / (2 * size * size);
          terms.add(new Term.Reconstruction(name, target(name), null, weight));
        });
    RandomGenerator random = context.random();
    List<Batch> held = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      Map<String, Tensor> targets = new LinkedHashMap<>();
      outputs
          .get(i)
          .forEach(
              (name, output) ->
                  targets.put(target(name), noisy(output, sizes.getOrDefault(name, 0.), random)));
      held.add(new Batch(examples.get(i).inputs(), targets));
    }
    return new FadingLoss(new Objective(terms), held);
  }

  /** Of the first example that has the output. */
  private static long elements(List<Map<String, Tensor>> outputs, String name) {
    return outputs.stream()
        .flatMap(each -> Optional.ofNullable(each.get(name)).stream())
        .mapToLong(Tensor::elementCount)
        .findFirst()
        .orElse(1);
  }

  private static String target(String output) {
    return "noisy " + output;
  }

  /** Of each output the square root of its mean square over all examples. */
  private static Map<String, Double> sizes(List<Map<String, Tensor>> outputs) {
    Map<String, Double> squares = new LinkedHashMap<>();
    Map<String, Long> counts = new LinkedHashMap<>();
    for (Map<String, Tensor> each : outputs) {
      each.forEach(
          (name, output) -> {
            double square = 0;
            for (double element : output.toDoubles()) {
              square += element * element;
            }
            squares.merge(name, square, Double::sum);
            counts.merge(name, output.elementCount(), Long::sum);
          });
    }
    Map<String, Double> sizes = new LinkedHashMap<>();
    squares.forEach(
        (name, square) -> {
          double mean = square / Math.max(1, counts.getOrDefault(name, 1L));
          sizes.put(name, Math.max(Math.sqrt(mean), Float.MIN_NORMAL));
        });
    return sizes;
  }

  private static Tensor noisy(Tensor output, double size, RandomGenerator random) {
    float[] elements = output.toFloats();
    for (int i = 0; i < elements.length; i++) {
      elements[i] += (float) (size * random.nextGaussian());
    }
    return Tensor.ofFloats(output.sizes(), elements);
  }
}

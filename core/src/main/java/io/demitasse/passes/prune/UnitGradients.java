package io.demitasse.passes.prune;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.objective.Batch;
import io.demitasse.pass.PassContext;
import io.demitasse.port.Trainer;
import io.demitasse.train.TrainingData;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds out how a loss changes as units fade out, for all units of a model at once. */
final class UnitGradients {
  private static final String MODEL = "model";
  private static final double[] NONE = {};

  /** So many examples are on their way to the trainer at once. */
  private static final int TOGETHER = 64;

  private final Model model;
  private final Map<String, int[]> shut;
  private final int samples;
  private final PassContext context;

  /**
   * @param shut units that give nothing, by the names of their groups
   * @param samples how many examples are taken
   */
  UnitGradients(Model model, Map<String, int[]> shut, int samples, PassContext context) {
    this.model = model;
    this.shut = shut;
    this.samples = samples;
    this.context = context;
  }

  /**
   * How much each unit matters, of all groups of the model in order; nothing of those that could
   * not be given a gate.
   *
   * @throws DemitasseException (bad model) where an operator has no gradient; (bad request) where
   *     there are no samples to learn from
   */
  List<double[]> scores(Importance importance) {
    Trainer trainer = context.port(Trainer.class);
    UnitGates gates = new UnitGates(model, shut);
    List<String> refusals = trainer.refusals(gates.model());
    if (!refusals.isEmpty()) {
      throw DemitasseException.badModel(
          "What units matter cannot be told by gradients: "
              + String.join("; ", refusals)
              + ". Choose another importance, such as output-error.");
    }
    TrainingData data = context.trainingData();
    FadingLoss loss = FadingLoss.of(model, data, samples, context);
    Map<String, double[]> scores = new LinkedHashMap<>();
    try (Trainer.Session session = trainer.open(setup(gates, loss, data))) {
      List<Batch> examples = loss.examples();
      for (int from = 0; from < examples.size(); from += TOGETHER) {
        context.progress(from, examples.size());
        List<Batch> some = examples.subList(from, Math.min(from + TOGETHER, examples.size()));
        Objects.requireNonNull(session.gradients(some).get(MODEL))
            .forEach(
                (key, gradients) ->
                    scores.merge(
                        key, means(gradients, importance, examples.size()), UnitGradients::sum));
      }
    }
    return gates.keys().stream()
        .map(key -> key.map(name -> scores.getOrDefault(name, NONE)).orElse(NONE))
        .toList();
  }

  private static Trainer.Setup setup(UnitGates gates, FadingLoss loss, TrainingData data) {
    Trainer.Settings settings =
        new Trainer.Settings(
            data.threads(),
            0,
            false,
            Double.POSITIVE_INFINITY,
            new Trainer.Optimizer.Sgd(0, false, 0),
            data.memory(),
            false,
            data.device());
    return new Trainer.Setup(
        List.of(
            new Trainer.Student(
                MODEL,
                gates.model(),
                gates.keys().stream().flatMap(Optional::stream).collect(Collectors.toSet()),
                loss.objective())),
        data.teachers(),
        settings);
  }

  /** Of each unit, what is a part of the mean over so many examples. */
  private static double[] means(Trainer.Gradients gradients, Importance importance, int count) {
    boolean fisher = importance == Importance.FISHER;
    Tensor sums = fisher ? gradients.squares() : gradients.magnitudes();
    double[] means = sums.toDoubles();
    double factor = (fisher ? .5 : 1) / count;
    // The last is that of channels in no unit.
    return Arrays.stream(means, 0, means.length - 1).map(sum -> factor * sum).toArray();
  }

  private static double[] sum(double[] one, double[] other) {
    double[] sum = one.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += other[i];
    }
    return sum;
  }
}

package io.demitasse.passes.tune;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Model;
import io.demitasse.objective.Loss;
import io.demitasse.objective.Term;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Option;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.port.Trainer;
import io.demitasse.train.Scores;
import io.demitasse.train.TrainingData;
import java.util.List;

/**
 * Trains a model on labels: what its outputs should be for samples that are to train on, as the
 * task reads them. What was learned is judged on the samples that candidates are chosen by, and the
 * best is kept, never less than what there was before.
 *
 * <p>Losses follow from the task: cross-entropy for classes and tokens, also through a softmax at
 * the end; binary cross-entropy for several labels; squared differences for numbers; and for pairs
 * what belongs together against all others of a batch.
 */
@PassInfo(
    summary = "Train weights on labels",
    effect = PassInfo.Effect.LEARNED,
    needs = Trainer.class,
    needsData = true)
public record FineTune(
    @Option(doc = "The highest learning rate", value = "0.0001") double rate,
    @Option(doc = "Share of the probability that is spread over all classes", value = "0")
        double smoothing,
    Learning learning,
    Augmenting augmenting)
    implements ModelPass {

  public FineTune {
    Descent.requireRate(rate);
    if (!(smoothing >= 0 && smoothing < 1)) {
      throw new IllegalArgumentException("smoothing must be from 0 to below 1, got " + smoothing);
    }
  }

  @Override
  public void apply(Model model, PassContext context) {
    new Tuning(model, context, learning, rate, _ -> true)
        .run(
            data -> Lesson.of(List.of(labels(model, data, smoothing)), augmenting.of(model, data)));
  }

  /**
   * What outputs are held to by labels.
   *
   * @throws DemitasseException (bad request) where there are none
   */
  static Term labels(Model model, TrainingData data, double smoothing) {
    Term known =
        data.labels()
            .orElseThrow(
                () ->
                    DemitasseException.badRequest(
                        "There are no labels to learn from: the task knows none of what this model"
                            + " gives. Choose a task with labels, such as classification, and data"
                            + " that have them, or learn from the original by 'distill'."));
    if (!(known instanceof Term.Labels(Loss loss, String output, String target, double weight))) {
      return known;
    }
    Loss smooth = loss instanceof Loss.CrossEntropy ? new Loss.CrossEntropy(smoothing) : loss;
    return Scores.unlimited(model, new Term.Labels(smooth, output, target, weight));
  }
}

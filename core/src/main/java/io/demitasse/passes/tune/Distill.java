package io.demitasse.passes.tune;

import io.demitasse.ir.Model;
import io.demitasse.objective.Loss;
import io.demitasse.objective.Term;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Option;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.port.Trainer;
import io.demitasse.train.TrainingData;
import java.util.ArrayList;
import java.util.List;

/**
 * Trains a model to give what a teacher gives, without labels or beside them (Hinton, Vinyals,
 * Dean, "Distilling the Knowledge in a Neural Network", 2015). The teacher is the original, before
 * any step, unless another was given; it may be larger or smaller than the student, and there may
 * be several.
 *
 * <p>Outputs are compared by α times their squared difference; those that are scores of classes,
 * which is told by a softmax behind them or by the labels, also by β times the divergence of their
 * probabilities. Inner values and similarities within a batch can be compared beside them.
 */
@PassInfo(
    summary = "Train weights to give what a teacher gives",
    effect = PassInfo.Effect.LEARNED,
    needs = Trainer.class,
    needsData = true)
public record Distill(
    @Option(doc = "The highest learning rate", value = "0.0001") double rate,
    @Option(doc = "Weight of what labels say, where there are any", value = "0") double labels,
    Teaching teaching,
    Learning learning,
    Augmenting augmenting)
    implements ModelPass {

  public Distill {
    Descent.requireRate(rate);
    Descent.requireWeight("labels", labels);
  }

  @Override
  public void apply(Model model, PassContext context) {
    new Tuning(model, context, learning, rate, _ -> true)
        .run(data -> Lesson.of(terms(model, data, teaching, labels), augmenting.of(model, data)));
  }

  /** What teachers say, and labels so far as they count. */
  static List<Term> terms(Model model, TrainingData data, Teaching teaching, double labels) {
    List<Term> terms = new ArrayList<>(teaching.terms(model, data));
    if (labels > 0 && data.labels().isPresent()) {
      terms.add(weighted(FineTune.labels(model, data, 0), labels));
    }
    return terms;
  }

  private static Term weighted(Term term, double weight) {
    return switch (term) {
      case Term.Labels(Loss loss, String output, String target, double _) ->
          new Term.Labels(loss, output, target, weight);
      case Term.Contrast known ->
          new Term.Contrast(known.left(), known.right(), known.temperature(), known.mask(), weight);
      default -> throw new IllegalStateException("no labels: " + term);
    };
  }
}

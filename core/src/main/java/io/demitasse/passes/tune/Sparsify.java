package io.demitasse.passes.tune;

import io.demitasse.ir.Model;
import io.demitasse.objective.Term;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Option;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.port.Trainer;
import java.util.ArrayList;
import java.util.List;

/**
 * Trains a model under a penalty on the absolute values of its weights, so that many become exactly
 * 0 while it goes on to give what it gave: {@code minimize loss(W) + λ·Σ|W|}, solved by proximal
 * steps (Parikh, Boyd, "Proximal Algorithms", 2014). With groups the penalty is on the lengths of
 * all weights of an output channel, and whole channels become 0.
 *
 * <p>The file is no smaller for it: zeros are what pruning takes out and what codes of variable
 * length store in few bits.
 */
@PassInfo(
    summary = "Train weights so that many become exactly 0",
    effect = PassInfo.Effect.LEARNED,
    needs = Trainer.class,
    needsData = true)
public record Sparsify(
    @Option(doc = "The highest learning rate", value = "0.0001") double rate,
    @Option(doc = "The weight λ of the penalty", value = "0.00001") double strength,
    @Option(doc = "Penalize output channels as a whole", value = "false") boolean groups,
    @Option(doc = "Weight of what labels say, where there are any", value = "0") double labels,
    Teaching teaching,
    Learning learning,
    Augmenting augmenting)
    implements ModelPass {

  public Sparsify {
    Descent.requireRate(rate);
    Descent.requireWeight("strength", strength);
    Descent.requireWeight("labels", labels);
  }

  @Override
  public void apply(Model model, PassContext context) {
    new Tuning(model, context, learning, rate, _ -> true)
        .run(
            data -> {
              List<Term> terms = new ArrayList<>(Distill.terms(model, data, teaching, labels));
              terms.add(new Term.Sparsity(groups, strength));
              return Lesson.of(terms, augmenting.of(model, data));
            });
  }
}

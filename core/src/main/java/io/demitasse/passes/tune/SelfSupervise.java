package io.demitasse.passes.tune;

import io.demitasse.ir.Model;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Option;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.port.Trainer;

/**
 * Trains a model on data without labels, by a question that the data answer themselves.
 *
 * <p>With {@code masked-tokens}, some tokens are masked, and the model has to guess them from the
 * others (Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers for Language
 * Understanding", NAACL 2019). It needs an output of scores for every token, with an axis for rows,
 * one for positions and one for the vocabulary.
 *
 * <p>With {@code contrast}, two varied views of an example come nearer to each other than to those
 * of other examples (Chen et al., "A Simple Framework for Contrastive Learning of Visual
 * Representations", ICML 2020; Gao, Yao, Chen, "SimCSE: Simple Contrastive Learning of Sentence
 * Embeddings", EMNLP 2021). It needs augmentations and an output of vectors. Where there is one for
 * each position, those that the attention mask does not leave out are averaged.
 *
 * <p>Special tokens come from the tokenizer beside the model, or from options. What judges is asked
 * the same questions at each judgement, and what was learned is kept where it answers them better,
 * as far as the budget allows: no score of a task is about them, and agreement with the original
 * says the less the more was learned. To stay near to the original on data without labels is what
 * {@code distill} does.
 */
@PassInfo(
    summary = "Train weights on data without labels",
    effect = PassInfo.Effect.LEARNED,
    needs = Trainer.class,
    judgesItself = true,
    needsData = true)
public record SelfSupervise(
    @Option(
            doc = "What is learned: to guess masked tokens, or which views are of one example",
            value = "masked-tokens")
        Question objective,
    @Option(doc = "The highest learning rate", value = "0.0001") double rate,
    @Option(doc = "The output that learns; none for the only one of fitting shape", value = "")
        String output,
    @Option(doc = "Share of the tokens that have to be guessed", value = "0.15") double masked,
    @Option(
            doc = "The token that stands for one to be guessed; -1 for that of the tokenizer",
            value = "-1")
        long maskToken,
    @Option(doc = "What cosines of views are divided by", value = "0.05") double temperature,
    Learning learning,
    Augmenting augmenting)
    implements ModelPass {

  /** What data without labels answer. */
  public enum Question {
    /** Which tokens were masked. */
    MASKED_TOKENS,
    /** Which views are of the same example. */
    CONTRAST
  }

  public SelfSupervise {
    Descent.requireRate(rate);
    if (!(masked > 0 && masked <= 1)) {
      throw new IllegalArgumentException("masked must be above 0 and at most 1, got " + masked);
    }
    if (maskToken < -1) {
      throw new IllegalArgumentException("mask-token must be a token or -1, got " + maskToken);
    }
    if (!(temperature > 0 && Double.isFinite(temperature))) {
      throw new IllegalArgumentException("temperature must be above 0, got " + temperature);
    }
  }

  @Override
  public void apply(Model model, PassContext context) {
    new Tuning(model, context, learning, rate, _ -> true)
        .run(
            data -> {
              Questions questions = Questions.of(this, model, data);
              return switch (objective) {
                case MASKED_TOKENS -> questions.maskedTokens();
                case CONTRAST -> questions.contrast();
              };
            });
  }
}

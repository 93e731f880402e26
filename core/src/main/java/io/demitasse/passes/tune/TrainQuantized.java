package io.demitasse.passes.tune;

import io.demitasse.ir.Model;
import io.demitasse.ir.Value;
import io.demitasse.ops.Parameters;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Option;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.port.Trainer;

/**
 * Trains a quantized model as it will run, rounding included, so that what is lost by rounding is
 * won back: gradients go straight through what is rounded, as far as it lies inside its range
 * (Jacob et al., "Quantization and Training of Neural Networks for Efficient
 * Integer-Arithmetic-Only Inference", CVPR 2018). The teacher is the original.
 *
 * <p>Integer weights move from one number to the next where the gradient says so often enough;
 * weights that were left in float, biases and normalizations move with them, and so do the scales
 * of what is quantized (Esser et al., "Learned Step Size Quantization", ICLR 2020), unless they are
 * to stay. An 8-bit model starts so near to its teacher that a common learning rate makes it worse:
 * the rate is low, it rises slowly, and the best that was judged is kept.
 *
 * <p>To be preceded by {@code quantize-dynamic}, {@code quantize-static} or {@code
 * quantize-weights}.
 */
@PassInfo(
    summary = "Train a quantized model to give what the original gives",
    effect = PassInfo.Effect.LEARNED,
    needs = Trainer.class,
    needsData = true)
public record TrainQuantized(
    @Option(doc = "The highest learning rate", value = "0.00001") double rate,
    @Option(doc = "Weight of what labels say, where there are any", value = "0") double labels,
    @Option(doc = "Train the scales of what is quantized as well", value = "true") boolean ranges,
    Teaching teaching,
    Learning learning,
    Augmenting augmenting)
    implements ModelPass {

  public TrainQuantized {
    Descent.requireRate(rate);
    Descent.requireWeight("labels", labels);
  }

  @Override
  public void apply(Model model, PassContext context) {
    Tuning tuning =
        new Tuning(model, context, learning, rate, value -> ranges || !Parameters.isScale(value));
    if (tuning.trained().stream().noneMatch(TrainQuantized::isQuantized)) {
      context.skipped(
          "nothing here is quantized: put 'quantize-dynamic', 'quantize-static' or"
              + " 'quantize-weights' before this step");
      return;
    }
    tuning.run(
        data ->
            Lesson.of(Distill.terms(model, data, teaching, labels), augmenting.of(model, data)));
  }

  private static boolean isQuantized(Value value) {
    return Parameters.isScale(value)
        || !value.constant().orElseThrow().dataType().isFloatingPoint();
  }
}

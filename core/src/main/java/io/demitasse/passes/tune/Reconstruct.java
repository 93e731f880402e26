package io.demitasse.passes.tune;

import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ops.Parameters;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Option;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.port.Runtime;
import io.demitasse.port.Trainer;
import io.demitasse.train.Curve;
import java.util.Map;
import java.util.Set;

/**
 * Trains a changed model block by block, so that each block computes what the original computed
 * there, from few samples and without labels (Li et al., "BRECQ: Pushing the Limit of Post-Training
 * Quantization by Block Reconstruction", ICLR 2021; of one layer at a time: Nagel et al., "Up or
 * Down? Adaptive Rounding for Post-Training Quantization", ICML 2020).
 *
 * <pre>
 *   original   x ─ block 1 ─ a ─ block 2 ─ b ─ ...      a, b: what is to be computed
 *   changed    x ─ block 1 ─ p ─ block 2 ─ q ─ ...      p, q: what is, with earlier blocks trained
 *
 *   block 2 is trained on p, for small (q - b)², and nothing else is in memory
 * </pre>
 *
 * <p>A block ends where both models narrow to one value of the same name and sizes: after a
 * residual block, after the attention of a transformer. Where the models differ, a block goes on to
 * the next end that they have in common. What flows between blocks is kept on disk where it is
 * much. A block that does not come nearer to the original stays as it was, and where the outputs of
 * the whole model do not come nearer, all do.
 *
 * <p>For whatever was made of the original: pruned, factorized, quantized. Integers are trained as
 * they will run ({@code train-quantized}). It takes less memory than training the model as a whole,
 * and less data, for each block has as much to learn from as it gives out.
 */
@PassInfo(
    summary = "Train a changed model block by block to compute what the original computes",
    effect = PassInfo.Effect.LEARNED,
    needs = {Trainer.class, Runtime.class},
    needsData = true)
public record Reconstruct(
    @Option(doc = "The highest learning rate", value = "0.0003") double rate,
    @Option(
            doc = "Layers that a block has at least: matrices multiplied by, and convolutions",
            value = "1",
            unit = "layers")
        int layers,
    @Option(doc = "Examples that blocks learn from, at most", value = "256") int examples,
    @Option(doc = "Steps of the optimizer for each block", value = "200") int steps,
    @Option(doc = "Examples of a step", value = "32") int batch,
    @Option(doc = "Train the scales of what is quantized as well", value = "true") boolean ranges,
    @Option(
            doc = "The input that is 0 where positions of values do not count",
            value = "attention_mask")
        String mask,
    Descent descent)
    implements ModelPass {

  public Reconstruct {
    Descent.requireRate(rate);
    Descent.require(layers >= 1, "layers must be at least 1", layers);
    Descent.require(examples >= 1, "examples must be at least 1", examples);
    Descent.require(steps >= 1, "steps must be at least 1", steps);
    Descent.require(batch >= 1, "batch must be at least 1", batch);
  }

  @Override
  public void apply(Model model, PassContext context) {
    TunedWeights weights =
        new TunedWeights(model, context, value -> ranges || !Parameters.isScale(value));
    if (weights.areNone()) {
      return;
    }
    Map<String, Tensor> found =
        weights.found(
            ReconstructedBlocks.types(), () -> learned(model, context, weights.all().keySet()));
    ReconstructedBlocks blocks = ReconstructedBlocks.of(context.part(), found);
    Curve curve = blocks.curve();
    if (!curve.points().isEmpty()) {
      context.learned(curve);
    }
    blocks.left().forEach(context::skipped);
    if (curve.best() == 0) {
      context.skipped("no block came nearer to the original");
      return;
    }
    weights.bring(found);
    blocks.nearer().forEach(context::changed);
  }

  private Map<String, Tensor> learned(Model model, PassContext context, Set<String> weights) {
    try (Reconstruction reconstruction = new Reconstruction(this, model, context, weights)) {
      return reconstruction.learned();
    }
  }
}

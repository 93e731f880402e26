package io.demitasse.torch;

import io.demitasse.error.DemitasseException;
import io.demitasse.objective.Loss;
import io.demitasse.torch.kernel.Tensors;
import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** How far outputs are from what is known to be right, as one number each. */
final class LabelLosses {
  private LabelLosses() {}

  static Tensor crossEntropy(Tensor output, Tensor target, double smoothing) {
    long classes = output.size(output.dim() - 1);
    Tensor logits = output.reshape(-1, classes);
    Tensor right = target.reshape(-1);
    if (right.numel() != logits.size(0)) {
      throw DemitasseException.badRequest(
          "There are "
              + right.numel()
              + " labels for "
              + logits.size(0)
              + " rows of logits; one for each is needed.");
    }
    long most = Tensors.longs(right.max())[0];
    long least =
        Tensors.longs(
            torch
                .where(
                    torch.eq(right, new Scalar((long) Loss.IGNORED)),
                    torch.zeros_like(right),
                    right)
                .min())[0];
    if (most >= classes || least < 0) {
      throw DemitasseException.badRequest(
          "A label is "
              + (least < 0 ? least : most)
              + ", and the output has "
              + classes
              + " classes: labels are from 0 to "
              + (classes - 1)
              + ".");
    }
    if (most < 0) {
      // Of targets none of which counts the mean is no number.
      return output.sum().mul(new Scalar(0.));
    }
    return torch.cross_entropy_loss(
        logits, right, new TensorOptional(), 1, Loss.IGNORED, smoothing);
  }

  static Tensor binary(Tensor output, Tensor target) {
    return torch.softplus(output).sub(output.mul(target)).mean();
  }

  static Tensor ctc(Tensor output, Tensor target, Loss.Ctc loss) {
    Tensor logarithms =
        loss.probabilities()
            ? torch.log(torch.clamp_min(output, new Scalar(1e-12)))
            : torch.log_softmax(output, -1);
    int rows = (int) output.size(0);
    long[] steps = new long[rows];
    Arrays.fill(steps, output.size(1));
    long longest = target.size(1);
    long[] symbols = Tensors.longs(target);
    long[] lengths = new long[rows];
    for (int row = 0; row < rows; row++) {
      while (lengths[row] < longest
          && symbols[(int) (row * longest + lengths[row])] != Loss.IGNORED) {
        lengths[row]++;
      }
    }
    Tensor filled = torch.clamp_min(target, new Scalar(0L));
    return torch.ctc_loss(
        logarithms.transpose(0, 1), filled, steps, lengths, loss.blank(), 1, true);
  }
}

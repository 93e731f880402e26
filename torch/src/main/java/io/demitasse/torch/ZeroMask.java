package io.demitasse.torch;

import io.demitasse.torch.kernel.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** Which numbers of a pruned weight are trained, while the others stay zero. */
final class ZeroMask implements AutoCloseable {
  /** Where fewer numbers of a matrix are zero, nobody has pruned it. */
  private static final double MOST_THAT_MOVE = .9;

  /** 1 for what is trained. */
  private final Tensor moving;

  private ZeroMask(Tensor moving) {
    this.moving = moving;
    moving.retainReference();
  }

  /** That of a weight as it is now; null where it was not pruned. */
  static @Nullable ZeroMask of(Tensor weight) {
    double moves = Tensors.number(weight.ne(new Scalar(0.)).sum());
    return Tensors.rank(weight) > 1 && moves > 0 && moves <= MOST_THAT_MOVE * weight.numel()
        ? new ZeroMask(weight.ne(new Scalar(0.)).to(weight.scalar_type()))
        : null;
  }

  Tensor moving() {
    return moving;
  }

  /**
   * Exchanges what is trained: the smallest numbers give way to as many of the others, those that
   * the gradient would move most.
   *
   * @param share of what is trained, from 0 to 1
   * @return where numbers have to become zero, in the order in which they lie; null where none has
   */
  @Nullable Tensor exchange(Tensor weight, Tensor gradient, double share) {
    Tensor trained = moving.flatten();
    long most = (long) Tensors.number(trained.sum());
    long count = Math.min((long) (share * most), trained.numel() - most);
    if (count < 1) {
      return null;
    }
    Tensor still = trained.eq(new Scalar(0.));
    Tensor kept = weight.abs().flatten().masked_fill(still, new Scalar(Float.MAX_VALUE));
    Tensor smallest = largest(kept.neg(), count);
    Tensor wanted = gradient.abs().flatten().masked_fill(still.logical_not(), new Scalar(-1.));
    Tensor grown = largest(wanted, count);
    Tensor mask = moving.view(-1);
    mask.index_fill_(0, smallest, new Scalar(0.));
    mask.index_fill_(0, grown, new Scalar(1.));
    return smallest;
  }

  private static Tensor largest(Tensor numbers, long count) {
    T_TensorTensor_T found = torch.topk(numbers, count, 0, true, false);
    return found.get1();
  }

  @Override
  public void close() {
    moving.close();
  }
}

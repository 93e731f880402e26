package io.demitasse.torch;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Value;
import io.demitasse.ops.IntegerWeight;
import io.demitasse.ops.Parameters;
import io.demitasse.torch.kernel.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * In what units a weight follows the optimizer, where it has to stop, and as what it is written.
 *
 * <p>The optimizer sees floats of the usual sizes everywhere: gradients are converted to their
 * units, and the way that follows from them is converted back.
 */
sealed interface Motion extends AutoCloseable {

  /** The motion of a parameter of a model. */
  static Motion of(Value parameter) {
    io.demitasse.ir.Tensor content = parameter.constant().orElseThrow();
    DataType type = content.dataType();
    if (!type.isFloatingPoint()) {
      return Integers.of(IntegerWeight.of(parameter).orElseThrow(), type);
    }
    return Parameters.isScale(parameter) ? new Proportional(type) : new Free(type);
  }

  /**
   * The gradient in the units of the optimizer.
   *
   * @param recorded that by the weight
   */
  Tensor gradient(Tensor weight, Tensor recorded);

  /** Moves a weight some way in the units of the optimizer, times a factor. */
  void move(Tensor weight, Tensor way, double factor);

  /** Whether 0 is where a weight should tend to when nothing else is known of it. */
  boolean decays();

  /** A weight in the type that the model has it in. */
  io.demitasse.ir.Tensor written(Tensor weight);

  @Override
  void close();

  /** As it is. */
  record Free(DataType type) implements Motion {
    @Override
    public Tensor gradient(Tensor weight, Tensor recorded) {
      return recorded;
    }

    @Override
    public void move(Tensor weight, Tensor way, double factor) {
      weight.add_(way, new Scalar(factor));
    }

    @Override
    public boolean decays() {
      return true;
    }

    @Override
    public io.demitasse.ir.Tensor written(Tensor weight) {
      return Tensors.toOurs(weight, type);
    }

    @Override
    public void close() {}
  }

  /**
   * Integers that stand for floats, kept as floats between them, inside their range.
   *
   * @param inverse 1 / scale, that can be broadcast to the weight; 0 where a scale is so small that
   *     what it stands for is nothing
   */
  record Integers(Tensor inverse, long least, long greatest, DataType type) implements Motion {
    private static final float NOTHING = 1e-20f;

    static Integers of(IntegerWeight weight, DataType type) {
      float[] inverse = weight.scale().toFloats();
      for (int i = 0; i < inverse.length; i++) {
        inverse[i] = inverse[i] < NOTHING ? 0 : 1 / inverse[i];
      }
      Tensor made =
          Tensors.of(io.demitasse.ir.Tensor.ofFloats(weight.scale().sizes(), inverse), false);
      made.retainReference();
      return new Integers(made, weight.least(), weight.greatest(), type);
    }

    @Override
    public Tensor gradient(Tensor weight, Tensor recorded) {
      return recorded.mul(inverse);
    }

    /** A weight that left its range would never be told to come back. */
    @Override
    public void move(Tensor weight, Tensor way, double factor) {
      weight.addcmul_(way, inverse, new Scalar(factor));
      weight.clamp_(bound(least), bound(greatest));
    }

    private static org.bytedeco.pytorch.ScalarOptional bound(long number) {
      return new org.bytedeco.pytorch.ScalarOptional(new Scalar((double) number));
    }

    @Override
    public boolean decays() {
      return false;
    }

    @Override
    public io.demitasse.ir.Tensor written(Tensor weight) {
      return Tensors.toOurs(torch.round(weight).clamp(bound(least), bound(greatest)), type);
    }

    @Override
    public void close() {
      inverse.close();
    }
  }

  /** In proportion to itself, so that what is above 0 stays there: a scale of integers. */
  record Proportional(DataType type) implements Motion {
    /** By more no scale should change at once, whatever the gradient says. */
    private static final double FARTHEST = .5;

    @Override
    public Tensor gradient(Tensor weight, Tensor recorded) {
      return recorded.mul(weight);
    }

    @Override
    public void move(Tensor weight, Tensor way, double factor) {
      Tensor share = torch.clamp_min(way.mul(new Scalar(factor)), new Scalar(-FARTHEST));
      weight.mul_(torch.exp(torch.clamp_max(share, new Scalar(FARTHEST))));
      weight.clamp_min_(new Scalar((double) Float.MIN_NORMAL));
    }

    @Override
    public boolean decays() {
      return false;
    }

    @Override
    public io.demitasse.ir.Tensor written(Tensor weight) {
      return Tensors.toOurs(weight, type);
    }

    @Override
    public void close() {}
  }
}

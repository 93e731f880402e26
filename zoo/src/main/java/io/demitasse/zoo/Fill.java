package io.demitasse.zoo;

import io.demitasse.ir.Computation;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;

/**
 * How weights begin. They are made when they are asked for, by {@link Random}, whose numbers are
 * the same on every machine and Java version.
 */
@FunctionalInterface
interface Fill {

  /**
   * A float tensor.
   *
   * @param sizes of a product {@code [in, out]}, of a convolution {@code [out, in, height, width]}
   */
  Tensor make(long[] sizes, long seed);

  /** One number everywhere. */
  static Fill constant(float value) {
    return (sizes, _) -> {
      float[] values = new float[Math.toIntExact(Tensor.elementCount(sizes))];
      Arrays.fill(values, value);
      return Tensor.ofFloats(sizes, values);
    };
  }

  /** Gaussian numbers around zero. */
  static Fill normal(double deviation) {
    return (sizes, seed) -> Seeded.tensor(sizes, Distribution.NORMAL, deviation, seed);
  }

  /** Gaussian numbers around zero, drawn again beyond two deviations, as BERT and ViT have them. */
  static Fill truncatedNormal(double deviation) {
    return (sizes, seed) -> Seeded.tensor(sizes, Distribution.TRUNCATED_NORMAL, deviation, seed);
  }

  /** Numbers from {@code -limit} to {@code limit}. */
  static Fill uniform(double limit) {
    return (sizes, seed) -> Seeded.tensor(sizes, Distribution.UNIFORM, limit, seed);
  }

  /**
   * Gaussian numbers with a variance of 2 over the fan-in, which keep the variance of what a ReLU
   * has cut (He, Zhang, Ren and Sun: Delving Deep into Rectifiers, ICCV 2015).
   */
  static Fill he() {
    return (sizes, seed) -> normal(Math.sqrt(2.0 / fanIn(sizes))).make(sizes, seed);
  }

  /**
   * Uniform numbers with a variance of 2 over fan-in and fan-out (Glorot and Bengio: Understanding
   * the Difficulty of Training Deep Feedforward Neural Networks, AISTATS 2010).
   */
  static Fill glorot() {
    return (sizes, seed) ->
        uniform(Math.sqrt(6.0 / (fanIn(sizes) + fanOut(sizes)))).make(sizes, seed);
  }

  private static long fanIn(long[] sizes) {
    return sizes.length == 2 ? sizes[0] : Tensor.elementCount(sizes) / sizes[0];
  }

  private static long fanOut(long[] sizes) {
    return sizes.length == 2 ? sizes[1] : Tensor.elementCount(sizes) / sizes[1];
  }

  /** What numbers are drawn from; the scale is a deviation or a limit. */
  enum Distribution {
    NORMAL,
    TRUNCATED_NORMAL,
    UNIFORM;

    private static final double CUT = 2;

    DoubleSupplier draw(Random random) {
      return switch (this) {
        case NORMAL -> random::nextGaussian;
        case TRUNCATED_NORMAL -> () -> truncated(random);
        case UNIFORM -> () -> 2 * random.nextDouble() - 1;
      };
    }

    private static double truncated(Random random) {
      double number = random.nextGaussian();
      while (Math.abs(number) > CUT) {
        number = random.nextGaussian();
      }
      return number;
    }
  }

  /** The numbers of one tensor, drawn one after the other. */
  record Seeded(Result result, Distribution distribution, double scale, long seed)
      implements Computation {

    static Tensor tensor(long[] sizes, Distribution distribution, double scale, long seed) {
      Result result = Result.of(DataType.FLOAT, sizes);
      return Tensor.deferred(new Seeded(result, distribution, scale, seed)).getFirst();
    }

    @Override
    public List<Result> results() {
      return List.of(result);
    }

    @Override
    public void compute(List<MemorySegment> destinations) {
      MemorySegment tensor = destinations.getFirst();
      DoubleSupplier numbers = distribution.draw(new Random(seed));
      long count = tensor.byteSize() / Float.BYTES;
      for (long i = 0; i < count; i++) {
        tensor.setAtIndex(Tensor.F32, i, (float) (scale * numbers.getAsDouble()));
      }
    }
  }
}

package io.demitasse.ir;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.function.DoubleSupplier;

/** Tensors of reproducible numbers, the same on every machine and Java version. */
final class SeededFill {
  private SeededFill() {}

  /**
   * Gaussian numbers with a variance of 1 over the fan-in, so that a product with the tensor keeps
   * the size of what it multiplies. The fan-in of {@code [in, out]} is its first size, that of a
   * convolution weight {@code [out, in, ...]} the product of all but the first, and that of a
   * vector 1.
   */
  static Tensor gaussian(DataType type, long[] sizes, long seed) {
    Random random = new Random(seed);
    double scale = 1 / Math.sqrt(fanIn(sizes));
    return fill(type, sizes, () -> random.nextGaussian() * scale);
  }

  /** Uniform numbers from low to high; integers may be either bound. */
  static Tensor uniform(DataType type, long[] sizes, long seed, double low, double high) {
    Random random = new Random(seed);
    return type.isFloatingPoint()
        ? fill(type, sizes, () -> low + random.nextDouble() * (high - low))
        : fill(type, sizes, () -> low + Math.floor(random.nextDouble() * (high - low + 1)));
  }

  private static double fanIn(long[] sizes) {
    return switch (sizes.length) {
      case 0, 1 -> 1;
      case 2 -> Math.max(1, sizes[0]);
      default -> Math.max(1, Tensor.elementCount(sizes) / Math.max(1, sizes[0]));
    };
  }

  private static Tensor fill(DataType type, long[] sizes, DoubleSupplier numbers) {
    long count = Tensor.elementCount(sizes);
    MemorySegment bytes = MemorySegment.ofArray(new byte[Math.toIntExact(type.bytes(count))]);
    for (long i = 0; i < count; i++) {
      Elements.put(type, bytes, i, numbers.getAsDouble());
    }
    return Tensor.of(type, sizes, bytes);
  }
}

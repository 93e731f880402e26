package io.demitasse.passes.tune;

import io.demitasse.ir.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * How far values are from others, over all that is added: the sum of squared differences over that
 * of squares.
 */
final class RelativeError {
  private static final int PIECE = 1 << 16;

  private double difference;
  private double size;
  private long elements;

  /**
   * Adds a value.
   *
   * @param target of the same sizes
   * @param mask is 0 where a position does not count, and has the first axes of the value; empty
   *     where all count
   */
  void add(Tensor value, Tensor target, Optional<Tensor> mask) {
    long count = value.elementCount();
    long[] counts = mask.map(Tensor::toLongs).orElse(new long[] {1});
    long inner = Math.max(1, count / Math.max(1, counts.length));
    for (long from = 0; from < count; from += PIECE) {
      int piece = (int) Math.min(PIECE, count - from);
      float[] ours = value.toFloats(from, piece);
      float[] theirs = target.toFloats(from, piece);
      for (int i = 0; i < piece; i++) {
        if (counts[(int) ((from + i) / inner)] != 0) {
          difference += ((double) ours[i] - theirs[i]) * ((double) ours[i] - theirs[i]);
          size += (double) theirs[i] * theirs[i];
          elements++;
        }
      }
    }
  }

  /** The mean of what the others are, squared. */
  double meanSquare() {
    return size / Math.max(1, elements);
  }

  /** At least 0; no number where some value is none. */
  double value() {
    return difference == 0 ? 0 : difference / size;
  }

  /** The mask of an example that a value can have. */
  static Optional<Tensor> mask(String name, Map<String, Tensor> inputs, Tensor value) {
    return Optional.ofNullable(inputs.get(name))
        .filter(
            mask ->
                mask.rank() == 2
                    && value.rank() > 2
                    && Arrays.equals(mask.sizes(), Arrays.copyOf(value.sizes(), 2)));
  }
}

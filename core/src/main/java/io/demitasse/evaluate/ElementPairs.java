package io.demitasse.evaluate;

import io.demitasse.ir.Tensor;

/** Goes through two tensors of real numbers together, piece by piece, whatever their size. */
public final class ElementPairs {
  private static final int PIECE = 1 << 14;

  private ElementPairs() {}

  /** Takes two elements at the same place. */
  public interface Reader {
    /**
     * Takes one pair.
     *
     * @return whether to go on
     */
    boolean take(float one, float other);
  }

  /**
   * Reads both in row-major order.
   *
   * @return whether the reader has taken all pairs
   * @throws IllegalArgumentException when they have not as many elements
   */
  public static boolean read(Tensor one, Tensor other, Reader reader) {
    long count = one.elementCount();
    if (count != other.elementCount()) {
      throw new IllegalArgumentException(one + " has not as many elements as " + other);
    }
    for (long done = 0; done < count; done += PIECE) {
      int piece = (int) Math.min(PIECE, count - done);
      float[] ones = one.toFloats(done, piece);
      float[] others = other.toFloats(done, piece);
      for (int i = 0; i < piece; i++) {
        if (!reader.take(ones[i], others[i])) {
          return false;
        }
      }
    }
    return true;
  }
}

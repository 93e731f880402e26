package io.demitasse.media.wired;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import java.util.Optional;

/**
 * What a cache is before there is anything in it, such as float {@code [B,H,0,D]}.
 *
 * @param sizes that are fixed, and 0 where it grows; the first is that of rows
 * @param growing the axis along which it grows
 */
public record CacheForm(DataType type, Shape sizes, int growing) {

  /** Of the input that takes it; empty where not exactly one size but that of rows is open. */
  public static Optional<CacheForm> of(Value input) {
    if (!(input.type() instanceof ValueType.OfTensor(DataType type, Shape shape))
        || shape == null
        || shape.rank() < 2) {
      return Optional.empty();
    }
    int growing = -1;
    for (int axis = 1; axis < shape.rank(); axis++) {
      if (!(shape.dim(axis) instanceof Dim.Fixed)) {
        if (growing >= 0) {
          return Optional.empty();
        }
        growing = axis;
      }
    }
    return growing < 0 ? Optional.empty() : Optional.of(new CacheForm(type, shape, growing));
  }

  /** An empty cache of some rows. */
  public Tensor empty(long rows) {
    long[] all = new long[sizes.rank()];
    for (int axis = 1; axis < all.length; axis++) {
      all[axis] = sizes.dim(axis) instanceof Dim.Fixed(long size) ? size : 0;
    }
    all[0] = rows;
    return Tensor.ofNumbers(type, all);
  }

  /** The sizes of a cache that has grown. */
  public long[] grown(Tensor cache, long by) {
    long[] all = cache.sizes().clone();
    all[growing] += by;
    return all;
  }
}

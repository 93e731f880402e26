package io.demitasse.passes.fuse;

import io.demitasse.affine.NotFoldable;
import io.demitasse.ir.Attribute;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.rewrite.Scalars;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Zeros around a picture.
 *
 * @param pads how many before each spatial axis, then how many behind each, as windows store them
 */
record ZeroPadding(long[] pads) {

  /**
   * What a Pad does, its batch and channels left out.
   *
   * @param rank the dimensions of what it pads
   * @throws NotFoldable when it does something else
   */
  static ZeroPadding of(Node pad, int rank) {
    if (!pad.textAttribute("mode", "constant").equals("constant")) {
      throw new NotFoldable("it pads by " + pad.textAttribute("mode", ""));
    }
    if (!isZero(pad)) {
      throw new NotFoldable("it does not pad with zeros");
    }
    long[] all = everyAxis(pad, rank);
    if (Arrays.stream(all).anyMatch(size -> size < 0)) {
      throw new NotFoldable("it takes something away");
    }
    if (all[0] != 0 || all[1] != 0 || all[rank] != 0 || all[rank + 1] != 0) {
      throw new NotFoldable("it pads the batch or the channels");
    }
    return new ZeroPadding(
        IntStream.range(0, 2 * rank).filter(i -> i % rank >= 2).mapToLong(i -> all[i]).toArray());
  }

  private static boolean isZero(Node pad) {
    return pad.input(2) == null
        ? pad.realAttribute("value", 0) == 0
        : pad.constantInput(2)
            .filter(Scalars::isScalar)
            .filter(v -> Scalars.of(v) == 0)
            .isPresent();
  }

  private static long[] everyAxis(Node pad, int rank) {
    long[] given =
        pad.attribute("pads") instanceof Attribute.Ints ints
            ? ints.toArray()
            : numbers(pad, 1, "its pads are not constant");
    long[] axes =
        pad.input(3) == null
            ? IntStream.range(0, given.length / 2).asLongStream().toArray()
            : numbers(pad, 3, "its axes are not constant");
    if (given.length != 2 * axes.length || (pad.input(3) == null && axes.length != rank)) {
      throw new NotFoldable("its pads do not fit what reads it");
    }
    long[] all = new long[2 * rank];
    for (int i = 0; i < axes.length; i++) {
      int axis = Math.floorMod((int) axes[i], rank);
      all[axis] += given[i];
      all[rank + axis] += given[axes.length + i];
    }
    return all;
  }

  private static long[] numbers(Node pad, int input, String otherwise) {
    Optional<Tensor> constant = pad.constantInput(input);
    return constant.orElseThrow(() -> new NotFoldable(otherwise)).toLongs();
  }

  /** These zeros and those that a window puts around by itself. */
  ZeroPadding with(long[] own) {
    if (own.length != 0 && own.length != pads.length) {
      throw new NotFoldable("its pads do not fit what reads it");
    }
    long[] sums = pads.clone();
    for (int i = 0; i < own.length; i++) {
      sums[i] += own[i];
    }
    return new ZeroPadding(sums);
  }

  boolean isSmallerThan(long[] kernel) {
    return IntStream.range(0, pads.length).allMatch(i -> pads[i] < kernel[i % kernel.length]);
  }
}

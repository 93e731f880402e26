package io.demitasse.passes.fuse;

import io.demitasse.affine.ChannelAffine;
import io.demitasse.affine.NotFoldable;
import io.demitasse.calibrate.MinMax;
import io.demitasse.calibrate.Observation;
import io.demitasse.calibrate.Range;
import io.demitasse.ir.Value;
import io.demitasse.pass.PassContext;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How far channels may be shifted where the shift is to become part of a bias.
 *
 * <p>x - 101325 is exact for x near 101325, and W x - W 101325 is not: what is left of the two sums
 * is smaller than their rounding. So a shift must be small against how far apart the numbers are
 * that it gives. Where data were seen, they tell; otherwise numbers of usual size are supposed on
 * both sides, which a shift of no more than {@value #MOST} leaves well alone.
 */
final class ShiftLimit {
  /** Five of the 24 binary digits of a float are lost at worst. */
  private static final double MOST = 32;

  private ShiftLimit() {}

  /** Whether shifts are small, whatever the data are: before the factors as well as behind. */
  static boolean isSmall(ChannelAffine affine) {
    double[] factors = affine.factors();
    double[] shifts = affine.shifts();
    return IntStream.range(0, shifts.length)
        .allMatch(
            c -> Math.abs(shifts[c]) <= MOST && Math.abs(shifts[c]) <= MOST * Math.abs(factors[c]));
  }

  /** The observation to see the range of what shifts give. */
  static Observation<Range> range(PassContext context, Value shifted) {
    return Observation.of(context.part(), shifted, new MinMax());
  }

  /**
   * Demands that shifts are small against what they give.
   *
   * @throws NotFoldable when they are not known to be
   */
  static void require(AffineChain chain, PassContext context) {
    if (isSmall(chain.affine())) {
      return;
    }
    double largest = Arrays.stream(chain.affine().shifts()).map(Math::abs).max().orElse(Double.NaN);
    Range range =
        context
            .statistics()
            .get(range(context, chain.end()))
            .orElseThrow(
                () ->
                    new NotFoldable(
                        "its shift of up to "
                            + (float) largest
                            + " is large, and no data show that '"
                            + chain.end().name()
                            + "' spreads as far"));
    double spread = (double) range.max() - range.min();
    if (!(largest <= MOST * spread)) {
      throw new NotFoldable(
          "its shift of up to "
              + (float) largest
              + " is large, and on the data '"
              + chain.end().name()
              + "' spreads over "
              + (float) spread
              + " alone");
    }
  }

  /**
   * Demands that floats hold what is added before the factors in place of shifts behind them.
   *
   * @throws NotFoldable when rounding it would move a large shift
   */
  static void requireExact(ChannelAffine affine) {
    for (int c = 0; c < affine.shifts().length; c++) {
      double before = affine.shifts()[c] / affine.factors()[c];
      if (Math.abs((float) before - before) > 1e-12 * Math.abs(before)) {
        throw new NotFoldable("its shift is large, and no float is as much before the factors");
      }
    }
  }
}

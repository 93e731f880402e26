package io.demitasse.passes.prune;

import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.prune.AxisRows;
import io.demitasse.prune.ChannelGroup;
import io.demitasse.prune.ChannelGroup.Slice;
import java.util.List;

/** The factors that batch normalizations have for units. */
final class NormScales {
  private static final int SCALE = 1;

  private NormScales() {}

  private static List<Slice> scales(ChannelGroup group) {
    return group.constants().stream().filter(slice -> isScale(slice.dimension().value())).toList();
  }

  private static boolean isScale(Value value) {
    return value.uses().stream()
        .anyMatch(use -> use.index() == SCALE && Op.BATCH_NORMALIZATION.is(use.node()));
  }

  static boolean exist(ChannelGroup group) {
    return !scales(group).isEmpty();
  }

  /** Of each unit the mean magnitude over all that normalize it. */
  static double[] of(ChannelGroup group) {
    List<Slice> scales = scales(group);
    double[] means = new double[group.units()];
    for (Slice slice : scales) {
      double[][] factors =
          AxisRows.of(slice.dimension().value().constant().orElseThrow(), slice.dimension().axis());
      for (int unit = 0; unit < means.length; unit++) {
        int[] indices = slice.map().gather(unit);
        for (int index : indices) {
          means[unit] += Math.abs(factors[index][0]) / (indices.length * scales.size());
        }
      }
    }
    return means;
  }
}

package io.demitasse.prune;

import io.demitasse.ops.axes.IndexMap;
import java.util.List;
import java.util.Optional;

/**
 * Units that a model consists of and of which each can be removed by itself: the channels of a
 * residual stream, the neurons of a feed-forward network, the heads of an attention.
 *
 * @param id the label of the first layer that has weights for the units
 * @param units how many there are, at least 2
 * @param slices all dimensions that lose indices with a unit
 * @param isExact whether a unit whose weights are zero can go and nothing changes; where units are
 *     normalized over each other, those that stay are normalized otherwise
 */
public record ChannelGroup(String id, int units, List<Slice> slices, boolean isExact) {

  /**
   * Where the units lie along one axis.
   *
   * @param map from a unit to the indices of the axis that go with it
   */
  public record Slice(Dimension dimension, IndexMap map) {

    /** Whether the axis is one of a constant. */
    public boolean isConstant() {
      return dimension.value().constant().isPresent();
    }
  }

  public ChannelGroup {
    slices = List.copyOf(slices);
  }

  /** Where the units lie in constants. */
  public List<Slice> constants() {
    return slices.stream().filter(Slice::isConstant).toList();
  }

  /** Where the units lie along a dimension, if they do. */
  public Optional<Slice> slice(Dimension dimension) {
    return slices.stream().filter(slice -> slice.dimension().equals(dimension)).findFirst();
  }
}

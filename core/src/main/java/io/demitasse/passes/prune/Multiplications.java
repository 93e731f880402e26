package io.demitasse.passes.prune;

import io.demitasse.ir.Value;
import io.demitasse.prune.ChannelGroup;
import io.demitasse.prune.ChannelGroup.Slice;
import io.demitasse.prune.Dimension;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;

/**
 * How much is multiplied with the weights of groups, while units go: as often as there are weights,
 * at all their {@link Places}; or with one place each, how many weights there are. Removing a unit
 * of one group makes units of those before and behind it cheaper.
 */
final class Multiplications {

  /**
   * A weight of two axes or more.
   *
   * @param sizes how many indices there are along each axis, as units go
   * @param places at how many it is multiplied
   */
  private record Weight(double[] sizes, double places) {
    double count() {
      return countWithout(-1);
    }

    double countWithout(int axis) {
      double count = places;
      for (int i = 0; i < sizes.length; i++) {
        count *= i == axis ? 1 : sizes[i];
      }
      return count;
    }
  }

  /** An axis of a weight, and how many of its indices go with one unit. */
  private record Part(Weight weight, int axis, double indices) {
    double saving() {
      return indices * weight.countWithout(axis);
    }

    void remove(double units) {
      weight.sizes[axis] -= units * indices;
    }
  }

  private final List<Weight> weights = new ArrayList<>();
  private final Map<ChannelGroup, List<Part>> parts = new LinkedHashMap<>();

  /**
   * Those of groups, with nothing gone.
   *
   * @param places at how many a weight is multiplied that a group has a part of
   */
  Multiplications(List<ChannelGroup> groups, ToDoubleBiFunction<Value, ChannelGroup> places) {
    Map<Value, Weight> known = new HashMap<>();
    for (ChannelGroup group : groups) {
      List<Part> parts = new ArrayList<>();
      for (Slice slice : group.constants()) {
        Dimension dimension = slice.dimension();
        Value value = dimension.value();
        long[] sizes = value.constant().orElseThrow().sizes();
        if (sizes.length > 1) {
          Weight weight =
              known.computeIfAbsent(value, _ -> weight(sizes, places.applyAsDouble(value, group)));
          double indices = (double) slice.map().gather(all(group)).length / group.units();
          parts.add(new Part(weight, dimension.axis(), indices));
        }
      }
      this.parts.put(group, parts);
    }
    weights.addAll(known.values());
  }

  private static Weight weight(long[] sizes, double places) {
    return new Weight(Arrays.stream(sizes).asDoubleStream().toArray(), places);
  }

  private static int[] all(ChannelGroup group) {
    return IntStream.range(0, group.units()).toArray();
  }

  double total() {
    return weights.stream().mapToDouble(Weight::count).sum();
  }

  /** What goes with one more unit of a group. */
  double saving(ChannelGroup group) {
    return parts.getOrDefault(group, List.of()).stream().mapToDouble(Part::saving).sum();
  }

  /** Removes units of a group; below 0 it adds some. */
  void remove(ChannelGroup group, int units) {
    parts.getOrDefault(group, List.of()).forEach(part -> part.remove(units));
  }
}

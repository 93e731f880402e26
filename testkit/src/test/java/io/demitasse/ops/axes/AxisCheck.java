package io.demitasse.ops.axes;

import static io.demitasse.ops.axes.AxisMap.Kind.CONTRACTED;
import static io.demitasse.ops.axes.AxisMap.Kind.GROUPED;
import static io.demitasse.ops.axes.AxisMap.Kind.MIXED;
import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Tensor;
import io.demitasse.testkit.Close;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Checks what is told of the axes of a node against what the runtime computes. */
final class AxisCheck {
  private final PerturbedNode node;
  private final List<AxisMap> maps;
  private final Map<String, Tensor> before;

  AxisCheck(PerturbedNode node, List<AxisMap> maps) {
    this.node = node;
    this.maps = maps;
    this.before = node.run(node.inputs());
  }

  void check() {
    for (AxisMap map : maps) {
      assertThat(size(map.axis())).as("size of %s", map.axis()).isEqualTo(map.map().size());
      assertThat(size(map.source())).as("size of %s", map.source()).isEqualTo(map.map().sources());
      if (map.kind() == CONTRACTED) {
        checkContracted(map);
      } else if (map.kind() != MIXED && node.isGiven(map.source())) {
        checkCarried(map.axis(), map.source());
      }
      if (map.kind() != GROUPED) {
        checkMovesAlong(map.axis());
      }
    }
  }

  private int size(Axis axis) {
    String name = node.value(axis).name();
    Map<String, Tensor> all = axis.isOutput() ? before : node.inputs();
    Tensor tensor = all.containsKey(name) ? all.get(name) : node.value(axis).constant().get();
    return (int) tensor.size(axis.axis());
  }

  /** Where the source changes at an index, the output does at all that belongs to it only. */
  private void checkCarried(Axis axis, Axis source) {
    for (int i = 0; i < size(source); i++) {
      Set<Integer> expected = new TreeSet<>();
      for (AxisMap map : maps) {
        if (map.axis().equals(axis) && map.source().equals(source) && map.kind() != MIXED) {
          expected.addAll(set(map.map().inverse().gather(i)));
        }
      }
      Map<String, Tensor> after = node.run(node.perturbed(node.inputs(), source, Set.of(i)));
      assertThat(node.changed(axis, before, after))
          .as("what changes along %s with index %d along %s", axis, i, source)
          .isEqualTo(expected);
    }
  }

  /** Where one factor is zero at all that belongs to an index, the other changes nothing. */
  private void checkContracted(AxisMap map) {
    for (int i = 0; i < map.map().size(); i++) {
      Set<Integer> other = set(map.map().gather(i));
      assertThat(changes(map, i, other)).as("%s at %d beside zeros", map, i).isFalse();
      for (int kept : other) {
        Set<Integer> zeros = new TreeSet<>(other);
        zeros.remove(kept);
        assertThat(changes(map, i, zeros)).as("%s at %d times %d", map, i, kept).isTrue();
      }
    }
  }

  private boolean changes(AxisMap map, int index, Set<Integer> zeros) {
    Map<String, Tensor> zeroed = node.zeroed(map.source(), zeros);
    Map<String, Tensor> perturbed = node.perturbed(zeroed, map.axis(), Set.of(index));
    return node.differ(node.run(zeroed), node.run(perturbed));
  }

  /**
   * Where indices that belong together change places along all axes, those of the outputs do so,
   * and nothing else happens: nothing that belongs to them was forgotten. Where an axis was merged
   * from several no index can change places alone.
   */
  private void checkMovesAlong(Axis base) {
    Map<Axis, int[]> places = places(base);
    if (places.keySet().stream().anyMatch(axis -> !axis.isOutput() && !node.isGiven(axis))) {
      return;
    }
    Map<String, Tensor> inputs = node.inputs();
    Map<String, Tensor> expected = new HashMap<>(before);
    places.forEach(
        (axis, to) ->
            (axis.isOutput() ? expected : inputs)
                .computeIfPresent(
                    node.value(axis).name(),
                    (_, tensor) -> PerturbedNode.moved(tensor, axis.axis(), to)));
    try {
      Close.relativeToMax(1e-5).check(expected, node.run(inputs));
    } catch (AssertionError e) {
      throw new AssertionError("after moving along " + base + ": " + e.getMessage(), e);
    }
  }

  private Map<Axis, int[]> places(Axis base) {
    List<Map<Axis, int[]>> members =
        IntStream.range(0, size(base)).mapToObj(index -> belonging(base, index)).toList();
    Map<Axis, int[]> places = new LinkedHashMap<>();
    members.forEach(
        each ->
            each.keySet()
                .forEach(axis -> places.put(axis, IntStream.range(0, size(axis)).toArray())));
    Random random = new Random(11);
    for (List<Integer> alike : classes(base, members).values()) {
      List<Integer> shuffled = new ArrayList<>(alike);
      while (alike.size() > 1 && shuffled.equals(alike)) {
        Collections.shuffle(shuffled, random);
      }
      for (int k = 0; k < alike.size(); k++) {
        Map<Axis, int[]> to = members.get(shuffled.get(k));
        members
            .get(alike.get(k))
            .forEach(
                (axis, from) -> {
                  for (int n = 0; n < from.length; n++) {
                    places.get(axis)[from[n]] = to.get(axis)[n];
                  }
                });
      }
    }
    return places;
  }

  /** Indices that can change places: they have as much along the same axes, in the same group. */
  private Map<String, List<Integer>> classes(Axis base, List<Map<Axis, int[]>> members) {
    return IntStream.range(0, members.size())
        .boxed()
        .filter(index -> members.get(index).get(base).length == 1)
        .collect(
            Collectors.groupingBy(
                index ->
                    members.get(index).entrySet().stream()
                            .map(each -> each.getKey() + " " + each.getValue().length)
                            .sorted()
                            .collect(Collectors.joining())
                        + group(base, index),
                LinkedHashMap::new,
                Collectors.toList()));
  }

  private String group(Axis base, int index) {
    return maps.stream()
        .filter(map -> map.kind() == GROUPED)
        .flatMap(map -> List.of(map, map.inverse()).stream())
        .filter(map -> map.axis().equals(base))
        .map(map -> Arrays.toString(map.map().gather(index)))
        .collect(Collectors.joining());
  }

  /** All that belongs to an index along all axes, on any way but through groups. */
  private Map<Axis, int[]> belonging(Axis base, int index) {
    Map<Axis, Set<Integer>> found = new HashMap<>(Map.of(base, new TreeSet<>(Set.of(index))));
    Deque<Axis> open = new ArrayDeque<>(List.of(base));
    while (!open.isEmpty()) {
      Axis axis = open.pop();
      int[] here = found.get(axis).stream().mapToInt(Integer::intValue).toArray();
      for (AxisMap each : maps) {
        for (AxisMap map : List.of(each, each.inverse())) {
          if (each.kind() != GROUPED && map.axis().equals(axis)) {
            Set<Integer> there = set(map.map().gather(here));
            if (!there.isEmpty()
                && found.computeIfAbsent(map.source(), _ -> new TreeSet<>()).addAll(there)) {
              open.add(map.source());
            }
          }
        }
      }
    }
    return found.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                each -> each.getValue().stream().mapToInt(Integer::intValue).toArray()));
  }

  private static Set<Integer> set(int[] indices) {
    return Arrays.stream(indices).boxed().collect(Collectors.toCollection(TreeSet::new));
  }
}

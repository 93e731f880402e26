package io.demitasse.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ir.Verifier;
import io.demitasse.prune.AxisRows;
import io.demitasse.prune.ChannelGroup;
import io.demitasse.prune.ChannelGroup.Slice;
import io.demitasse.prune.DependencyGraph;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** What must hold of the groups of any model: what they say can go together, can. */
public final class UnitRemoval {
  private UnitRemoval() {}

  /**
   * Checks of each group that a unit whose weights are all zero can go and nothing changes, where
   * the group says so.
   *
   * @return how many groups were tried
   */
  public static int zeroUnitsCanGo(Model model, Map<String, Tensor> inputs, double tolerance) {
    int tried = 0;
    List<ChannelGroup> groups = DependencyGraph.of(model).groups();
    for (int i = 0; i < groups.size(); i++) {
      if (groups.get(i).isExact()) {
        Model zeroed = model.copy();
        ChannelGroup group = DependencyGraph.of(zeroed).groups().get(i);
        int last = group.units() - 1;
        group.constants().forEach(slice -> zero(slice, last));
        Model cut = model.copy();
        DependencyGraph graph = DependencyGraph.of(cut);
        graph.remove(Map.of(graph.groups().get(i), new int[] {last}));
        assertThat(Verifier.problems(cut)).as(group.id()).isEmpty();
        Numbers.assertClose(Numbers.run(zeroed, inputs), Numbers.run(cut, inputs), tolerance);
        tried++;
      }
    }
    return tried;
  }

  private static void zero(Slice slice, int unit) {
    Value value = slice.dimension().value();
    Tensor tensor = value.constant().orElseThrow();
    int axis = slice.dimension().axis();
    double[][] rows = AxisRows.of(tensor, axis);
    for (int index : slice.map().gather(unit)) {
      Arrays.fill(rows[index], 0);
    }
    Tensor zeroed = AxisRows.tensor(rows, tensor, axis);
    if (value.initializer() != null) {
      value.graph().setInitializer(value, zeroed);
    } else {
      Value other =
          value.graph().addInitializer(value.graph().freeName(value.name() + "_zeroed"), zeroed);
      value.graph().replaceUses(value, other);
    }
  }

  /** Checks that some units of all groups at once can go, and what is left runs. */
  public static void unitsOfAllGroupsCanGo(Model model, Map<String, Tensor> inputs, Random random) {
    Model cut = model.copy();
    DependencyGraph graph = DependencyGraph.of(cut);
    Map<ChannelGroup, int[]> units = new LinkedHashMap<>();
    for (ChannelGroup group : graph.groups()) {
      int count = random.nextInt(group.units());
      units.put(group, random.ints(0, group.units()).distinct().limit(count).toArray());
    }
    graph.remove(units);
    assertThat(Verifier.problems(cut)).isEmpty();
    Map<String, Tensor> before = Numbers.run(model, inputs);
    Numbers.run(cut, inputs)
        .forEach(
            (name, tensor) ->
                assertThat(tensor.sizes())
                    .as(name)
                    .isEqualTo(Objects.requireNonNull(before.get(name)).sizes()));
  }
}

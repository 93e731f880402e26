package io.demitasse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.prune.ChannelGroup;
import io.demitasse.prune.DependencyGraph;
import io.demitasse.prune.KeptIndices;
import io.demitasse.testkit.Numbers;
import io.demitasse.testkit.UnitRemoval;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Units of every architecture. */
final class DependencyGraphTest {
  private static final Map<String, Integer> SIZES =
      Map.of("batch", 2, "tokens", 7, "regions", 4, "past", 3, "frames", 10, "places", 5);

  static List<String> names() {
    return Zoo.names();
  }

  /** One of each kind: others of the same kind are larger alone. */
  static List<String> kinds() {
    Set<String> larger =
        Set.of(
            "resnet-34",
            "mobilenet-v3-large",
            "vit-small",
            "vit-base",
            "bert-base",
            "gpt-2-medium",
            "whisper-base");
    return Zoo.names().stream().filter(name -> !larger.contains(name)).toList();
  }

  private static Iterable<Model> parts(String name) {
    return Zoo.make(name, SmallSizes.of(name), 1).parts().values();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aUnitOfZerosCanGo(String name) {
    for (Model model : parts(name)) {
      Map<String, Tensor> inputs = Run.inputs(model, SIZES, 7);
      assertThat(UnitRemoval.zeroUnitsCanGo(model, inputs, 1e-4)).isPositive();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void anyUnitsCanGoTogether(String name) {
    for (Model model : parts(name)) {
      UnitRemoval.unitsOfAllGroupsCanGo(model, Run.inputs(model, SIZES, 7), new Random(5));
    }
  }

  /**
   * All matrices and windows but that of the words, of which rows are looked up. What the encoder
   * of Whisper gives to its decoder, and the waves that it adds, keep their sizes.
   */
  @ParameterizedTest
  @MethodSource("names")
  void nearlyAllWeightsAreInGroups(String name) {
    for (Model model : parts(name)) {
      Set<Value> grouped = new HashSet<>();
      for (ChannelGroup group : DependencyGraph.of(model).groups()) {
        group.constants().forEach(slice -> grouped.add(slice.dimension().value()));
      }
      long inGroups = 0;
      long all = 0;
      for (Value value : model.graph().initializers()) {
        Tensor tensor = value.constant().orElseThrow();
        boolean table = value.uses().stream().anyMatch(use -> use.node().is("Gather"));
        if (tensor.dataType() == DataType.FLOAT && tensor.rank() > 1 && !table) {
          all += tensor.elementCount();
          inGroups += grouped.contains(value) ? tensor.elementCount() : 0;
        }
      }
      assertThat((double) inGroups / all)
          .as(name)
          .isGreaterThan(name.startsWith("whisper") ? .8 : .85);
    }
  }

  /** What the towers of CLIP give is compared, so a number of it goes from both or from none. */
  @Test
  void numbersOfAnEmbeddingGoFromBothTowers() {
    Bundle whole = Zoo.make("clip", SmallSizes.of("clip"), 1);
    Bundle cut = whole.copy();
    DependencyGraph graph = DependencyGraph.of(cut, cut.parts().keySet(), true);
    List<ChannelGroup> tied = graph.groups().stream().filter(graph::isTied).toList();

    graph.remove(Map.of(tied.getFirst(), new int[] {0, 2}));

    assertThat(tied).hasSize(1);
    assertThat(whole.parts().keySet()).containsExactly("vision", "text");
    whole
        .parts()
        .forEach(
            (part, model) -> {
              Map<String, Tensor> inputs = Run.inputs(model, SIZES, 7);
              Tensor before = only(Numbers.run(model, inputs));
              Tensor after = only(Numbers.run(cut.part(part), inputs));
              int[] kept =
                  IntStream.range(0, (int) before.size(1)).filter(i -> i != 0 && i != 2).toArray();
              int[] rows = IntStream.range(0, (int) before.size(0)).toArray();
              Numbers.assertClose(
                  Map.of("y", KeptIndices.of(before, new int[][] {rows, kept})),
                  Map.of("y", after),
                  1e-6);
            });
    assertThat(
            DependencyGraph.of(whole, whole.parts().keySet(), false).groups().stream()
                .filter(
                    group ->
                        group.slices().stream()
                            .anyMatch(slice -> slice.dimension().value().isOutput())))
        .isEmpty();
  }

  private static Tensor only(Map<String, Tensor> outputs) {
    return outputs.values().iterator().next();
  }
}

package io.demitasse.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Model;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.ValueType;
import io.demitasse.pass.Where;
import io.demitasse.passes.clean.RemoveIdentities;
import io.demitasse.recipe.Resolution;
import io.demitasse.recipe.Step;
import io.demitasse.stored.StoredTensors;
import io.demitasse.stored.TensorFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a pass finds out is stored once, and is what it declared. */
final class PartContextTest {
  private static final Map<String, ValueType.OfTensor> TWO =
      Map.of("w", ValueType.tensor(DataType.FLOAT, 2));

  @TempDir private Path folder;

  /** Keeps everything, and remembers nothing. */
  private Findings keeping() {
    TensorFolder kept = new TensorFolder(folder);
    return new Findings() {
      @Override
      public StoredTensors take(StoredTensors named) {
        return kept.copy(named);
      }

      @Override
      public StoredTensors find(Step step, String key, Supplier<Map<String, Tensor>> search) {
        return kept.store(search.get());
      }
    };
  }

  private PartContext context(Resolution resolution) {
    Model model =
        TextGraph.parse(
            """
            ir 8, opset 17
            graph g(x: float[2]) -> (y) {
              y = Identity(x)
            }
            """);
    Step step = new Step(new RemoveIdentities(), Where.EVERYWHERE, resolution);
    return new PartContext("part", model, model, step, 7).with(keeping());
  }

  private static Map<String, Tensor> random(PartContext context) {
    return Map.of(
        "w",
        Tensor.ofFloats(
            new long[] {2}, context.random().nextFloat(), context.random().nextFloat()));
  }

  private static Map<String, Tensor> never() {
    throw new AssertionError("it was found out before");
  }

  @Test
  void whatFollowsIsRandomInTheSameWayWhetherTheSearchRunsOrNot() {
    PartContext first = context(Resolution.NONE);
    Map<String, Tensor> found = first.found("a", TWO, () -> random(first));
    Map<String, Tensor> other = first.found("b", TWO, () -> random(first));
    PartContext replayed = context(new Resolution(Map.of(), first.found()));

    assertThat(replayed.found("a", TWO, PartContextTest::never).get("w").toFloats())
        .isEqualTo(found.get("w").toFloats())
        .isNotEqualTo(other.get("w").toFloats());
    assertThat(replayed.random().nextLong()).isEqualTo(first.random().nextLong());
    assertThat(replayed.found())
        .containsOnlyKeys("part:a")
        .containsValue(first.found().get("part:a"));
  }

  @Test
  void aNameThatTheRecipeDoesNotHaveIsRefused() {
    PartContext first = context(Resolution.NONE);
    first.found("a", TWO, () -> random(first));
    PartContext replayed = context(new Resolution(Map.of(), first.found()));

    assertThatThrownBy(() -> replayed.found("b", TWO, PartContextTest::never))
        .isInstanceOf(DemitasseException.class)
        .hasMessage(
            "What step 'remove-identities' of the recipe found out does not fit this model: there"
                + " is no 'part:b' among [part:a]. Take the model that the recipe was made for, or"
                + " take the lines under 'found' out of the step, so that it is found out anew.");
  }

  @Test
  void whatIsNotAsItWasDeclaredIsRefused() {
    PartContext first = context(Resolution.NONE);
    first.found("a", TWO, () -> random(first));
    Resolution resolution = new Resolution(Map.of(), first.found());

    for (Map<String, ValueType.OfTensor> types :
        List.of(
            Map.of("w", ValueType.tensor(DataType.DOUBLE, 2)),
            Map.of("w", ValueType.tensor(DataType.FLOAT, 3)),
            Map.of("w", ValueType.tensor(DataType.FLOAT, 2, 1)),
            Map.of("v", ValueType.tensor(DataType.FLOAT, 2)),
            Map.<String, ValueType.OfTensor>of())) {
      PartContext replayed = context(resolution);
      assertThatThrownBy(() -> replayed.found("a", types, PartContextTest::never))
          .isInstanceOf(DemitasseException.class)
          .hasMessageContaining("does not fit this model");
      PartContext searching = context(Resolution.NONE);
      assertThatThrownBy(() -> searching.found("a", types, () -> random(searching)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("in what it found out as 'part:a', ");
    }
  }

  @Test
  void aSizeThatIsNotKnownBeforeMayBeAny() {
    Shape open = new Shape(List.of(Dim.UNKNOWN));
    for (ValueType.OfTensor type :
        List.of(
            ValueType.tensor(DataType.FLOAT, open), new ValueType.OfTensor(DataType.FLOAT, null))) {
      PartContext context = context(Resolution.NONE);
      assertThat(context.found("a", Map.of("w", type), () -> random(context))).hasSize(1);
    }
  }

  @Test
  void aSearchTellsNoChangeAndHoldsNoOther() {
    PartContext context = context(Resolution.NONE);

    assertThatThrownBy(
            () ->
                context.found(
                    "a",
                    TWO,
                    () -> {
                      context.changed("what no replay does again");
                      return Map.of();
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("tells a change while it finds something out");
    assertThatThrownBy(
            () -> context.found("a", TWO, () -> context.found("b", TWO, () -> random(context))))
        .isInstanceOf(IllegalStateException.class);
    context.found("a", TWO, () -> random(context));
    assertThatThrownBy(() -> context.found("a", TWO, () -> random(context)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("finds out 'a' twice");
    context.changed("and then it does something");
    assertThat(context.changes()).hasSize(1);
  }
}

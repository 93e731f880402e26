package io.demitasse.passes;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Tie;
import io.demitasse.ir.Value;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.clean.ShareWeights;
import io.demitasse.passes.quantize.QuantizeDynamic;
import io.demitasse.passes.quantize.QuantizeWeights;
import io.demitasse.pipeline.Change;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.pipeline.StepResult;
import io.demitasse.port.Ports;
import io.demitasse.recipe.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What several parts hold as one, as passes change it. */
final class TiedWeightsTest {
  private static final Tie TIE =
      new Tie.OfTensors(List.of(new Tie.Place("one", "w"), new Tie.Place("two", "w")));

  /** Two parts with one weight in common that is not the same object yet. */
  private static Bundle bundle() {
    Map<String, Model> parts = new LinkedHashMap<>();
    for (String part : List.of("one", "two")) {
      parts.put(
          part,
          TextGraph.parse(
              """
              ir 10, opset 21
              graph g(x: float[N,64]) -> (y: float[N,64]) {
                w = float[64,64] ~ 1
                v = float[64,64] ~ %s
                h = MatMul(x, w)
                r = Relu(h)
                y = MatMul(r, v)
              }
              """
                  .formatted(part.equals("one") ? 2 : 3)));
    }
    return new Bundle(parts, List.of(TIE));
  }

  private static StepResult applied(Bundle bundle, Step step) {
    return new Pipeline(Ports.find().runtime(), bundle, null, 1).apply(bundle, step);
  }

  /** Integers of the first layer and all that belongs to them, in order. */
  private static List<Tensor> first(Bundle bundle, String part) {
    List<Tensor> constants = new ArrayList<>();
    bundle.part(part).graph().initializers().stream()
        .filter(value -> value.name().startsWith("w"))
        .forEach(value -> constants.add(value.constant().orElseThrow()));
    return constants;
  }

  @ParameterizedTest
  @ValueSource(classes = {QuantizeDynamic.class, QuantizeWeights.class})
  void theyBecomeTheSameIntegersAndAreStoredOnce(Class<? extends ModelPass> type) {
    ModelPass pass = PassOptions.of(type, Map.of());

    StepResult result = applied(bundle(), Step.of(pass, Where.EVERYWHERE));

    List<Tensor> one = first(result.bundle(), "one");
    List<Tensor> two = first(result.bundle(), "two");
    assertThat(result.changedAnything()).isTrue();
    assertThat(one).isNotEmpty().hasSameSizeAs(two);
    for (int i = 0; i < one.size(); i++) {
      assertThat(one.get(i).contentEquals(two.get(i))).as("%s", one.get(i)).isTrue();
    }
    Bundle shared =
        applied(result.bundle(), Step.of(new ShareWeights(), Where.EVERYWHERE)).bundle();
    assertThat(shared.holders(shared.parts().keySet()).values())
        .anySatisfy(parts -> assertThat(parts).containsExactly("one", "two"));
    assertThat(result.changes()).extracting(Change::text).noneMatch(text -> text.contains("same"));
  }

  /** A step that changes one part alone says that the weight is stored twice from here on. */
  @Test
  void whatEndsItIsTold() {
    StepResult result =
        applied(
            bundle(),
            Step.of(PassOptions.of(QuantizeDynamic.class, Map.of()), Where.ofPart("two")));

    assertThat(result.changes())
        .filteredOn(change -> !change.applied())
        .extracting(Change::text)
        .contains("'two:w' is no longer the same as [one:w]");
  }

  @Test
  void whatWasNotTheSameBeforeIsNotTold() {
    Bundle bundle = bundle();
    Value weight = Objects.requireNonNull(bundle.part("one").graph().find("w"));
    double[] numbers = weight.constant().orElseThrow().toDoubles();

    assertThat(TIE.problems(bundle)).isEmpty();
    numbers[7] += 1;
    bundle
        .part("one")
        .graph()
        .setInitializer(
            weight,
            Tensor.ofNumbers(
                weight.constant().orElseThrow().dataType(), new long[] {64, 64}, numbers));

    assertThat(TIE.problems(bundle)).hasSize(1);
    assertThat(
            applied(
                    bundle,
                    Step.of(PassOptions.of(QuantizeDynamic.class, Map.of()), Where.ofPart("two")))
                .changes())
        .extracting(Change::text)
        .noneMatch(text -> text.contains("no longer"));
  }
}

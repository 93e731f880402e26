package io.demitasse.passes.clean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Computation;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Verifier;
import io.demitasse.pass.Where;
import io.demitasse.pipeline.Change;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.pipeline.StepResult;
import io.demitasse.port.Ports;
import io.demitasse.recipe.Step;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShareWeightsTest {

  /** A part whose weights are made from seeds, so that equal seeds give equal weights. */
  private static Model part(int... seeds) {
    StringBuilder text = new StringBuilder("ir 8, opset 17\n\ngraph g(x: float[1,20]) -> (y: ");
    text.append("float[1,20]) {\n");
    for (int i = 0; i < seeds.length; i++) {
      text.append("  w%d = float[20,20] ~ %d\n".formatted(i, seeds[i]));
    }
    for (int i = 0; i < seeds.length; i++) {
      String from = i == 0 ? "x" : "t" + (i - 1);
      String to = i == seeds.length - 1 ? "y" : "t" + i;
      text.append("  %s = MatMul(%s, w%d)\n".formatted(to, from, i));
    }
    return TextGraph.parse(text.append("}\n").toString());
  }

  private static Bundle bundle(Model... models) {
    Map<String, Model> parts = new LinkedHashMap<>();
    IntStream.range(0, models.length).forEach(i -> parts.put("p" + i, models[i]));
    return new Bundle(parts);
  }

  private static Tensor weight(Bundle bundle, String part, String name) {
    return Objects.requireNonNull(bundle.part(part).graph().find(name).initializer());
  }

  private static StepResult apply(Bundle bundle, Where where) {
    Map<String, String> before = new LinkedHashMap<>();
    bundle.parts().forEach((part, model) -> before.put(part, TextGraph.print(model)));
    Pipeline pipeline = new Pipeline(Ports.find().runtime(), bundle, null, 1);

    StepResult result = pipeline.apply(bundle, Step.of(new ShareWeights(), where));

    bundle
        .parts()
        .forEach(
            (part, model) -> {
              assertThat(TextGraph.print(model)).isEqualTo(before.get(part));
              Verifier.verify(result.bundle().part(part));
              assertThat(TextGraph.print(result.bundle().part(part)))
                  .as("a weight stays what it was")
                  .isEqualTo(before.get(part));
            });
    Bundle once = result.bundle();
    assertThat(pipeline.apply(once, Step.of(new ShareWeights(), where)).changedAnything())
        .as("a second run finds nothing")
        .isFalse();
    return result;
  }

  @Test
  void equalWeightsOfTwoPartsBecomeOne() {
    Bundle before = bundle(part(1, 2), part(3, 1));

    StepResult result = apply(before, Where.EVERYWHERE);

    Bundle after = result.bundle();
    assertThat(weight(after, "p1", "w1")).isSameAs(weight(after, "p0", "w0"));
    assertThat(weight(after, "p0", "w1")).isSameAs(weight(before, "p0", "w1"));
    assertThat(weight(after, "p1", "w0")).isSameAs(weight(before, "p1", "w0"));
    assertThat(weight(before, "p1", "w1")).isNotSameAs(weight(before, "p0", "w0"));
    assertThat(result.changes())
        .extracting(Change::part, Change::text)
        .containsExactly(
            tuple("p0", "weights in common with 'p1': 1 of 1600 bytes"),
            tuple("p1", "weights in common with 'p0': 1 of 1600 bytes"));
  }

  @Test
  void ofThreePartsEachIsToldWhatItHasInCommonWithTheOthers() {
    StepResult result = apply(bundle(part(1, 2), part(1, 4), part(2, 1)), Where.EVERYWHERE);

    assertThat(result.changes())
        .extracting(Change::text)
        .containsExactly(
            "weights in common with 'p1', 'p2': 2 of 3200 bytes",
            "weights in common with 'p0', 'p2': 1 of 1600 bytes",
            "weights in common with 'p0', 'p1': 2 of 3200 bytes");
  }

  @Test
  void aWeightThatAPartHoldsTwiceIsItsOwnAffair() {
    assertThat(apply(bundle(part(1, 1), part(2, 3)), Where.EVERYWHERE).changes()).isEmpty();
  }

  @Test
  void weightsThatDifferInABitStayApart() {
    Bundle bundle = bundle(part(1), part(1));
    float[] values = weight(bundle, "p1", "w0").toFloats();
    values[399] = Math.nextUp(values[399]);
    Model second = bundle.part("p1");
    second
        .graph()
        .setInitializer(second.graph().find("w0"), Tensor.ofFloats(new long[] {20, 20}, values));

    assertThat(apply(bundle, Where.EVERYWHERE).changes()).isEmpty();
  }

  @Test
  void theSameBitsInAnotherShapeOrTypeStayApart() {
    Bundle bundle = bundle(part(1), part(2), part(3));
    MemorySegment zeros = MemorySegment.ofArray(new byte[1600]);
    set(bundle, "p0", Tensor.of(DataType.FLOAT, new long[] {20, 20}, zeros));
    set(bundle, "p1", Tensor.of(DataType.FLOAT, new long[] {400}, zeros));
    set(bundle, "p2", Tensor.of(DataType.INT32, new long[] {20, 20}, zeros));

    assertThat(apply(bundle, Where.EVERYWHERE).changes()).isEmpty();
  }

  private static void set(Bundle bundle, String part, Tensor tensor) {
    Model model = bundle.part(part);
    model.graph().addInitializer("more", tensor);
  }

  @Test
  void smallWeightsStayWhereTheyAre() {
    Bundle bundle = bundle(part(1), part(2));
    set(bundle, "p0", Tensor.ofFloats(new long[] {255}, new float[255]));
    set(bundle, "p1", Tensor.ofFloats(new long[] {255}, new float[255]));

    assertThat(apply(bundle, Where.EVERYWHERE).changes()).isEmpty();
  }

  @Test
  void aDefaultOfAnInputIsNoWeight() {
    Bundle bundle = bundle(part(1), part(1));
    bundle.parts().values().forEach(m -> m.graph().addInput(m.graph().find("w0")));

    assertThat(apply(bundle, Where.EVERYWHERE).changes()).isEmpty();
  }

  @Test
  void onlyPartsThatTheStepSelectsShare() {
    Bundle before = bundle(part(1), part(1), part(1));

    Bundle after = apply(before, Where.ofParts(List.of("p0", "p2"))).bundle();

    assertThat(weight(after, "p2", "w0")).isSameAs(weight(after, "p0", "w0"));
    assertThat(weight(after, "p1", "w0")).isSameAs(weight(before, "p1", "w0"));
  }

  @Test
  void aPartAloneHasNothingToShare() {
    assertThat(apply(bundle(part(1, 1)), Where.EVERYWHERE).changes()).isEmpty();
    assertThat(apply(bundle(part(1), part(1)), Where.ofPart("p0")).changes()).isEmpty();
  }

  /** Numbers that are made when they are asked for. */
  private record Numbers(float first) implements Computation {
    @Override
    public List<Result> results() {
      return List.of(Result.of(DataType.FLOAT, 20, 20));
    }

    @Override
    public void compute(List<MemorySegment> destinations) {
      for (int i = 0; i < 400; i++) {
        destinations.getFirst().setAtIndex(Tensor.F32, i, first + i);
      }
    }
  }

  @Test
  void weightsThatAreStillToBeComputedAreComparedByWhatTheyWillBe() {
    Bundle bundle = bundle(part(1), part(2), part(3), part(4));
    double[] values = IntStream.range(0, 400).mapToDouble(i -> 5 + i).toArray();
    set(bundle, "p0", Tensor.deferred(new Numbers(5)).getFirst());
    set(bundle, "p1", Tensor.deferred(new Numbers(5)).getFirst());
    set(bundle, "p2", Tensor.deferred(new Numbers(6)).getFirst());
    set(bundle, "p3", Tensor.ofNumbers(DataType.FLOAT, new long[] {20, 20}, values));

    Bundle after = apply(bundle, Where.EVERYWHERE).bundle();

    Tensor stored = weight(bundle, "p3", "more");
    assertThat(List.of("p0", "p1", "p3"))
        .as("what is there already need not be computed")
        .allSatisfy(part -> assertThat(weight(after, part, "more")).isSameAs(stored));
    assertThat(weight(after, "p2", "more")).isSameAs(weight(bundle, "p2", "more"));
  }

  @Test
  void largeConstantsOfNodesAreLeftWithAReason() {
    String constant =
        """
        ir 8, opset 17

        graph g(x: float[1,300]) -> (y: float[1,300]) {
          c = Constant() <value=float[300] ~ 1>
          y = Add(x, c)
        }
        """;
    StepResult result =
        apply(bundle(TextGraph.parse(constant), TextGraph.parse(constant)), Where.EVERYWHERE);

    assertThat(result.changedAnything()).isFalse();
    assertThat(result.changes())
        .hasSize(2)
        .extracting(Change::text)
        .containsOnly("only initializers can be shared: hoist-constants makes it one");
  }
}

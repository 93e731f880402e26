package io.demitasse.passes.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.evaluate.Review;
import io.demitasse.evaluate.Task;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Tie;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.clean.ShareWeights;
import io.demitasse.pipeline.Change;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.pipeline.StepResult;
import io.demitasse.port.Ports;
import io.demitasse.recipe.Step;
import io.demitasse.testkit.KeptFindings;
import io.demitasse.testkit.Numbers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What parts share goes from all of them, and the program computes as before or nearly so. */
final class PruneTiedTest {
  /** The states are 8 numbers that 4 tell: half of them follow from the others. */
  private static final String ENCODER =
      """
      ir 10, opset 17
      graph encoder(x: float[N,3,5]) -> (states: float[N,3,8]) {
        w = float[5,4] ~ 1
        u = float[4,8] ~ 2
        h = MatMul(x, w)
        r = Relu(h)
        states = MatMul(r, u)
      }
      """;

  private static final String DECODER =
      """
      ir 10, opset 17
      graph decoder(t: float[N,3,4], states: float[N,3,8]) -> (y: float[N,3,7]) {
        v = float[8,4] ~ 4
        o = float[4,7] ~ 5
        k = MatMul(states, v)
        s = Add(t, k)
        a = Tanh(s)
        y = MatMul(a, o)
      }
      """;

  private static final List<Tie> STATES = List.of(sizes("one:states[2]", "two:states[2]"));

  private static Tie sizes(String... axes) {
    return new Tie.OfDimensions(
        List.of(axes).stream().map(axis -> Tie.Axis.parse(axis).orElseThrow()).toList());
  }

  private static Bundle bundle(List<Tie> ties, String one, String two) {
    Map<String, Model> parts = new LinkedHashMap<>();
    parts.put("one", TextGraph.parse(one));
    parts.put("two", TextGraph.parse(two));
    return new Bundle(parts, ties);
  }

  private static Bundle states() {
    return bundle(STATES, ENCODER, DECODER);
  }

  private static Tensor some(Random random, long... sizes) {
    float[] numbers = new float[(int) Tensor.elementCount(sizes)];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return Tensor.ofFloats(sizes, numbers);
  }

  /** Gives what the first part makes to the second. */
  private record Wired() implements Program {
    @Override
    public String name() {
      return "wired";
    }

    @Override
    public Map<String, Tensor> run(Sample sample, Parts parts) {
      Map<String, Tensor> inputs = ((Sample.Tensors) sample).inputs();
      Map<String, Tensor> second = new LinkedHashMap<>(parts.run("one", only(inputs, "x")));
      second.putAll(only(inputs, "t"));
      return parts.run("two", second);
    }

    private static Map<String, Tensor> only(Map<String, Tensor> inputs, String name) {
      return Map.of(name, Objects.requireNonNull(inputs.get(name)));
    }
  }

  private record Known(Samples samples, Program program) implements Task {
    @Override
    public String name() {
      return "known";
    }

    @Override
    public List<String> metrics() {
      return List.of();
    }

    @Override
    public Review<?, List<Score>> scores() {
      return new Review<String, List<Score>>((_, _, _) -> "", _ -> List.of());
    }
  }

  private static Task task() {
    Random random = new Random(1);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      samples.add(
          new Sample.Tensors(
              "s" + i, Map.of("x", some(random, 2, 3, 5), "t", some(random, 2, 3, 4))));
    }
    return new Known(Samples.of("numbers", samples), new Wired());
  }

  private static Step step(Where where, Object... options) {
    Map<String, Object> all = new LinkedHashMap<>();
    for (int i = 0; i < options.length; i += 2) {
      all.put((String) options[i], options[i + 1]);
    }
    return Step.of(PassOptions.of(PruneTied.class, all), where);
  }

  private static Pipeline pipeline(Bundle bundle, @Nullable Task task) {
    return new Pipeline(Ports.find().runtime(), bundle, task, 1).with(new KeptFindings());
  }

  private static StepResult applied(Bundle bundle, @Nullable Task task, Step step) {
    Pipeline pipeline = pipeline(bundle, task);
    StepResult result = pipeline.apply(bundle, step);
    assertThat(pipeline.apply(result.bundle(), step).changedAnything())
        .as("a second run changes nothing")
        .isFalse();
    return result;
  }

  private static long[] sizes(Bundle bundle, String part, String weight) {
    return tensor(bundle, part, weight).sizes();
  }

  private static Tensor tensor(Bundle bundle, String part, String weight) {
    return Objects.requireNonNull(bundle.part(part).graph().find(weight)).constant().orElseThrow();
  }

  private static Map<String, Tensor> run(Bundle bundle) {
    Sample sample = task().samples().get(0);
    return new Wired().run(sample, (part, inputs) -> Numbers.run(bundle.part(part), inputs));
  }

  @Test
  void whatOthersTellTooGoesFromBothPartsWithoutALoss() {
    StepResult result =
        applied(states(), task(), step(Where.EVERYWHERE, "ratio", .5, "damping", 1e-6));

    assertThat(sizes(result.bundle(), "one", "u")).containsExactly(4, 4);
    assertThat(sizes(result.bundle(), "two", "v")).containsExactly(4, 4);
    Numbers.assertClose(run(states()), run(result.bundle()), 2e-3);
    assertThat(result.changes())
        .filteredOn(Change::applied)
        .extracting(Change::part)
        .contains("one", "two");
  }

  @Test
  void theSmallerSizesAreThoseOfWhatIsPublished() {
    Bundle worked = applied(states(), null, step(Where.EVERYWHERE, "ratio", .25)).bundle();
    Bundle published = worked.published();

    assertThat(worked.ties()).allSatisfy(tie -> assertThat(tie.problems(worked)).isEmpty());
    assertThat(worked.part("two").graph().inputs().get(1).shape()).hasToString("Optional[[N,3,8]]");
    assertThat(published.part("two").graph().inputs().get(1).shape())
        .hasToString("Optional[[N,3,6]]");
    assertThat(published.part("one").graph().outputs().getFirst().shape())
        .hasToString("Optional[[N,3,6]]");
    assertThat(published.part("one").graph().nodeCount()).isEqualTo(3);
    assertThat(published.part("two").graph().nodeCount()).isEqualTo(4);
    assertThat(published.part("two").graph().initializers()).hasSize(2);
    assertThat(published.ties()).allSatisfy(tie -> assertThat(tie.problems(published)).isEmpty());
    Numbers.assertClose(run(worked), run(published), 1e-6);
  }

  /** The lowest goes: with its weights zero, the program gives what it gives without it. */
  @Test
  void theUnitOfTheLeastWeightsOverBothPartsGoes() {
    Bundle bundle = states();
    scaleUnit(bundle, 1e-6);

    Bundle small =
        applied(bundle, null, step(Where.EVERYWHERE, "ratio", .125, "importance", "l2")).bundle();
    scaleUnit(bundle, 0);

    assertThat(sizes(small, "one", "u")).containsExactly(4, 7);
    Numbers.assertClose(run(bundle), run(small), 1e-6);
  }

  /** Unit 3: large in one part and small in the other, and their product is what it was. */
  private static void scaleUnit(Bundle bundle, double factor) {
    Tensor u = tensor(bundle, "one", "u");
    Tensor v = tensor(bundle, "two", "v");
    double[] columns = u.toDoubles();
    double[] rows = v.toDoubles();
    for (int i = 0; i < 4; i++) {
      columns[i * 8 + 3] *= factor;
      rows[3 * 4 + i] *= factor;
    }
    set(bundle, "one", "u", columns);
    set(bundle, "two", "v", rows);
  }

  private static void set(Bundle bundle, String part, String name, double... numbers) {
    Tensor old = tensor(bundle, part, name);
    bundle
        .part(part)
        .graph()
        .setInitializer(
            Objects.requireNonNull(bundle.part(part).graph().find(name)),
            Tensor.ofNumbers(old.dataType(), old.sizes(), numbers));
  }

  @Test
  void aPartThatIsNotSelectedKeepsAllOthersWhole() {
    Bundle bundle = new Bundle(Map.of("three", TextGraph.parse(DECODER)), List.of());
    Map<String, Model> parts = new LinkedHashMap<>(states().parts());
    parts.putAll(bundle.parts());
    Bundle three =
        new Bundle(parts, List.of(sizes("one:states[2]", "two:states[2]", "three:states[2]")));

    StepResult result = applied(three, null, step(Where.ofParts(List.of("one", "two"))));

    assertThat(result.changedAnything()).isFalse();
    assertThat(result.changes())
        .extracting(Change::text)
        .anyMatch(text -> text.contains("tied to 'three:states', which the step does not select"));
  }

  private static String tower(int seed) {
    return """
    ir 10, opset 17
    graph tower(x: float[N,5]) -> (embedding: float[N,8]) {
      w = float[5,6] ~ %d
      u = float[6,8] ~ %d
      h = MatMul(x, w)
      r = Relu(h)
      embedding = MatMul(r, u)
    }
    """
        .formatted(seed, seed + 1);
  }

  private static Bundle towers() {
    return bundle(List.of(sizes("one:embedding[1]", "two:embedding[1]")), tower(1), tower(5));
  }

  @Test
  void embeddingsAreCutOnlyWhereThatIsAskedFor() {
    assertThat(applied(towers(), null, step(Where.EVERYWHERE)).changedAnything()).isFalse();

    Bundle worked =
        applied(towers(), null, step(Where.EVERYWHERE, "outputs", true, "ratio", .5)).bundle();
    Bundle published = worked.published();

    Map<String, Tensor> x = Map.of("x", some(new Random(3), 4, 5));
    Tensor wide = Numbers.run(worked.part("one"), x).get("embedding");
    Tensor narrow = Numbers.run(published.part("one"), x).get("embedding");
    assertThat(wide.sizes()).containsExactly(4, 8);
    assertThat(narrow.sizes()).containsExactly(4, 4);
    assertThat(product(wide, Numbers.run(worked.part("two"), x).get("embedding")))
        .isEqualTo(product(narrow, Numbers.run(published.part("two"), x).get("embedding")));
  }

  private static float product(Tensor one, Tensor other) {
    float[] left = one.toFloats();
    float[] right = other.toFloats();
    float sum = 0;
    for (int i = 0; i < left.length; i++) {
      sum += left[i] * right[i];
    }
    return sum;
  }

  private static String lookup(String name, int seed) {
    return """
    ir 10, opset 17
    graph g(%s: int64[N,3]) -> (y: float[N,3,7]) {
      table = float[40,8] ~ 9
      o = float[8,7] ~ %d
      e = Gather(table, %s)
      r = Relu(e)
      y = MatMul(r, o)
    }
    """
        .formatted(name, seed, name);
  }

  @Test
  void aTableOfBothPartsStaysOne() {
    Tie table =
        new Tie.OfTensors(List.of(new Tie.Place("one", "table"), new Tie.Place("two", "table")));
    Bundle bundle = bundle(List.of(table), lookup("ids", 1), lookup("ids", 2));

    Bundle small = applied(bundle, null, step(Where.EVERYWHERE, "ratio", .25)).bundle();

    assertThat(sizes(small, "one", "table")).containsExactly(40, 6);
    assertThat(sizes(small, "two", "o")).containsExactly(6, 7);
    assertThat(table.problems(small)).isEmpty();
    Bundle shared =
        pipeline(small, null).apply(small, Step.of(new ShareWeights(), Where.EVERYWHERE)).bundle();
    assertThat(tensor(shared, "one", "table")).isSameAs(tensor(shared, "two", "table"));
  }

  @Test
  void aReplayNeedsNoDataAndGivesTheSame() {
    Pipeline searching = pipeline(states(), task());
    StepResult first = searching.apply(states(), step(Where.EVERYWHERE, "ratio", .5));

    StepResult again = pipeline(states(), null).apply(states(), first.steps().getLast());

    assertThat(first.changedAnything()).isTrue();
    first
        .bundle()
        .parts()
        .forEach(
            (part, model) ->
                assertThat(TextGraph.print(again.bundle().part(part)))
                    .isEqualTo(TextGraph.print(model)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"taylor", "fisher"})
  void gradientsAreOfOnePartAndRefused(String importance) {
    assertThatThrownBy(() -> step(Where.EVERYWHERE, "importance", importance))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("without gradients");
  }

  @Test
  void onePartSharesNothing() {
    assertThat(applied(states(), null, step(Where.ofPart("one"))).changes())
        .extracting(Change::text)
        .containsExactly("nothing is shared within one part");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 5})
  void howManyStayIsAMultiple(long multiple) {
    Bundle small =
        applied(states(), null, step(Where.EVERYWHERE, "ratio", .4, "multiple", multiple)).bundle();

    assertThat(LongStream.of(sizes(small, "two", "v")).findFirst().orElseThrow() % multiple)
        .isZero();
    assertThat(sizes(small, "two", "v")[0]).isLessThan(8);
  }
}

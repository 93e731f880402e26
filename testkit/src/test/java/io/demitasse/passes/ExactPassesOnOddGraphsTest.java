package io.demitasse.passes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.pass.PassInfo.Effect;
import io.demitasse.pass.PassOptions;
import io.demitasse.passes.OddGraph.Form;
import io.demitasse.passes.OddGraph.Kind;
import io.demitasse.passes.clean.RemoveIdentities;
import io.demitasse.pipeline.Change;
import io.demitasse.testkit.Numbers;
import io.demitasse.testkit.PassChecks;
import io.demitasse.testkit.PassRun;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Graphs that look like what a pass is for, with something odd about each: another number of
 * operands, constants that widen, numbers that are off or large, open sizes of one; of floats,
 * doubles and halves, and in branches and loops. Every exact pass must leave what they compute as
 * it is, whether it fires or not; those that only move and remove, to the last bit.
 */
class ExactPassesOnOddGraphsTest {
  private static final int SEEDS = 24;

  /** Graphs of each kind in the further forms. */
  private static final int FURTHER_SEEDS = 4;

  private static final List<ModelPass> PASSES =
      Catalogue.PASSES.stream()
          .filter(ModelPass.class::isAssignableFrom)
          .filter(pass -> PassOptions.info(pass).effect() == Effect.EXACT)
          .filter(pass -> PassOptions.info(pass).minimumOpset() <= OddGraph.OPSET)
          .map(pass -> (ModelPass) PassOptions.defaults(pass))
          .toList();

  /** How many graphs ran, and how many rewrites of them were looked at. */
  private record Count(int graphs, int rewrites) {
    Count plus(Count other) {
      return new Count(graphs + other.graphs, rewrites + other.rewrites);
    }
  }

  @ParameterizedTest
  @EnumSource
  void exactPassesKeepWhatItComputes(Kind kind) {
    Count count = compare(PASSES, kind, Form.FLOAT, SEEDS);
    assertThat(count.graphs()).as("graphs that run").isGreaterThan(SEEDS / 2);
    assertThat(count.rewrites()).as("rewrites").isPositive();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FLOAT")
  void inEveryForm(Form form) {
    Count count = compare(PASSES, form, FURTHER_SEEDS);
    // The runtime has no convolutions of doubles, which five kinds are about.
    assertThat(count.graphs())
        .as("graphs that run")
        .isGreaterThan(Kind.values().length * FURTHER_SEEDS / 3);
    assertThat(count.rewrites()).as("rewrites").isGreaterThan(Kind.values().length);
  }

  private static Count compare(List<ModelPass> passes, Form form, int seeds) {
    return Arrays.stream(Kind.values())
        .map(kind -> compare(passes, kind, form, seeds))
        .reduce(new Count(0, 0), Count::plus);
  }

  private static Count compare(List<ModelPass> passes, Kind kind, Form form, int seeds) {
    Count count = new Count(0, 0);
    for (long seed = 0; seed < seeds; seed++) {
      OddGraph graph = new OddGraph(kind, form, new Random(seed));
      Model model = TextGraph.parse(graph.text());
      List<Map<String, Tensor>> inputs = inputs(graph, form, new Random(seed));
      List<Map<String, Tensor>> expected = new ArrayList<>();
      if (runs(model, inputs, expected)) {
        int rewrites = 0;
        for (ModelPass pass : passes) {
          String which = kind + ", " + form + ", seed " + seed;
          rewrites += keeps(pass, model, form, inputs, expected, which) ? 1 : 0;
        }
        count = count.plus(new Count(1, rewrites));
      }
    }
    return count;
  }

  private static boolean keeps(
      ModelPass pass,
      Model model,
      Form form,
      List<Map<String, Tensor>> inputs,
      List<Map<String, Tensor>> expected,
      String which) {
    PassRun run = PassChecks.applied(pass, model);
    if (run.changes().stream().noneMatch(Change::applied)) {
      return false;
    }
    for (int i = 0; i < inputs.size(); i++) {
      try {
        Map<String, Tensor> actual = Numbers.run(run.after(), inputs.get(i));
        if (isHeldBitForBit(pass)) {
          assertSameBits(expected.get(i), actual);
        } else {
          Numbers.assertClose(expected.get(i), actual, form.tolerance());
        }
      } catch (AssertionError | DemitasseException e) {
        throw new AssertionError(
            which + ": " + pass + " made of\n" + TextGraph.print(model) + run.text(), e);
      }
    }
    return true;
  }

  /** What cleans moves and removes, and computes constants as the runtime does. */
  private static boolean isHeldBitForBit(ModelPass pass) {
    return pass.getClass().getPackage() == RemoveIdentities.class.getPackage()
        || pass instanceof Dropping;
  }

  private static void assertSameBits(Map<String, Tensor> expected, Map<String, Tensor> actual) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, tensor) ->
            assertThat(tensor.contentEquals(actual.get(name))).as("the bits of " + name).isTrue());
  }

  /** Whether the runtime takes the graph at all: not every constant fits beside every other. */
  private static boolean runs(
      Model model, List<Map<String, Tensor>> inputs, List<Map<String, Tensor>> outputs) {
    try {
      inputs.forEach(each -> outputs.add(Numbers.run(model, each)));
      return true;
    } catch (DemitasseException e) {
      return false;
    }
  }

  private static List<Map<String, Tensor>> inputs(OddGraph graph, Form form, Random random) {
    List<Map<String, Tensor>> inputs = new ArrayList<>();
    for (long open : new long[] {1, 3}) {
      for (double scale : new double[] {1, 200}) {
        long[] sizes = Arrays.stream(graph.sizes()).map(size -> size < 0 ? open : size).toArray();
        Map<String, Tensor> given = new HashMap<>();
        given.put(graph.input(), numbers(form.type(), sizes, scale, random));
        if (form == Form.BRANCH) {
          double taken = open == 3 && scale > 1 ? 0 : 1;
          given.put("taken", Tensor.ofNumbers(DataType.BOOL, new long[0], taken));
        }
        inputs.add(given);
      }
    }
    return inputs;
  }

  /** Gaussian numbers with zeros of both signs among them. */
  private static Tensor numbers(DataType type, long[] sizes, double scale, Random random) {
    double[] numbers = new double[(int) Tensor.elementCount(sizes)];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] =
          switch (random.nextInt(8)) {
            case 0 -> 0.;
            case 1 -> -0.;
            default -> random.nextGaussian() * scale;
          };
    }
    return Tensor.ofNumbers(type, sizes, numbers);
  }

  /** A wrong pass: takes nodes for what only hands on its first input. */
  @PassInfo(summary = "Drop what is none of ours to drop", effect = Effect.EXACT)
  private record Dropping(Predicate<Node> nodes) implements ModelPass {
    @Override
    public void apply(Model model, PassContext context) {
      for (Node node : context.nodes()) {
        if (nodes.test(node)) {
          context.changed(node, "dropped");
          node.graph().replaceUses(node.output(), node.requiredInput(0));
          node.graph().remove(node);
        }
      }
    }
  }

  /** A wrong pass: computes with doubles as if they were floats. */
  @PassInfo(summary = "Round doubles", effect = Effect.EXACT)
  private record Rounding() implements ModelPass {
    @Override
    public void apply(Model model, PassContext context) {
      for (Value value : model.graph().initializers()) {
        Tensor before = value.constant().orElseThrow();
        if (before.dataType() == DataType.DOUBLE) {
          double[] numbers = Arrays.stream(before.toDoubles()).map(each -> (float) each).toArray();
          Tensor after = Tensor.ofNumbers(DataType.DOUBLE, before.sizes(), numbers);
          if (!after.contentEquals(before)) {
            value.graph().setInitializer(value, after);
            context.changed("rounded " + value.name());
          }
        }
      }
    }
  }

  /** x + 0 is x but for the sign of zero, which no tolerance sees. */
  @Test
  void aSumThatTurnsTheSignOfZeroIsFoundOut() {
    ModelPass pass =
        new Dropping(
            node ->
                Op.ADD.is(node)
                    && node.constantInput(1)
                        .filter(zero -> zero.elementCount() == 1)
                        .filter(zero -> 1 / zero.toDoubles()[0] == Double.POSITIVE_INFINITY)
                        .isPresent());
    assertThatThrownBy(() -> compare(List.of(pass), Kind.IDENTITIES, Form.FLOAT, SEEDS))
        .isInstanceOf(AssertionError.class)
        .hasStackTraceContaining("the bits of end");
  }

  @Test
  void aFoldThatRoundsDoublesToFloatsIsFoundOut() {
    assertThatThrownBy(() -> compare(List.of(new Rounding()), Form.DOUBLE, FURTHER_SEEDS))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("DOUBLE, seed");
    assertThat(compare(List.of(new Rounding()), Form.FLOAT, 1).rewrites()).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"BRANCH", "LOOP"})
  void aProductThatIsDroppedInsideANestedGraphIsFoundOut(Form form) {
    ModelPass pass = new Dropping(node -> Op.MUL.is(node) && node.graph().outer() != null);
    assertThatThrownBy(() -> compare(List.of(pass), form, FURTHER_SEEDS))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(form + ", seed");
  }

  @Test
  void aProductThatIsDroppedAmongHalvesIsFoundOut() {
    ModelPass pass = new Dropping(Op.MUL::is);
    assertThatThrownBy(() -> compare(List.of(pass), Form.HALF, FURTHER_SEEDS))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("HALF, seed");
  }
}

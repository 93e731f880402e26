package io.demitasse.passes;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.PassInfo.Effect;
import io.demitasse.pass.PassOptions;
import io.demitasse.pipeline.Change;
import io.demitasse.testkit.Numbers;
import io.demitasse.testkit.PassChecks;
import io.demitasse.testkit.PassRun;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Graphs that look like what a pass is for, with something odd about each: another number of
 * operands, constants that widen, numbers that are off or large, open sizes of one. Every exact
 * pass must leave what they compute as it is, whether it fires or not.
 */
class ExactPassesOnOddGraphsTest {
  private static final int SEEDS = 24;

  private static final List<ModelPass> PASSES =
      Catalogue.PASSES.stream()
          .filter(ModelPass.class::isAssignableFrom)
          .filter(pass -> PassOptions.info(pass).effect() == Effect.EXACT)
          .filter(pass -> PassOptions.info(pass).minimumOpset() <= OddGraph.OPSET)
          .map(pass -> (ModelPass) PassOptions.defaults(pass))
          .toList();

  @ParameterizedTest
  @EnumSource
  void exactPassesKeepWhatItComputes(OddGraph.Kind kind) {
    int compared = 0;
    int changed = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      OddGraph graph = new OddGraph(kind, new Random(seed));
      Model model = TextGraph.parse(graph.text());
      List<Map<String, Tensor>> inputs = inputs(graph, new Random(seed));
      List<Map<String, Tensor>> expected = new ArrayList<>();
      if (runs(model, inputs, expected)) {
        compared++;
        for (ModelPass pass : PASSES) {
          changed += keeps(pass, model, inputs, expected, kind + ", seed " + seed) ? 1 : 0;
        }
      }
    }
    assertThat(compared).as("graphs that run").isGreaterThan(SEEDS / 2);
    assertThat(changed).as("rewrites").isPositive();
  }

  private static boolean keeps(
      ModelPass pass,
      Model model,
      List<Map<String, Tensor>> inputs,
      List<Map<String, Tensor>> expected,
      String which) {
    PassRun run = PassChecks.applied(pass, model);
    if (run.changes().stream().noneMatch(Change::applied)) {
      return false;
    }
    for (int i = 0; i < inputs.size(); i++) {
      try {
        Numbers.assertClose(expected.get(i), Numbers.run(run.after(), inputs.get(i)), 1e-5);
      } catch (AssertionError | DemitasseException e) {
        throw new AssertionError(
            which + ": " + pass + " made of\n" + TextGraph.print(model) + run.text(), e);
      }
    }
    return true;
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

  private static List<Map<String, Tensor>> inputs(OddGraph graph, Random random) {
    List<Map<String, Tensor>> inputs = new ArrayList<>();
    for (long open : new long[] {1, 3}) {
      for (double scale : new double[] {1, 200}) {
        long[] sizes = Arrays.stream(graph.sizes()).map(size -> size < 0 ? open : size).toArray();
        inputs.add(Map.of("x", numbers(sizes, scale, random)));
      }
    }
    return inputs;
  }

  /** Gaussian numbers with zeros of both signs among them. */
  private static Tensor numbers(long[] sizes, double scale, Random random) {
    double[] numbers = new double[(int) Tensor.elementCount(sizes)];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] =
          switch (random.nextInt(8)) {
            case 0 -> 0.;
            case 1 -> -0.;
            default -> random.nextGaussian() * scale;
          };
    }
    return Tensor.ofNumbers(DataType.FLOAT, sizes, numbers);
  }
}

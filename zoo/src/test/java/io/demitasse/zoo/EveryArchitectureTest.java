package io.demitasse.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.data.Sha256;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ir.Verifier;
import io.demitasse.ops.ModelSummary;
import io.demitasse.port.ModelFormat.WriteOptions;
import io.demitasse.port.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every architecture, tried at a small size. */
final class EveryArchitectureTest {
  private static final Map<String, Integer> FEW = sizes(1, 5, 4);
  private static final Map<String, Integer> MORE = sizes(3, 9, 7);

  @TempDir private Path folder;

  /** Sizes by name; a token of a text that goes on has as many before it as there are regions. */
  private static Map<String, Integer> sizes(int batch, int tokens, int regions) {
    Map<String, Integer> sizes = new LinkedHashMap<>();
    sizes.put("batch", batch);
    sizes.put("tokens", tokens);
    sizes.put("regions", regions);
    sizes.put("past", regions - 4);
    sizes.put("present", regions - 4 + tokens);
    sizes.put("frames", 2 * regions);
    sizes.put("places", regions);
    return sizes;
  }

  static List<String> names() {
    return Zoo.names();
  }

  private static Bundle small(String name, long seed) {
    return Zoo.make(name, SmallSizes.of(name), seed);
  }

  @ParameterizedTest
  @MethodSource("names")
  void isWellFormedAndKnownToTheLastOperator(String name) {
    for (Model model : small(name, 1).parts().values()) {
      assertThat(Verifier.problems(model)).isEmpty();
      ModelSummary summary = ModelSummary.of(model, shapes(model, MORE));
      assertThat(summary.unknownOperators()).isEmpty();
      assertThat(summary.work().gaps()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void runsAtAnyBatchAndLength(String name) {
    for (Model model : small(name, 1).parts().values()) {
      for (Map<String, Integer> sizes : List.of(FEW, MORE)) {
        Map<String, Tensor> outputs = Run.of(model, Run.inputs(model, sizes, 7));

        for (Value output : model.graph().outputs()) {
          Tensor made = outputs.get(output.name());
          assertThat(made.sizes()).isEqualTo(sizes(output, sizes));
          assertThat(made.toDoubles()).isNotEmpty().matches(EveryArchitectureTest::areFinite);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyOutputDependsOnEveryInput(String name) {
    for (Model model : small(name, 1).parts().values()) {
      Map<String, Tensor> inputs = Run.inputs(model, MORE, 7);
      Map<String, Tensor> before = Run.of(model, inputs);
      for (String input : inputs.keySet()) {
        Map<String, Tensor> changed = new LinkedHashMap<>(inputs);
        changed.computeIfPresent(input, Run::changed);
        Run.of(model, changed)
            .forEach(
                (output, after) ->
                    assertThat(distance(before.get(output), after) > 1e-4 * largest(after))
                        .as("%s by %s", output, input)
                        .isEqualTo(isToDepend(model, output, input)));
      }
    }
  }

  /** What a layer remembers depends on what comes before it alone. */
  private static boolean isToDepend(Model model, String output, String input) {
    return !output.startsWith("present.")
        || leads(model.graph().find(input), model.graph().find(output), new HashSet<>());
  }

  /** Whether numbers of one value, not its sizes alone, lead to another. */
  private static boolean leads(Value from, Value to, Set<Value> seen) {
    if (from == to) {
      return true;
    }
    Node node = to.producer();
    return node != null
        && !node.is("Shape")
        && node.inputs().stream()
            .anyMatch(each -> each != null && seen.add(each) && leads(from, each, seen));
  }

  @ParameterizedTest
  @MethodSource("names")
  void samplesOfABatchDoNotMeet(String name) {
    for (Model model : small(name, 1).parts().values()) {
      Map<String, Tensor> inputs = Run.inputs(model, MORE, 7);
      Map<String, Tensor> alone = new LinkedHashMap<>();
      inputs.forEach((input, tensor) -> alone.put(input, firstOf(tensor)));
      Map<String, Tensor> together = Run.of(model, inputs);

      Run.of(model, alone)
          .forEach(
              (output, tensor) ->
                  assertThat(distance(firstOf(together.get(output)), tensor))
                      .as(output)
                      .isCloseTo(0, within(1e-4 * largest(tensor))));
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void theSeedDecidesEveryByte(String name) throws IOException {
    List<String> one = hashes(small(name, 1), "one");

    assertThat(hashes(small(name, 1), "again")).isEqualTo(one);
    assertThat(hashes(small(name, 2), "other")).doesNotContainAnyElementsOf(one);
  }

  @ParameterizedTest
  @MethodSource("names")
  void thePublishedSizeIsBuiltWithoutItsWeights(String name) {
    for (Model model : Zoo.make(name, Map.of(), 1).parts().values()) {
      assertThat(Verifier.problems(model)).isEmpty();
      assertThat(model.graph().initializers())
          .allSatisfy(
              value -> {
                Tensor tensor = value.initializer();
                assertThat(tensor).isNotNull();
                assertThat(tensor.byteSize() < 1 << 16 || tensor.computation() != null)
                    .as("%s %s is deferred or small", value.name(), tensor)
                    .isTrue();
              });
    }
  }

  private static boolean areFinite(double... numbers) {
    return Arrays.stream(numbers).allMatch(Double::isFinite);
  }

  private List<String> hashes(Bundle bundle, String name) throws IOException {
    List<String> all = new ArrayList<>();
    for (Map.Entry<String, Model> part : bundle.parts().entrySet()) {
      Path file = folder.resolve(name + "-" + part.getKey() + ".onnx");
      Ports.find().format().write(part.getValue(), file, WriteOptions.DEFAULT);
      all.add(Sha256.of(file));
    }
    return all;
  }

  private static Map<String, long[]> shapes(Model model, Map<String, Integer> sizes) {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    model.graph().inputs().forEach(input -> shapes.put(input.name(), sizes(input, sizes)));
    return shapes;
  }

  private static long[] sizes(Value value, Map<String, Integer> sizes) {
    return value.shape().orElseThrow().dims().stream()
        .mapToLong(dim -> dim instanceof Dim.Fixed(long size) ? size : sizes.get(dim.toString()))
        .toArray();
  }

  private static Tensor firstOf(Tensor tensor) {
    long[] sizes = tensor.sizes();
    long count = tensor.elementCount() / sizes[0];
    sizes[0] = 1;
    long bytes = tensor.dataType().bytes(count);
    return Tensor.of(tensor.dataType(), sizes, tensor.bytes().asSlice(0, bytes));
  }

  private static double distance(Tensor one, Tensor other) {
    float[] left = one.toFloats();
    float[] right = other.toFloats();
    double most = 0;
    for (int i = 0; i < left.length; i++) {
      most = Math.max(most, Math.abs(left[i] - right[i]));
    }
    return most;
  }

  private static double largest(Tensor tensor) {
    return Arrays.stream(tensor.toDoubles()).map(Math::abs).max().orElse(0);
  }
}

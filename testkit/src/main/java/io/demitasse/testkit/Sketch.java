package io.demitasse.testkit;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Graph;
import io.demitasse.ir.NodeBuilder;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.rewrite.ConstantContent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;

/** A graph in the making, with the random choices that go into it. */
final class Sketch {
  private final Graph graph;
  private final Random random;
  private final int opset;
  private final boolean weightsInNodes;
  private final boolean named;
  private final Map<Long, Value> zeros = new HashMap<>();

  /**
   * @param weightsInNodes whether weights lie in {@code Constant} nodes instead of initializers
   * @param named whether nodes have names
   */
  Sketch(Graph graph, Random random, int opset, boolean weightsInNodes, boolean named) {
    this.graph = graph;
    this.random = random;
    this.opset = opset;
    this.weightsInNodes = weightsInNodes;
    this.named = named;
  }

  Graph graph() {
    return graph;
  }

  int opset() {
    return opset;
  }

  /** The same choices continued in a subgraph. */
  Sketch inside(Graph inner) {
    return new Sketch(inner, random, opset, weightsInNodes, named);
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** One of several, each as likely. */
  @SafeVarargs
  final <T> T oneOf(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  int between(int low, int high) {
    return random.nextInt(low, high + 1);
  }

  /** Gaussian numbers with a variance of 1 over the fan-in. */
  Value weight(int fanIn, long... sizes) {
    double scale = 1 / Math.sqrt(fanIn);
    double[] numbers =
        random
            .doubles(Tensor.elementCount(sizes))
            .map(_ -> random.nextGaussian() * scale)
            .toArray();
    return constant("weight", Tensor.ofNumbers(DataType.FLOAT, sizes, numbers));
  }

  /** Leaves a window of 3 by 3 little but its middle. */
  void fadeBorder(Value convolved) {
    Value weight = Objects.requireNonNull(convolved.producer()).requiredInput(1);
    Tensor content = weight.constant().orElseThrow();
    double[] numbers = content.toDoubles();
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] *= i % 9 == 4 ? 1 : 0.01;
    }
    ConstantContent.replace(weight, Tensor.ofNumbers(DataType.FLOAT, content.sizes(), numbers));
  }

  /** Numbers up to 1 in equal steps: a weight that takes no random numbers. */
  Value ramp(long... sizes) {
    int count = (int) Tensor.elementCount(sizes);
    double[] numbers = IntStream.range(0, count).mapToDouble(i -> (i + 1.) / count).toArray();
    return constant("weight", Tensor.ofNumbers(DataType.FLOAT, sizes, numbers));
  }

  /** Numbers around zero for a bias, or around one for a scale or variance. */
  Value vector(double center, long size) {
    return numbers(center, size);
  }

  /** The same, as [1, size, 1, 1]. */
  Value channels(double center, long size) {
    return numbers(center, 1, size, 1, 1);
  }

  private Value numbers(double center, long... sizes) {
    double[] numbers =
        random.doubles(Tensor.elementCount(sizes), center - 0.4, center + 0.4).toArray();
    return constant("vector", Tensor.ofNumbers(DataType.FLOAT, sizes, numbers));
  }

  /** Zeros, stored once for all that take as many, as exporters store what is equal. */
  Value zeros(long size) {
    return zeros.computeIfAbsent(
        size, _ -> constant("zeros", Tensor.ofFloats(new long[] {size}, new float[(int) size])));
  }

  Value scalar(double number) {
    return constant("scalar", Tensor.scalar((float) number));
  }

  Value integers(long... numbers) {
    return constant("shape", Tensor.ofLongs(new long[] {numbers.length}, numbers));
  }

  private Value constant(String hint, Tensor tensor) {
    if (weightsInNodes) {
      return node("Constant").attribute("value", Attribute.of(tensor)).append().output();
    }
    return graph.addInitializer(graph.freeName(hint), tensor);
  }

  Value op(String type, Value... inputs) {
    return node(type, inputs).append().output();
  }

  NodeBuilder node(String type, Value... inputs) {
    String name = graph.freeName("/" + type);
    return graph.node(type).name(named ? name : "").inputs(List.of(inputs)).outputs(name);
  }

  /** The mean along one axis, which stays with size 1. */
  Value mean(Value value, int axis) {
    return opset >= 18
        ? op("ReduceMean", value, integers(axis))
        : node("ReduceMean", value).attribute("axes", Attribute.ofInts(axis)).append().output();
  }

  /** Things that exporters leave behind and that compute nothing. */
  Value withClutter(Value value) {
    Value result = value;
    if (chance(0.15)) {
      result = op(oneOf("Identity", "Dropout"), result);
    }
    if (chance(0.1)) {
      op("Sqrt", op("Abs", result));
    }
    return result;
  }
}

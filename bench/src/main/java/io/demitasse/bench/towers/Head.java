package io.demitasse.bench.towers;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;

/**
 * What turns features of a picture into a place among the meanings of texts.
 *
 * <pre>
 *   features [B,768] ── MatMul ── Add ── Relu ── MatMul ── Add ──┬── + ── image_embeds [B,384]
 *                    └───────────────── MatMul ──────────────────┘
 * </pre>
 *
 * @param weights by name
 */
record Head(Map<String, Tensor> weights) {
  static final int FEATURES = 768;
  static final int EMBEDDING = 384;

  /** The name of the output of pictures. */
  static final String IMAGE = "image_embeds";

  private static final long OPSET = 14;

  /** The name of the student's input of meanings. */
  static final String MEANING = "meaning";

  /** The name of its output of the same. */
  static final String TEXT = "text_embeds";

  Head {
    weights = new TreeMap<>(weights);
  }

  /** One with random weights. */
  static Head random(int hidden, long seed) {
    Random random = new Random(seed);
    return new Head(
        Map.of(
            "head.in.weight", uniform(random, FEATURES, hidden),
            "head.in.bias", uniform(random, hidden),
            "head.out.weight", uniform(random, hidden, EMBEDDING),
            "head.out.bias", uniform(random, EMBEDDING),
            "head.direct.weight", uniform(random, FEATURES, EMBEDDING)));
  }

  /** As linear layers of PyTorch begin: within one over the root of the inputs. */
  private static Tensor uniform(Random random, int... sizes) {
    double bound = 1 / Math.sqrt(sizes[0]);
    long[] shape = Arrays.stream(sizes).asLongStream().toArray();
    float[] values = new float[(int) Tensor.elementCount(shape)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((2 * random.nextDouble() - 1) * bound);
    }
    return Tensor.ofFloats(shape, values);
  }

  /**
   * The head that gives for features what this one gives for features made standard: {@code
   * ((x-m)/d)W + b = x(W/d) + (b - (m/d)W)}.
   */
  Head taking(Standardization standard) {
    Map<String, Tensor> taken = new TreeMap<>(weights);
    fold("head.in.weight", "head.in.bias", standard, taken);
    fold("head.direct.weight", "head.out.bias", standard, taken);
    return new Head(taken);
  }

  private static void fold(
      String weight, String bias, Standardization standard, Map<String, Tensor> weights) {
    Tensor before = of(weights, weight);
    float[] matrix = before.toFloats();
    float[] shift = of(weights, bias).toFloats();
    for (int column = 0; column < shift.length; column++) {
      double sum = shift[column];
      for (int row = 0; row < FEATURES; row++) {
        int place = row * shift.length + column;
        matrix[place] /= standard.deviation()[row];
        sum -= (double) standard.mean()[row] * matrix[place];
      }
      shift[column] = (float) sum;
    }
    weights.put(weight, Tensor.ofFloats(before.sizes(), matrix));
    weights.put(bias, Tensor.ofFloats(new long[] {shift.length}, shift));
  }

  /** Puts the head behind features {@code [B,768]} and gives out what it makes of them. */
  void append(Graph graph, Value features) {
    Layers layers = new Layers(graph);
    Value hidden = layers.op("Relu", linear(layers, "head.in", features));
    Value bent = linear(layers, "head.out", hidden);
    Value sum = layers.op("Add", bent, product(layers, "head.direct", features));
    layers.output(IMAGE, layers.normalized(sum), EMBEDDING);
  }

  private Value linear(Layers layers, String name, Value x) {
    return layers.op("Add", product(layers, name, x), weight(layers, name + ".bias"));
  }

  private Value product(Layers layers, String name, Value x) {
    return layers.op("MatMul", x, weight(layers, name + ".weight"));
  }

  private static Tensor of(Map<String, Tensor> weights, String name) {
    return Objects.requireNonNull(weights.get(name));
  }

  private Value weight(Layers layers, String name) {
    return layers.graph().addInitializer(name, of(weights, name));
  }

  /**
   * The head by itself, to learn from features and from meanings, which it gives out as they are.
   */
  Model student() {
    Graph graph = new Graph("head", null);
    Model model = new Model(graph);
    model.opsets().put("", OPSET);
    append(graph, graph.addInput("features", Layers.vectors(FEATURES)));
    Layers layers = new Layers(graph);
    Value meaning = graph.addInput(MEANING, Layers.vectors(EMBEDDING));
    layers.output(TEXT, layers.op("Identity", meaning), EMBEDDING);
    return model;
  }
}

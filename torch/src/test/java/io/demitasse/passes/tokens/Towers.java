package io.demitasse.passes.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.NodeBuilder;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.Op;
import io.demitasse.ops.ShapeInference;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.PassOptions;
import io.demitasse.testkit.Numbers;
import io.demitasse.testkit.PassRun;
import io.demitasse.zoo.Clip;
import io.demitasse.zoo.VisionTransformer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Small vision transformers with seeded weights, and pictures for them. */
final class Towers {
  static final int SIDE = 32;

  /** Tokens of a picture: a class token and 8 x 8 patches. */
  static final int TOKENS = 65;

  private static final int PATCH = 4;

  private Towers() {}

  /** Four blocks, of which the class token is classified at the end. */
  static Model classifier() {
    return new VisionTransformer(SIDE, PATCH, 32, 4, 4, 64, 10)
        .build(3)
        .parts()
        .values()
        .iterator()
        .next();
  }

  static Bundle clip() {
    return new Clip(SIDE, PATCH, 32, 3, 4, 99, 12, 32, 2, 4, 16).build(5);
  }

  /**
   * The classifier with something else for its output, made from its last normalization.
   *
   * @param axes that the operator goes along
   */
  static Model giving(Op op, long... axes) {
    Model model = classifier();
    Graph graph = model.graph();
    Value tokens =
        graph.values().stream()
            .filter(value -> value.name().startsWith("norm") && value.producer() != null)
            .reduce((_, last) -> last)
            .orElseThrow();
    NodeBuilder node = op.in(graph).name("given").inputs(tokens);
    if (axes.length > 0) {
      Tensor list = Tensor.ofLongs(new long[] {axes.length}, axes);
      node.inputs(graph.addInitializer("axes", list)).attribute("keepdims", 0);
    }
    Value given = node.append().output();
    given.type(new ValueType.OfTensor(DataType.FLOAT, null));
    graph.setOutput(0, given);
    return model;
  }

  static PassRun run(Class<? extends ModelPass> pass, Map<String, ?> options, Model model) {
    return PassRun.of(PassOptions.of(pass, options), model);
  }

  /** Noise. */
  static Tensor pictures(int count, long seed) {
    Random random = new Random(seed);
    float[] pixels = new float[count * 3 * SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    return Tensor.ofFloats(new long[] {count, 3, SIDE, SIDE}, pixels);
  }

  /** Every patch is the same. */
  static Tensor plain(int count) {
    float[] pixels = new float[count * 3 * SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) Math.sin(i % PATCH + 7 * (i / SIDE % PATCH));
    }
    return Tensor.ofFloats(new long[] {count, 3, SIDE, SIDE}, pixels);
  }

  /** Positions count for nothing, so that equal patches are equal tokens. */
  static Model withoutPositions(Model model) {
    for (Value value : model.graph().initializers()) {
      if (value.name().contains("positions")) {
        Tensor old = value.constant().orElseThrow();
        model
            .graph()
            .setInitializer(
                value, Tensor.ofFloats(old.sizes(), new float[(int) old.elementCount()]));
      }
    }
    return model;
  }

  /** One of several pictures. */
  static Tensor picture(Tensor pictures, int index) {
    int size = 3 * SIDE * SIDE;
    float[] all = pictures.toFloats();
    return Tensor.ofFloats(
        new long[] {1, 3, SIDE, SIDE}, Arrays.copyOfRange(all, index * size, (index + 1) * size));
  }

  static Map<String, Tensor> seen(Model model, Tensor pictures) {
    return Numbers.run(model, Map.of(model.graph().inputs().getFirst().name(), pictures));
  }

  /** How many tokens each sum of the stream has, one after the other, as shapes tell. */
  static List<Long> counts(Model model) {
    InferredShapes shapes = ShapeInference.proved(model);
    List<Long> counts = new ArrayList<>();
    for (Value value : model.graph().values()) {
      if (value.name().endsWith("feed_forward.sum")) {
        counts.add(((Dim.Fixed) shapes.shape(value).orElseThrow().dim(1)).size());
      }
    }
    return counts;
  }

  /** Patches are of two kinds, which alternate in no regular way. */
  static Tensor twoKinds() {
    float[] pixels = plain(1).toFloats();
    for (int i = 0; i < pixels.length; i++) {
      int row = i / SIDE % SIDE / PATCH;
      int column = i % SIDE / PATCH;
      boolean other = (row * row + 3 * column + row * column) % 7 < 3;
      pixels[i] = other ? 2 - pixels[i] * pixels[i] : pixels[i];
    }
    return Tensor.ofFloats(new long[] {1, 3, SIDE, SIDE}, pixels);
  }

  /** The length of the difference, by that of the first. */
  static double distance(double[] one, double[] other) {
    assertThat(other).hasSameSizeAs(one);
    double difference = 0;
    double length = 0;
    for (int i = 0; i < one.length; i++) {
      difference += (one[i] - other[i]) * (one[i] - other[i]);
      length += one[i] * one[i];
    }
    return Math.sqrt(difference / length);
  }

  /** The mean over axis 1. */
  static double[] meanOfTokens(Tensor tensor) {
    int batch = (int) tensor.size(0);
    int tokens = (int) tensor.size(1);
    int width = (int) tensor.size(2);
    double[] all = tensor.toDoubles();
    double[] mean = new double[batch * width];
    for (int i = 0; i < all.length; i++) {
      mean[i / (tokens * width) * width + i % width] += all[i] / tokens;
    }
    return mean;
  }

  /** A bias of its own for each pair of tokens, as Swin and BEiT have one. */
  static void addToScores(Model model) {
    Graph graph = model.graph();
    float[] numbers = new float[TOKENS * TOKENS];
    Value bias =
        graph.addInitializer(
            "relative", Tensor.ofFloats(new long[] {1, 1, TOKENS, TOKENS}, numbers));
    for (Node node : graph.nodes()) {
      if (Op.SOFTMAX.is(node)) {
        Value sum = Op.ADD.in(graph).inputs(node.input(0), bias).insertBefore(node).output();
        node.input(0, sum);
      }
    }
  }

  /** Writes how many tokens there are into whatever gives heads. */
  static void bakeTokens(Model model) {
    Graph graph = model.graph();
    for (Node node : graph.nodes()) {
      long[] sizes =
          Op.RESHAPE.is(node)
              ? node.constantInput(1).map(Tensor::toLongs).orElse(new long[0])
              : new long[0];
      if (sizes.length > 2 && sizes[1] == 0) {
        sizes[1] = TOKENS;
        String name = graph.freeName("baked");
        node.input(1, graph.addInitializer(name, Tensor.ofLongs(new long[] {sizes.length}, sizes)));
      }
    }
  }

  /** Lets blocks from one on add nothing: what ends in their sums is zero. */
  static void idle(Model model, int from) {
    Graph graph = model.graph();
    for (Value value : graph.initializers()) {
      String name = value.name();
      boolean ends = name.contains("attention.output") || name.contains("feed_forward.down");
      if (ends && name.startsWith("layers.") && name.charAt(7) - '0' >= from) {
        Tensor old = value.constant().orElseThrow();
        graph.setInitializer(
            value, Tensor.ofFloats(old.sizes(), new float[(int) old.elementCount()]));
      }
    }
  }

  /** A copy that gives one more value. */
  static Model alsoGiving(Model model, String name) {
    Model copy = model.copy();
    Value value = Objects.requireNonNull(copy.graph().find(name));
    value.type(new ValueType.OfTensor(DataType.FLOAT, null));
    copy.graph().addOutput(value);
    return copy;
  }

  /** Which of several vectors one is; -1 where it is none. */
  static int find(float[] vector, float[] all) {
    int width = vector.length;
    for (int i = 0; i < all.length / width; i++) {
      if (Arrays.equals(vector, Arrays.copyOfRange(all, i * width, i * width + width))) {
        return i;
      }
    }
    return -1;
  }

  static DoubleStream doubles(float[] numbers) {
    return IntStream.range(0, numbers.length).mapToDouble(i -> numbers[i]);
  }

  /** A copy in which each sum of the stream is one node with the normalization behind it. */
  static Model fused(Model model) {
    Model copy = model.copy();
    Graph graph = copy.graph();
    copy.opsets().put(Model.CONTRIB, 1L);
    for (Node norm : graph.nodes()) {
      Node sum = Op.LAYER_NORMALIZATION.is(norm) ? norm.requiredInput(0).producer() : null;
      if (sum != null && Op.ADD.is(sum) && sum.constantInput(1).isEmpty()) {
        Node fused =
            Op.CONTRIB_SKIP_LAYER_NORMALIZATION
                .in(graph)
                .name(graph.freeName("fused"))
                .inputs(sum.input(0), sum.input(1), norm.input(1), norm.input(2))
                .outputs(graph.freeName("fused"), "", "", graph.freeName("fused_sum"))
                .attribute("epsilon", norm.realAttribute("epsilon", 1e-5f))
                .insertAfter(sum);
        graph.replaceUses(sum.output(), Objects.requireNonNull(fused.output(3)));
        graph.replaceUses(norm.output(), fused.output());
        graph.remove(norm);
        graph.remove(sum);
      }
    }
    return copy;
  }
}

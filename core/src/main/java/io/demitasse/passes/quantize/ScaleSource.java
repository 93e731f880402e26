package io.demitasse.passes.quantize;

import io.demitasse.affine.ChannelAffine;
import io.demitasse.affine.Channels;
import io.demitasse.affine.LinearNode;
import io.demitasse.affine.NotFoldable;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.Op;
import io.demitasse.ops.TensorFacts;
import io.demitasse.rewrite.Scope;
import io.demitasse.rewrite.Unread;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What can give a value whose channels are multiplied by factors, at no cost: a normalization by
 * its scale and bias, a product or convolution by its weight and bias, a multiplication by its
 * constant.
 *
 * @param node what is changed, the first where it is several
 * @param value what it gives
 * @param channels how many it has
 * @param axis where they lie, negative from the last
 */
record ScaleSource(Node node, Value value, int channels, int axis, Change change) {
  static final String SUFFIX = "_smoothed";

  /** Makes the value another. */
  interface Change {
    /**
     * Multiplies its channels.
     *
     * @param factors one for each
     */
    void multiply(double[] factors, Scope scope);
  }

  /**
   * What gives a value, if it can be changed in this way.
   *
   * @throws NotFoldable when it could be, but for something that is told
   */
  static Optional<ScaleSource> of(Value value, InferredShapes shapes, Scope scope) {
    Node producer = value.producer();
    if (producer == null || producer.output(0) != value) {
      return Optional.empty();
    }
    Optional<List<Integer>> learned = learned(producer);
    boolean linear = LinearNode.isLinear(producer) && producer.constantInput(1).isPresent();
    boolean arithmetic = Op.ADD.is(producer) || Op.MUL.is(producer);
    if (!learned.isPresent() && !linear && !arithmetic) {
      return Optional.empty();
    }
    if (!scope.selects(producer)) {
      throw new NotFoldable("the step does not select " + producer);
    }
    if (learned.isPresent()) {
      return Optional.of(ofNormalization(value, producer, learned.get(), shapes));
    }
    return linear
        ? Optional.of(ofLinear(value, producer, shapes))
        : ofArithmetic(value, producer, shapes, scope);
  }

  /** The inputs of a normalization that multiply and shift its channels. */
  private static Optional<List<Integer>> learned(Node node) {
    if (Op.LAYER_NORMALIZATION.is(node)) {
      return Optional.of(List.of(1, 2));
    }
    if (Op.RMS_NORMALIZATION.is(node)) {
      return Optional.of(List.of(1));
    }
    if (Op.CONTRIB_SKIP_LAYER_NORMALIZATION.is(node)) {
      return Optional.of(List.of(2, 3));
    }
    return Op.CONTRIB_SKIP_SIMPLIFIED_LAYER_NORMALIZATION.is(node)
        ? Optional.of(List.of(2))
        : Optional.empty();
  }

  private static ScaleSource ofNormalization(
      Value value, Node node, List<Integer> learned, InferredShapes shapes) {
    int channels = channels(value, shapes);
    long axis = node.intAttribute("axis", -1);
    if (axis != -1 && axis != shapes.rank(value).orElse(0) - 1) {
      throw new NotFoldable(node + " does not normalize the last axis alone");
    }
    for (int input : learned) {
      if (node.input(input) != null && vector(node, input, channels).isEmpty()) {
        throw new NotFoldable(
            "'"
                + node.requiredInput(input).name()
                + "' is not one constant number for each channel");
      }
    }
    return new ScaleSource(
        node,
        value,
        channels,
        -1,
        (factors, scope) ->
            learned.stream()
                .filter(input -> node.input(input) != null)
                .forEach(input -> multiply(node, input, factors, scope)));
  }

  private static ScaleSource ofLinear(Value value, Node node, InferredShapes shapes) {
    LinearNode linear = new LinearNode(node);
    linear
        .unfit()
        .ifPresent(
            why -> {
              throw new NotFoldable(node + " cannot give other channels: " + why);
            });
    Channels channels = linear.channels(shapes);
    return new ScaleSource(
        node,
        value,
        channels.count(),
        channels.axis(),
        (factors, scope) ->
            linear.absorb(new ChannelAffine(factors, new double[factors.length]), scope));
  }

  /** A product by a constant, or the sum of one with what gives other channels itself. */
  private static Optional<ScaleSource> ofArithmetic(
      Value value, Node node, InferredShapes shapes, Scope scope) {
    int constant = node.constantInput(1).isPresent() ? 1 : 0;
    if (node.constantInput(constant).isEmpty() || node.constantInput(1 - constant).isPresent()) {
      return Optional.empty();
    }
    int channels = channels(value, shapes);
    boolean single =
        Op.MUL.is(node)
            && node.constantInput(constant)
                .filter(tensor -> tensor.elementCount() == 1 && tensor.rank() <= 1)
                .filter(tensor -> tensor.dataType() == DataType.FLOAT)
                .isPresent();
    if (!single && vector(node, constant, channels).isEmpty()) {
      return Optional.empty();
    }
    Change change = (factors, changed) -> multiply(node, constant, factors, changed);
    if (Op.MUL.is(node)) {
      return Optional.of(new ScaleSource(node, value, channels, -1, change));
    }
    Value before = node.requiredInput(1 - constant);
    return before.isUsedOnce() && before.graph() == value.graph()
        ? of(before, shapes, scope)
            .filter(source -> source.axis == -1 && source.channels == channels)
            .map(
                source ->
                    new ScaleSource(
                        source.node,
                        value,
                        channels,
                        -1,
                        (factors, changed) -> {
                          source.change.multiply(factors, changed);
                          change.multiply(factors, changed);
                        }))
        : Optional.empty();
  }

  /** A multiplication that is put between a value and some of its readers. */
  static ScaleSource inserted(Value value, int channels, List<Node> readers) {
    return new ScaleSource(
        readers.getFirst(), value, channels, -1, (factors, _) -> insert(value, factors, readers));
  }

  private static void insert(Value value, double[] factors, List<Node> readers) {
    Graph graph = value.graph();
    Value constant =
        graph.addInitializer(
            graph.freeName(value.name() + "_smoothing"),
            Tensor.ofNumbers(DataType.FLOAT, new long[] {factors.length}, factors));
    Value scaled =
        Op.MUL
            .in(graph)
            .name(graph.freeNodeName(value.name() + "_smoothing"))
            .inputs(value, constant)
            .outputs(graph.freeName(value.name() + SUFFIX))
            .insertBefore(readers.getFirst())
            .output();
    readers.forEach(reader -> reader.input(0, scaled));
  }

  private static int channels(Value value, InferredShapes shapes) {
    long[] sizes = shapes.of(value).map(TensorFacts::sizes).orElse(new long[0]);
    if (sizes.length == 0 || sizes[sizes.length - 1] < 1) {
      throw new NotFoldable("how many channels '" + value.name() + "' has is not known");
    }
    return Math.toIntExact(sizes[sizes.length - 1]);
  }

  private static Optional<Tensor> vector(Node node, int input, int channels) {
    return node.constantInput(input)
        .filter(tensor -> tensor.dataType() == DataType.FLOAT && tensor.rank() > 0)
        .filter(tensor -> tensor.size(-1) == channels && tensor.elementCount() == channels);
  }

  /** Other readers of the same constant keep it as it is. */
  private static void multiply(Node node, int input, double[] factors, Scope scope) {
    Value old = node.requiredInput(input);
    Tensor tensor = old.constant().orElseThrow();
    double[] numbers = tensor.toDoubles();
    double[] product = new double[factors.length];
    Arrays.setAll(product, c -> numbers[numbers.length == 1 ? 0 : c] * factors[c]);
    long[] sizes = numbers.length == 1 ? new long[] {factors.length} : tensor.sizes();
    Graph graph = node.graph();
    String hint = old.name().endsWith(SUFFIX) ? old.name() : old.name() + SUFFIX;
    node.input(
        input,
        graph.addInitializer(
            graph.freeName(hint), Tensor.ofNumbers(DataType.FLOAT, sizes, product)));
    Unread.remove(old, scope);
  }
}

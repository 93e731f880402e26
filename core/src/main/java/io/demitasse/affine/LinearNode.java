package io.demitasse.affine;

import static io.demitasse.rewrite.NodePattern.op;

import io.demitasse.ir.Computation;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.Op;
import io.demitasse.rewrite.NodePattern;
import io.demitasse.rewrite.Scope;
import io.demitasse.rewrite.Unread;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A convolution or product with a constant weight, into which factors and shifts of its output
 * channels can be folded.
 *
 * <p>W is [out, in / groups, ...] for Conv and [in, out / groups, ...] for ConvTranspose, whose
 * groups follow each other along the inputs. A MatMul has no bias and gets an Add behind it.
 * Computed in double precision and rounded once.
 */
public record LinearNode(Node node) {
  private static final List<Op> OPERATORS =
      List.of(Op.CONV, Op.CONV_TRANSPOSE, Op.GEMM, Op.MAT_MUL);
  private static final String SUFFIX = "_folded";

  /** How much larger than the largest weight a bias may be: inputs of hundreds are common. */
  private static final double FARTHEST = 1 << 15;

  /** Any such node, its weight constant or not. */
  public static NodePattern pattern() {
    return op(OPERATORS.toArray(Op[]::new));
  }

  public static boolean isLinear(Node node) {
    return OPERATORS.stream().anyMatch(operator -> operator.is(node));
  }

  /** Why nothing can be folded into the node; empty when it can. */
  public Optional<String> unfit() {
    Value weight = weight();
    Optional<String> variable = notConstant(weight);
    if (variable.isPresent()) {
      return variable;
    }
    if (weight.constant().orElseThrow().rank() < 2) {
      return Optional.of("the weight '" + weight.name() + "' is a vector");
    }
    Value bias = bias();
    Optional<String> variableBias = bias == null ? Optional.empty() : notConstant(bias);
    if (variableBias.isPresent()) {
      return variableBias;
    }
    return weight.isUsedOnce()
        ? unfitBias()
        : Optional.of(
            "the weight '" + weight.name() + "' has other readers and would be stored twice");
  }

  private static Optional<String> notConstant(Value value) {
    return isVariable(value)
        ? Optional.of("'" + value.name() + "' is not a constant float tensor")
        : Optional.empty();
  }

  public static boolean isVariable(Value value) {
    return value.constant().filter(tensor -> tensor.dataType() == DataType.FLOAT).isEmpty();
  }

  private Optional<String> unfitBias() {
    Value bias = bias();
    if (bias == null) {
      return Optional.empty();
    }
    Tensor tensor = bias.constant().orElseThrow();
    boolean vector =
        tensor.rank() >= 1
            && tensor.size(-1) == tensor.elementCount()
            && tensor.elementCount() == channels();
    return vector
        ? Optional.empty()
        : Optional.of("the bias '" + bias.name() + "' is not one number for each output channel");
  }

  /** How many output channels there are, of all groups together. */
  private int channels() {
    Tensor weight = weight().constant().orElseThrow();
    return (int) weight.size(weightAxis(weight)) * groups();
  }

  /**
   * Where the output channels lie.
   *
   * @param shapes for the dimensions of a MatMul; one where they are not known
   */
  public Channels channels(InferredShapes shapes) {
    if (Op.CONV.is(node) || Op.CONV_TRANSPOSE.is(node)) {
      int rank = weight().constant().orElseThrow().rank();
      return new Channels(channels(), rank, 1 - rank);
    }
    int rank = Op.GEMM.is(node) ? 2 : shapes.rank(node.output()).orElse(1);
    return new Channels(channels(), rank, -1);
  }

  /**
   * Whether floats hold weight and bias: none is infinite, the weights do not come to nothing, and
   * no bias is so far beyond what they give that a sum with it loses digits.
   */
  public boolean holds(ChannelAffine affine) {
    double weights = scaled(weight().constant().orElseThrow(), affine).largest();
    double biases = Math.max(largest(before(affine)), largest(bias(affine)));
    return ScaledChannels.isHeld(weights)
        && Float.isFinite((float) biases)
        && (weights == 0 || biases <= FARTHEST * weights);
  }

  private static double largest(float[] numbers) {
    return IntStream.range(0, numbers.length)
        .mapToDouble(c -> Math.abs(numbers[c]))
        .reduce(0, Math::max); // NaN stays
  }

  /** The bias as it is, seen through the factors: what the shifts may take away again. */
  private float[] before(ChannelAffine affine) {
    return bias(new ChannelAffine(affine.factors(), new double[affine.factors().length]));
  }

  /**
   * Folds factors and shifts of the output channels into weight and bias.
   *
   * @return the value that is the result, made by this node or by an Add behind it
   */
  public Value absorb(ChannelAffine affine, Scope scope) {
    Value result = Op.MAT_MUL.is(node) ? shifted(affine) : biased(affine, scope);
    if (affine.hasFactors()) {
      weight(scaled(weight().constant().orElseThrow(), affine), scope);
    }
    return result;
  }

  /** Puts another weight in the place of the weight. */
  public void weight(Computation weight, Scope scope) {
    weight(weight, SUFFIX, scope);
  }

  /**
   * Puts another weight in the place of the weight.
   *
   * @param suffix of its name, which tells what became of it
   */
  public void weight(Computation weight, String suffix, Scope scope) {
    Value old = weight();
    String hint = old.name().endsWith(suffix) ? old.name() : old.name() + suffix;
    Graph graph = old.graph();
    node.input(1, graph.addInitializer(graph.freeName(hint), Tensor.deferred(weight).getFirst()));
    Unread.remove(old, scope);
  }

  /** Puts another bias in the place of the bias, or of none; one number an output channel. */
  public void bias(float[] numbers, Scope scope) {
    Value old = bias();
    Tensor tensor = Tensor.ofFloats(new long[] {numbers.length}, numbers);
    node.input(2, old == null ? newBias(tensor) : added(node.graph(), old.name(), tensor));
    if (old != null) {
      Unread.remove(old, scope);
    }
  }

  private Value biased(ChannelAffine affine, Scope scope) {
    if (bias() != null || affine.hasShifts()) {
      bias(bias(affine), scope);
      node.removeAttribute("beta"); // A Gemm's is in the numbers now.
    }
    return node.output();
  }

  private Value weight() {
    return node.requiredInput(1);
  }

  private @Nullable Value bias() {
    return Op.MAT_MUL.is(node) ? null : node.input(2);
  }

  private int groups() {
    return Op.CONV_TRANSPOSE.is(node) ? (int) node.intAttribute("group", 1) : 1;
  }

  private int weightAxis(Tensor weight) {
    int axis = Op.of(node).orElseThrow().channelAxis(node, 1).orElseThrow();
    return Math.floorMod(axis, weight.rank());
  }

  private ScaledChannels scaled(Tensor weight, ChannelAffine affine) {
    return new ScaledChannels(weight, affine.factors(), weightAxis(weight), groups());
  }

  private float[] bias(ChannelAffine affine) {
    Value bias = bias();
    double factor = Op.GEMM.is(node) ? node.realAttribute("beta", 1) : 1;
    float[] old = bias == null ? new float[0] : bias.constant().orElseThrow().toFloats();
    return affine.bias(old, factor);
  }

  private Value shifted(ChannelAffine affine) {
    if (!affine.hasShifts()) {
      return node.output();
    }
    float[] numbers = bias(affine);
    Value bias = newBias(Tensor.ofFloats(new long[] {numbers.length}, numbers));
    return Op.ADD.in(node.graph()).inputs(node.output(), bias).insertAfter(node).output();
  }

  private Value newBias(Tensor tensor) {
    Graph graph = node.graph();
    return graph.addInitializer(graph.freeName(weight().name() + "_bias"), tensor);
  }

  private static Value added(Graph graph, String name, Tensor tensor) {
    String hint = name.endsWith(SUFFIX) ? name : name + SUFFIX;
    return graph.addInitializer(graph.freeName(hint), tensor);
  }
}

package io.demitasse.ops;

import static java.util.Map.entry;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The weights of a model that can be learned: constants where operators take what was learned, also
 * where they are only moved, or quantized and back, on the way there. They are floats, or integers
 * that stand for floats ({@link IntegerWeight}); scales of integers are among them where they can
 * be moved alone ({@link #isScale}).
 *
 * <p>What is no parameter though it is a float constant: means and variances that a normalization
 * has gathered, limits, exponents and other numbers of one element, and masks.
 */
public final class Parameters {
  /** Inputs that hold what was learned, beside weights and biases of the operator table. */
  private static final Map<Op, List<Integer>> FURTHER =
      Map.ofEntries(
          entry(Op.BATCH_NORMALIZATION, List.of(1)),
          entry(Op.GROUP_NORMALIZATION, List.of(1)),
          entry(Op.INSTANCE_NORMALIZATION, List.of(1)),
          entry(Op.LAYER_NORMALIZATION, List.of(1)),
          entry(Op.RMS_NORMALIZATION, List.of(1)),
          entry(Op.LSTM, List.of(5, 6, 7)),
          entry(Op.GRU, List.of(5)),
          entry(Op.RNN, List.of(5)),
          entry(Op.MAT_MUL, List.of(0)),
          entry(Op.CONTRIB_BIAS_GELU, List.of(1)),
          entry(Op.CONTRIB_FAST_GELU, List.of(1)),
          entry(Op.CONTRIB_EMBED_LAYER_NORMALIZATION, List.of(5)),
          entry(Op.CONTRIB_MULTI_HEAD_ATTENTION, List.of(3)),
          entry(Op.CONTRIB_SKIP_LAYER_NORMALIZATION, List.of(2, 4)),
          entry(Op.CONTRIB_SKIP_SIMPLIFIED_LAYER_NORMALIZATION, List.of(2, 3)));

  /** Operators whose constant operands of more than one element were learned, masks aside. */
  private static final Set<Op> OPERANDS =
      Set.of(Op.ADD, Op.SUB, Op.MUL, Op.DIV, Op.SUM, Op.CONCAT, Op.EINSUM);

  /** Numbers this large are there to keep something out. */
  private static final float MASKING = 1e4f;

  /** Weights lie behind no more movements than these. */
  private static final int DEPTH = 16;

  private static final int PIECE = 1 << 16;

  private Parameters() {}

  /** All parameters, by their keys. */
  public static Map<String, Value> of(Model model) {
    return of(model, _ -> true);
  }

  /**
   * The parameters that some nodes read.
   *
   * @param selected says which nodes
   * @return in the order in which they are read, by keys that a copy of the model has too: the name
   *     of the value, and where it was taken in another graph, {@code #} and a number
   */
  public static Map<String, Value> of(Model model, Predicate<Node> selected) {
    Set<Value> all = new LinkedHashSet<>();
    Set<Value> wanted = new LinkedHashSet<>();
    model.forEachNode(
        node -> {
          for (int input = 0; input < node.inputs().size(); input++) {
            Optional<Value> parameter = of(node, input);
            parameter.ifPresent(all::add);
            if (selected.test(node)) {
              parameter.ifPresent(wanted::add);
            }
          }
        });
    Map<String, Value> keyed = new LinkedHashMap<>();
    all.forEach(value -> keyed.put(free(value.name(), keyed), value));
    keyed.values().retainAll(wanted);
    return keyed;
  }

  private static String free(String name, Map<String, Value> taken) {
    String key = name;
    for (int count = 2; taken.containsKey(key); count++) {
      key = name + "#" + count;
    }
    return key;
  }

  /** The parameter that a node takes as an input; empty where that is none. */
  public static Optional<Value> of(Node node, int input) {
    Value value = node.input(input);
    return value == null
        ? Optional.empty()
        : Op.of(node)
            .flatMap(
                op ->
                    constant(value, DEPTH)
                        .filter(found -> isKept(found.constant().orElseThrow().dataType()))
                        .filter(found -> isLearned(op, node, input, found)));
  }

  /** Whether a parameter is the scale of integers, which is always above 0. */
  public static boolean isScale(Value parameter) {
    return LearnedScales.isScale(parameter);
  }

  /**
   * The constant that a node takes as a weight and that cannot be learned: floats of 16 bits and
   * fewer, and integers of as few of which nothing tells the scale.
   */
  public static Optional<Value> fixed(Node node, int input) {
    Value value = node.input(input);
    return value == null || of(node, input).isPresent()
        ? Optional.empty()
        : Op.of(node)
            .filter(op -> op.weightInputs().contains(input))
            .flatMap(_ -> constant(value, DEPTH))
            .filter(found -> standsForFloats(found.constant().orElseThrow().dataType()));
  }

  /** A table of 32 or 64 bits gives numbers such as ids, of which none was learned. */
  private static boolean standsForFloats(DataType type) {
    return type.isFloatingPoint() || (type != DataType.INT32 && type != DataType.INT64);
  }

  /** The constant that a value is made of by moving alone. */
  private static Optional<Value> constant(Value value, int depth) {
    if (value.constant().isPresent()) {
      return Optional.of(value);
    }
    Node producer = value.producer();
    return depth > 0 && producer != null && passesOn(producer)
        ? Optional.ofNullable(producer.input(0)).flatMap(from -> constant(from, depth - 1))
        : Optional.empty();
  }

  private static boolean isKept(DataType type) {
    return type == DataType.FLOAT || type == DataType.DOUBLE || IntegerWeight.isIntegers(type);
  }

  /** Whether what a node makes of a parameter is read as that parameter: it moves it alone. */
  public static boolean passesOn(Node node) {
    return Op.of(node)
        .map(
            op ->
                switch (op) {
                  case IDENTITY,
                      TRANSPOSE,
                      RESHAPE,
                      SQUEEZE,
                      UNSQUEEZE,
                      FLATTEN,
                      EXPAND,
                      SLICE,
                      QUANTIZE_LINEAR,
                      DEQUANTIZE_LINEAR,
                      CONTRIB_QUANTIZE_LINEAR,
                      CONTRIB_DEQUANTIZE_LINEAR ->
                      true;
                  default -> false;
                })
        .orElse(false);
  }

  private static boolean isLearned(Op op, Node node, int input, Value value) {
    if (LearnedScales.takes(node, input)) {
      return LearnedScales.isFree(value);
    }
    DataType type = value.constant().orElseThrow().dataType();
    return takesWeight(op, input, value)
        && (type != DataType.INT32 || op.biasInput().orElse(-1) == input)
        && (type.isFloatingPoint() || IntegerWeight.isKnown(value));
  }

  private static boolean takesWeight(Op op, int input, Value value) {
    return op.weightInputs().contains(input)
        || op.biasInput().orElse(-1) == input
        || FURTHER.getOrDefault(op, List.of()).contains(input)
        || (OPERANDS.contains(op) && isOperand(value.constant().orElseThrow()));
  }

  private static boolean isOperand(Tensor tensor) {
    if (tensor.elementCount() < 2) {
      return false;
    }
    for (long from = 0; from < tensor.elementCount(); from += PIECE) {
      int count = (int) Math.min(PIECE, tensor.elementCount() - from);
      for (float element : tensor.toFloats(from, count)) {
        if (!(Math.abs(element) < MASKING)) {
          return false;
        }
      }
    }
    return true;
  }
}

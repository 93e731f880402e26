package io.demitasse.passes.tune;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.Op;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A product of a float activation with what was learned, which may be stored in fewer bits.
 *
 * @param activation what flows in, before the node quantizes it
 * @param input where the node takes its weight
 */
record Product(Node node, Form form, Value activation, int input) {
  private static final int DEPTH = 8;

  /** How the weight stands to the activation. */
  enum Form {
    /** x · W, with W [in, out]. */
    BEHIND,
    /** W · x, with W [out, in]. */
    BEFORE,
    /** A convolution, with W [out, in, kernel...]. */
    KERNEL;

    /** The sizes of the matrix that reads the activation, beside a weight of some sizes. */
    long[] first(long[] weight, long rank) {
      return switch (this) {
        case BEHIND -> new long[] {weight[0], rank};
        case BEFORE -> new long[] {rank, weight[1]};
        case KERNEL -> {
          long[] sizes = weight.clone();
          sizes[0] = rank;
          yield sizes;
        }
      };
    }

    /** The sizes of the matrix behind, which gives as many channels as the weight. */
    long[] second(long[] weight, long rank) {
      return switch (this) {
        case BEHIND -> new long[] {rank, weight[1]};
        case BEFORE -> new long[] {weight[0], rank};
        case KERNEL -> {
          long[] sizes = new long[weight.length];
          Arrays.fill(sizes, 1);
          sizes[0] = weight[0];
          sizes[1] = rank;
          yield sizes;
        }
      };
    }

    /** How many channels a first matrix of some sizes gives. */
    long rank(long[] first) {
      return this == BEHIND ? first[1] : first[0];
    }
  }

  /**
   * The product that a node is; null when it is none, or multiplies two activations or two
   * constants.
   */
  static @Nullable Product of(Node node) {
    Op op = Op.of(node).orElse(null);
    return switch (op) {
      case null -> null;
      case MAT_MUL -> {
        Product behind = of(node, Form.BEHIND, node.input(0), 1);
        yield behind == null ? of(node, Form.BEFORE, node.input(1), 0) : behind;
      }
      case GEMM, CONTRIB_DYNAMIC_QUANTIZE_MAT_MUL, CONTRIB_MAT_MUL_N_BITS ->
          of(node, Form.BEHIND, node.input(0), 1);
      case CONTRIB_MAT_MUL_INTEGER_TO_FLOAT -> of(node, Form.BEHIND, beforeQuantization(node), 1);
      case CONV -> of(node, Form.KERNEL, node.input(0), 1);
      default -> null;
    };
  }

  private static @Nullable Product of(
      Node node, Form form, @Nullable Value activation, int weight) {
    return activation != null
            && activation.constant().isEmpty()
            && isLearned(node.input(weight), DEPTH)
        ? new Product(node, form, activation, weight)
        : null;
  }

  private static @Nullable Value beforeQuantization(Node node) {
    Value integers = node.input(0);
    Node producer = integers == null ? null : integers.producer();
    return producer != null && Op.DYNAMIC_QUANTIZE_LINEAR.is(producer) ? producer.input(0) : null;
  }

  /** Whether a value depends on constants alone, moved or dequantized. */
  private static boolean isLearned(@Nullable Value value, int depth) {
    if (value == null || depth == 0) {
      return false;
    }
    Node producer = value.producer();
    return value.initializer() != null
        || value.constant().isPresent()
        || (producer != null
            && passesOn(producer)
            && producer.inputs().stream()
                .allMatch(input -> input == null || isLearned(input, depth - 1)));
  }

  private static boolean passesOn(Node node) {
    return Op.of(node)
        .map(
            op ->
                switch (op) {
                  case IDENTITY,
                      TRANSPOSE,
                      RESHAPE,
                      CAST,
                      QUANTIZE_LINEAR,
                      DEQUANTIZE_LINEAR,
                      CONTRIB_DEQUANTIZE_LINEAR ->
                      true;
                  default -> false;
                })
        .orElse(false);
  }

  Value weight() {
    return node.requiredInput(input);
  }

  /** The weight where it is a constant of floats. */
  Optional<Tensor> floats() {
    return weight().constant().filter(tensor -> tensor.dataType() == DataType.FLOAT);
  }

  /** Whether the weight is stored the other way round. */
  boolean isTransposed() {
    return Op.GEMM.is(node) && node.intAttribute("transB", 0) != 0;
  }

  /** What a Gemm multiplies the product with. */
  double alpha() {
    return Op.GEMM.is(node) ? node.realAttribute("alpha", 1) : 1;
  }

  boolean hasBias() {
    return Op.of(node).flatMap(op -> op.biasInput().stream().boxed().findFirst()).stream()
        .anyMatch(bias -> node.input(bias) != null);
  }

  /** Why no low-rank path can lie beside; empty when one can. */
  Optional<String> unfit(InferredShapes shapes) {
    if (weight().initializer() != null && weight().isInput()) {
      return Optional.of("its weight '" + weight().name() + "' is a graph input with a default");
    }
    if (node.intAttribute("transA", 0) != 0 && Op.GEMM.is(node)) {
      return Optional.of("it transposes its activation");
    }
    if (form == Form.KERNEL && node.intAttribute("group", 1) != 1) {
      return Optional.of("it has groups");
    }
    if (shapes.dataType(activation).or(() -> shapes.dataType(node.output())).orElse(null)
        != DataType.FLOAT) {
      return Optional.of("it does not compute in floats of 32 bits");
    }
    return sizes(shapes).isPresent()
        ? Optional.empty()
        : Optional.of("its weight '" + weight().name() + "' is not known to be a matrix");
  }

  /**
   * The sizes that the weight has as floats, in the layout of its {@link Form}; empty when they are
   * not known, or are more or fewer than the form has.
   */
  Optional<long[]> sizes(InferredShapes shapes) {
    if (Op.CONTRIB_MAT_MUL_N_BITS.is(node)) {
      return Optional.of(new long[] {node.intAttribute("K", 0), node.intAttribute("N", 0)});
    }
    return shapes
        .sizes(weight())
        .filter(sizes -> form == Form.KERNEL ? sizes.length > 2 : sizes.length == 2)
        .map(sizes -> isTransposed() ? new long[] {sizes[1], sizes[0]} : sizes);
  }

  /** Whether a convolution moves over its input as another does. */
  boolean movesAs(Product other) {
    return node.textAttribute("auto_pad", "NOTSET")
            .equals(other.node.textAttribute("auto_pad", "NOTSET"))
        && Arrays.equals(each("strides", 1), other.each("strides", 1))
        && Arrays.equals(each("dilations", 1), other.each("dilations", 1))
        && Arrays.equals(pads(), other.pads());
  }

  /** Whether a convolution neither skips places nor adds any, where its kernel is one place. */
  boolean looksAtEachPlace() {
    return Arrays.stream(each("strides", 1)).allMatch(stride -> stride == 1)
        && Arrays.stream(pads()).allMatch(pad -> pad == 0);
  }

  private long[] each(String attribute, long otherwise) {
    long[] all = new long[floats().map(Tensor::rank).orElse(2) - 2];
    Arrays.fill(all, otherwise);
    return node.intsAttribute(attribute, all);
  }

  private long[] pads() {
    return node.intsAttribute("pads", new long[2 * each("strides", 1).length]);
  }
}

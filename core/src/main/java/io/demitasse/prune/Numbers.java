package io.demitasse.prune;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.TensorFacts;
import java.util.Arrays;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A list of whole numbers that a node reads, such as the sizes that a Reshape is to give: an
 * attribute, a constant, or constants put together with numbers that are computed.
 */
final class Numbers {
  private final Node node;
  private final String attribute;
  private final int input;
  private final Before before;

  /**
   * @param attribute its name in the opsets where it is one
   * @param input its place in the others
   */
  Numbers(Node node, String attribute, int input, Before before) {
    this.node = node;
    this.attribute = attribute;
    this.input = input;
    this.before = before;
  }

  /** Whether the node reads it at all. */
  boolean isThere() {
    return node.attribute(attribute) != null || node.input(input) != null;
  }

  /** The list where all of it is constant; else null. */
  long @Nullable [] constant() {
    if (node.attribute(attribute) instanceof Attribute.Ints ints) {
      return ints.toArray();
    }
    return node.constantInput(input).map(Tensor::toLongs).orElse(null);
  }

  /** Whether a number is constant, so that it can be replaced. */
  boolean isConstant(int place) {
    return constant() != null || piece(place) != null;
  }

  /** Replaces all of a list that is constant. */
  void replace(long... numbers) {
    if (node.attribute(attribute) != null) {
      node.attribute(attribute, Attribute.ofInts(numbers));
    } else {
      node.input(input, stored(node.graph(), node.requiredInput(input), numbers));
    }
  }

  /** Replaces one number where it is constant, and leaves one that is computed. */
  void replace(int place, LongUnaryOperator replacement) {
    long[] all = constant();
    if (all != null) {
      all[place] = replacement.applyAsLong(all[place]);
      replace(all);
      return;
    }
    Piece piece = piece(place);
    if (piece != null) {
      Value part = piece.concat().requiredInput(piece.input());
      long[] numbers = part.constant().orElseThrow().toLongs();
      numbers[place - piece.first()] = replacement.applyAsLong(numbers[place - piece.first()]);
      piece.concat().input(piece.input(), stored(node.graph(), part, numbers));
    }
  }

  /** Whether a number is not known before the model runs, or asked of a value that loses too. */
  boolean follows(int place) {
    Value list = node.requiredInput(input);
    double[] known = before.shapes().of(list).map(TensorFacts::numbers).orElse(null);
    Node producer = list.producer();
    return known == null
        || Double.isNaN(known[place])
        || (producer != null && producer.is("Shape"));
  }

  private static Value stored(Graph graph, Value old, long... numbers) {
    Tensor before = old.constant().orElseThrow();
    double[] values = Arrays.stream(numbers).asDoubleStream().toArray();
    long[] sizes = before.rank() == 0 ? new long[0] : new long[] {numbers.length};
    Tensor after = Tensor.ofNumbers(before.dataType(), sizes, values);
    return graph.addInitializer(graph.freeName(old.name() + "_cut"), after);
  }

  /**
   * A constant among what is put together.
   *
   * @param first the place of its first number
   */
  private record Piece(Node concat, int input, int first) {}

  private @Nullable Piece piece(int place) {
    Value list = node.input(input);
    Node concat = list == null ? null : list.producer();
    if (concat == null || !concat.is("Concat") || concat.output().uses().size() > 1) {
      return null;
    }
    int first = 0;
    for (int i = 0; i < concat.inputs().size(); i++) {
      Value part = concat.requiredInput(i);
      long[] sizes = before.shapes().sizes(part).orElse(null);
      if (sizes == null || sizes.length != 1) {
        return null;
      }
      if (place < first + sizes[0]) {
        return part.constant().isPresent() ? new Piece(concat, i, first) : null;
      }
      first += (int) sizes[0];
    }
    return null;
  }
}

package io.demitasse.ops;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rules of matrix products, recurrences and attention. */
final class ProductShapes {
  private ProductShapes() {}

  /** A product of the matrices at two places, with the type of the first. */
  static ShapeRule matrixProduct(int left, int right) {
    return ShapeRule.one(
        node -> node.input(left).withSizes(product(node, node.sizes(left), node.sizes(right))));
  }

  static ShapeRule matrixProduct(int left, int right, DataType type) {
    return ShapeRule.one(
        node -> TensorFacts.of(type, product(node, node.sizes(left), node.sizes(right))));
  }

  /** A product whose type is that of another input, such as a scale or a zero point. */
  static ShapeRule matrixProductOfType(int left, int right, int typed) {
    return ShapeRule.one(
        node ->
            TensorFacts.of(node.type(typed), product(node, node.sizes(left), node.sizes(right))));
  }

  static TensorFacts fused(NodeFacts node) {
    if (node.attribute("transBatchA", 0) != 0 || node.attribute("transBatchB", 0) != 0) {
      throw new NotInferable("it transposes batches");
    }
    Dim[] left = transposed(node.sizes(0), node.attribute("transA", 0) != 0);
    Dim[] right = transposed(node.sizes(1), node.attribute("transB", 0) != 0);
    return node.input(0).withSizes(product(node, left, right));
  }

  private static Dim[] transposed(Dim[] sizes, boolean transposed) {
    if (!transposed || sizes.length < 2) {
      return sizes;
    }
    int rank = sizes.length;
    Dim[] result = Sizes.replaced(sizes, rank - 1, sizes[rank - 2]);
    result[rank - 2] = sizes[rank - 1];
    return result;
  }

  private static Dim[] product(NodeFacts node, Dim[] left, Dim[] right) {
    if (left.length == 0 || right.length == 0) {
      throw new NotInferable("a scalar has no matrix product");
    }
    Dim inner = left[left.length - 1];
    Dim other = right[Math.max(0, right.length - 2)];
    if (Sizes.isFixed(inner) && Sizes.isFixed(other) && !inner.equals(other)) {
      throw NotInferable.contradiction(
          "it multiplies rows of " + inner + " by columns of " + other);
    }
    Dim[] rows = Sizes.range(left, Math.max(0, left.length - 2), left.length - 1);
    Dim[] columns = Sizes.range(right, Math.max(1, right.length - 1), right.length);
    Dim[] batch =
        node.symbols()
            .broadcast(
                Sizes.range(left, 0, Math.max(0, left.length - 2)),
                Sizes.range(right, 0, Math.max(0, right.length - 2)));
    return Sizes.concat(batch, rows, columns);
  }

  static TensorFacts gemm(NodeFacts node) {
    return gemm(node, 1);
  }

  static TensorFacts quantizedGemm(NodeFacts node) {
    TensorFacts result = gemm(node, 3);
    return node.has(8) ? result.withType(node.type(8)) : result.withType(DataType.FLOAT);
  }

  private static TensorFacts gemm(NodeFacts node, int right) {
    int row = node.attribute("transA", 0) == 0 ? 0 : 1;
    int column = node.attribute("transB", 0) == 0 ? 1 : 0;
    return node.input(0).withSizes(node.size(0, row), node.size(right, column));
  }

  /** Weights packed in blocks, whose sizes are attributes. */
  static TensorFacts blocked(NodeFacts node) {
    Dim[] sizes = node.sizes(0);
    Dim columns = Sizes.of(node.attribute("N", TensorFacts.OPEN));
    return node.input(0).withSizes(Sizes.replaced(sizes, sizes.length - 1, columns));
  }

  /** Outputs of a recurrence: all states, the last state and, for LSTM, the last cell. */
  static List<@Nullable TensorFacts> recurrence(NodeFacts node) {
    TensorFacts input = node.input(0);
    Dim hidden =
        node.node().attribute("hidden_size") == null
            ? node.size(2, -1)
            : Sizes.of(node.attribute("hidden_size", TensorFacts.OPEN));
    Dim directions =
        Dim.of(node.node().textAttribute("direction", "forward").equals("bidirectional") ? 2 : 1);
    boolean batchFirst = node.attribute("layout", 0) == 1;
    Dim steps = node.size(0, batchFirst ? 1 : 0);
    Dim batch = node.size(0, batchFirst ? 0 : 1);
    TensorFacts states =
        batchFirst
            ? input.withSizes(batch, steps, directions, hidden)
            : input.withSizes(steps, directions, batch, hidden);
    TensorFacts last =
        batchFirst
            ? input.withSizes(batch, directions, hidden)
            : input.withSizes(directions, batch, hidden);
    return List.of(states, last, last);
  }

  /** Self-attention that holds the weight [input, query + key + value] itself. */
  static TensorFacts attention(NodeFacts node) {
    long[] hidden = node.attributes("qkv_hidden_sizes", new long[0]);
    Dim value =
        hidden.length == 3
            ? Sizes.of(hidden[2])
            : Sizes.mapped(node.size(1, -1), packed -> packed / 3);
    return node.input(0).withSizes(node.size(0, 0), node.size(0, 1), value);
  }

  static TensorFacts multiHeadAttention(NodeFacts node) {
    TensorFacts query = node.input(0);
    if (query.rank() == 5) { // packed: batch, sequence, heads, 3, head size
      return query.withSizes(
          node.size(0, 0), node.size(0, 1), Sizes.product(node.size(0, 2), node.size(0, 4)));
    }
    if (!node.has(2)) {
      return query.with(null);
    }
    Dim hidden =
        node.rank(2) == 4 ? Sizes.product(node.size(2, 1), node.size(2, 3)) : node.size(2, 2);
    return query.withSizes(node.size(0, 0), node.size(0, 1), hidden);
  }

  /** A row of three tables for each token: the sum, normalized. */
  static List<@Nullable TensorFacts> embedding(NodeFacts node) {
    Dim batch = node.size(0, 0);
    TensorFacts table = node.input(2);
    TensorFacts sum = table.withSizes(batch, node.size(0, 1), node.size(2, 1));
    return List.of(sum, TensorFacts.of(DataType.INT32, new Dim[] {batch}), sum);
  }
}

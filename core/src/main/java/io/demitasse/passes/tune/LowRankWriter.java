package io.demitasse.passes.tune;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.NodeBuilder;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import java.util.List;
import java.util.random.RandomGenerator;

/** Writes a low-rank path beside a product and adds what both give. */
final class LowRankWriter {
  /** The end of the name of the node that reads the activation, and of its weight. */
  static final String FIRST = "_lora_a";

  /** The end of the name of the node behind it, and of its weight. */
  static final String SECOND = "_lora_b";

  private static final String SCALE = "_lora_scale";
  private static final String SUM = "_lora_sum";

  private final Product product;
  private final Graph graph;
  private final String stem;

  LowRankWriter(Product product) {
    this.product = product;
    this.graph = product.node().graph();
    this.stem = freeStem();
  }

  /**
   * Writes it.
   *
   * @param sizes of the weight, in the layout of the product's form
   * @param scale what the path gives is multiplied by
   */
  void write(long[] sizes, int rank, float scale, RandomGenerator random) {
    long[] first = product.form().first(sizes, rank);
    double limit = 1 / Math.sqrt((double) Tensor.elementCount(first) / rank);
    Value a =
        graph.addInitializer(stem + FIRST, UniformNumbers.of(first, limit, random.nextLong()));
    long[] second = product.form().second(sizes, rank);
    Value b = graph.addInitializer(stem + SECOND, UniformNumbers.of(second, 0, 0));
    Node inner = multiply(product.activation(), a, FIRST, product.node());
    if (product.form() == Product.Form.KERNEL) {
      product.node().attributes().forEach(inner::attribute);
    }
    Node scaled = scale == 1 ? inner : scaled(inner, scale);
    add(multiply(scaled.output(), b, SECOND, scaled));
  }

  private Node multiply(Value activation, Value weight, String suffix, Node before) {
    NodeBuilder node =
        product.form() == Product.Form.KERNEL ? Op.CONV.in(graph) : Op.MAT_MUL.in(graph);
    List<Value> inputs =
        product.form() == Product.Form.BEFORE
            ? List.of(weight, activation)
            : List.of(activation, weight);
    return named(node.inputs(inputs), suffix).insertAfter(before);
  }

  private Node scaled(Node inner, float scale) {
    Value factor = graph.addInitializer(graph.freeName(stem + SCALE), Tensor.scalar(scale));
    return named(Op.MUL.in(graph).inputs(inner.output(), factor), SCALE).insertAfter(inner);
  }

  /** Lets all who read the product read the sum, under the name that they know. */
  private void add(Node last) {
    Value base = product.node().output();
    Node sum = named(Op.ADD.in(graph).inputs(base, last.output()), SUM).insertAfter(last);
    graph.replace(base, sum.output());
    sum.input(0, base);
    base.rename(graph.freeName(sum.output().name() + "_before_lora"));
  }

  private NodeBuilder named(NodeBuilder node, String suffix) {
    return node.name(graph.freeNodeName(stem + suffix))
        .outputs(graph.freeName(stem + suffix + "_output"));
  }

  /** The name of the product, or one like it, under which all names are free. */
  private String freeStem() {
    Node node = product.node();
    String name = node.name().isEmpty() ? node.output().name() : node.name();
    String candidate = name;
    for (int count = 2; !isFree(candidate); count++) {
      candidate = name + "_" + count;
    }
    return candidate;
  }

  private boolean isFree(String candidate) {
    return List.of(FIRST, SECOND).stream()
        .map(suffix -> candidate + suffix)
        .allMatch(
            name -> graph.freeName(name).equals(name) && graph.freeNodeName(name).equals(name));
  }
}

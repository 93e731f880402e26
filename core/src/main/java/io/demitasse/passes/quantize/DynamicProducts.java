package io.demitasse.passes.quantize;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.NodeBuilder;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes products of activations that are quantized as they come with weights that are quantized
 * already. An activation is quantized once, however many products read it.
 */
final class DynamicProducts {
  private final boolean contrib;
  private final Map<Value, Integer> products = new HashMap<>();
  private final Map<Activation, Node> quantized = new HashMap<>();

  /** An activation as one graph sees it: what an inner graph computes is not visible outside. */
  private record Activation(Value value, Graph graph) {}

  /**
   * A product to be written.
   *
   * @param node the product it replaces, which gives the name
   * @param last the node in front of which it is written: the product, or the addition of its bias
   */
  record Product(
      Node node, Node last, Value activation, QuantizedWeight weight, @Nullable Value bias) {}

  /**
   * @param contrib whether ONNX Runtime's own operators may be used
   */
  DynamicProducts(boolean contrib) {
    this.contrib = contrib;
  }

  /** Tells that a product of an activation is going to be written. */
  void expect(Value activation) {
    products.merge(activation, 1, Integer::sum);
  }

  /** Writes a product; the value is what the node computed. */
  Value write(Product product) {
    if (!contrib) {
      return writeStandard(product);
    }
    return products.getOrDefault(product.activation, 1) == 1
        ? writeAlone(product)
        : writeShared(product);
  }

  private static Value writeAlone(Product product) {
    return finish(
            Op.CONTRIB_DYNAMIC_QUANTIZE_MAT_MUL
                .in(product.node.graph())
                .inputs(product.activation, product.weight.integers(), product.weight.scale()),
            product)
        .output();
  }

  private Value writeShared(Product product) {
    Node activation = quantize(product);
    return finish(
            Op.CONTRIB_MAT_MUL_INTEGER_TO_FLOAT
                .in(product.node.graph())
                .inputs(
                    activation.output(),
                    product.weight.integers(),
                    activation.output(1),
                    product.weight.scale(),
                    activation.output(2)),
            product)
        .output();
  }

  /** Appends the optional zero point and bias, which both operators have last. */
  private static Node finish(NodeBuilder builder, Product product) {
    Value zero = product.weight.zero();
    if (zero != null || product.bias != null) {
      builder.inputs(zero);
    }
    if (product.bias != null) {
      builder.inputs(product.bias);
    }
    return builder.name(product.node.name()).insertBefore(product.last);
  }

  private Value writeStandard(Product product) {
    Graph graph = product.node.graph();
    Node activation = quantize(product);
    NodeBuilder integer =
        Op.MAT_MUL_INTEGER
            .in(graph)
            .inputs(activation.output(), product.weight.integers(), activation.output(2));
    if (product.weight.zero() != null) {
      integer.inputs(product.weight.zero());
    }
    Value sum = integer.name(product.node.name()).insertBefore(product.last).output();
    Value real =
        Op.CAST
            .in(graph)
            .name(derived(product.node, "_cast"))
            .inputs(sum)
            .attribute("to", DataType.FLOAT.code())
            .insertBefore(product.last)
            .output();
    Value scale = multiply(product, activation.output(1), product.weight.scale(), "_scale");
    Value scaled = multiply(product, real, scale, "_scaled");
    return product.bias == null
        ? scaled
        : Op.ADD
            .in(graph)
            .name(derived(product.node, "_bias"))
            .inputs(scaled, product.bias)
            .insertBefore(product.last)
            .output();
  }

  private static Value multiply(Product product, @Nullable Value one, Value other, String suffix) {
    return Op.MUL
        .in(product.node.graph())
        .name(derived(product.node, suffix))
        .inputs(one, other)
        .insertBefore(product.last)
        .output();
  }

  private Node quantize(Product product) {
    return quantized.computeIfAbsent(
        new Activation(product.activation, product.node.graph()),
        activation -> {
          Graph graph = activation.graph;
          String name = activation.value.name();
          return Op.DYNAMIC_QUANTIZE_LINEAR
              .in(graph)
              .name(graph.freeNodeName(name + "_quantize"))
              .inputs(activation.value)
              .outputs(
                  graph.freeName(name + "_quantized"),
                  graph.freeName(name + "_scale"),
                  graph.freeName(name + "_zero_point"))
              .insertBefore(product.node);
        });
  }

  /** A free name after that of a node; none when it has none. */
  static String derived(Node node, String suffix) {
    return node.name().isEmpty() ? "" : node.graph().freeNodeName(node.name() + suffix);
  }
}

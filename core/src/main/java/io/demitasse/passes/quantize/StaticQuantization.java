package io.demitasse.passes.quantize;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.NodeBuilder;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.pass.PassContext;
import io.demitasse.passes.quantize.LinearQuantizer.Grid;
import io.demitasse.passes.quantize.StaticPlan.Planned;
import io.demitasse.rewrite.Unread;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * One application of {@link QuantizeStatic}: puts quantization and dequantization around the nodes
 * of a plan.
 */
final class StaticQuantization {
  private final StaticPlan plan;
  private final StaticRanges ranges;
  private final PassContext context;
  private final StaticWeights weights;
  private final Map<Value, Value> activations = new HashMap<>();
  private final Map<Value, Grid> grids = new HashMap<>();
  private final Set<Value> replaced = new LinkedHashSet<>();

  StaticQuantization(
      QuantizeStatic options, StaticPlan plan, StaticRanges ranges, PassContext context) {
    this.plan = plan;
    this.ranges = ranges;
    this.context = context;
    this.weights = new StaticWeights(options);
  }

  void apply() {
    for (Planned planned : plan.nodes()) {
      quantizeInputs(planned);
      quantizeOutput(planned);
      context.changed(planned.node(), "computes in 8-bit integers");
    }
    replaced.forEach(constant -> Unread.remove(constant, context));
  }

  private void quantizeInputs(Planned planned) {
    Node node = planned.node();
    QuantizedWeight weight = null;
    for (int input : StaticPlan.integerInputs(node, planned.op())) {
      Value value = node.input(input);
      if (value == null) {
        continue;
      }
      if (value.constant().isEmpty()) {
        node.input(input, activation(node, value));
      } else if (planned.op().weightInputs().contains(input)) {
        weight = weights.weight(planned, scaleOfActivation(node));
        replace(node, input, weights.dequantized(node, weight, planned));
      } else {
        replace(node, input, weights.constant(node, value));
      }
    }
    int bias = planned.op().biasInput().orElse(-1);
    if (weight != null && bias >= 0 && node.input(bias) != null) {
      replace(node, bias, weights.bias(node, bias, scaleOfActivation(node), weight));
    }
  }

  private void replace(Node node, int input, Value dequantized) {
    replaced.add(node.requiredInput(input));
    node.input(input, dequantized);
  }

  private float scaleOfActivation(Node node) {
    return grid(node.requiredInput(0)).scale();
  }

  private Grid grid(Value dequantized) {
    return Objects.requireNonNull(grids.get(dequantized));
  }

  /** A value on its grid: itself when it comes from a node that computes in integers. */
  private Value activation(Node reader, Value value) {
    if (grids.containsKey(value)) {
      return value;
    }
    return activations.computeIfAbsent(
        value,
        unseen -> {
          Grid grid = ranges.grid(unseen);
          Node quantize = quantize(unseen, grid).insertBefore(reader);
          return dequantize(quantize, grid);
        });
  }

  private void quantizeOutput(Planned planned) {
    Value output = planned.output();
    Graph graph = output.graph();
    Grid grid = planned.moves() ? grid(planned.node().requiredInput(0)) : ranges.grid(output);
    Node quantize = quantize(output, grid).insertAfter(Objects.requireNonNull(output.producer()));
    Value dequantized = dequantize(quantize, grid);
    if (output.isOutput()) {
      graph.replace(output, dequantized);
    } else {
      graph.replaceUses(output, dequantized);
    }
    quantize.input(0, output);
  }

  private static NodeBuilder quantize(Value value, Grid grid) {
    Graph graph = value.graph();
    String name = value.name();
    Value scale =
        graph.addInitializer(graph.freeName(name + "_scale"), Tensor.scalar(grid.scale()));
    Value zero =
        graph.addInitializer(
            graph.freeName(name + "_zero_point"),
            Tensor.ofBytes(
                LinearQuantizer.forActivations().dataType(), new long[0], (byte) grid.zero()));
    return Op.QUANTIZE_LINEAR
        .in(graph)
        .name(graph.freeNodeName(name + "_quantize"))
        .outputs(graph.freeName(name + "_quantized"))
        .inputs(value, scale, zero);
  }

  private Value dequantize(Node quantize, Grid grid) {
    Graph graph = quantize.graph();
    String name = quantize.requiredInput(0).name();
    Value value =
        Op.DEQUANTIZE_LINEAR
            .in(graph)
            .name(graph.freeNodeName(name + "_dequantize"))
            .outputs(graph.freeName(name + "_dequantized"))
            .inputs(quantize.output(), quantize.requiredInput(1), quantize.requiredInput(2))
            .insertAfter(quantize)
            .output();
    grids.put(value, grid);
    return value;
  }
}

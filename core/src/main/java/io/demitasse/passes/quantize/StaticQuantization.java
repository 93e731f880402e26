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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * One application of {@link QuantizeStatic}: puts quantization and dequantization around the nodes
 * of a plan.
 */
final class StaticQuantization {
  private final StaticPlan plan;
  private final StaticGrids ranges;
  private final PassContext context;
  private final StaticWeights weights;
  private final Map<Value, Value> activations = new HashMap<>();
  private final Map<Value, Grid> grids = new HashMap<>();
  private final Set<Value> replaced = new LinkedHashSet<>();

  StaticQuantization(
      QuantizeStatic options, StaticPlan plan, StaticGrids ranges, PassContext context) {
    this.plan = plan;
    this.ranges = ranges;
    this.context = context;
    this.weights = new StaticWeights(options);
  }

  void apply() {
    for (Planned planned : plan.nodes()) {
      if (planned.node().isRemoved()) {
        continue;
      }
      context.changed(planned.node(), "computes in 8-bit integers");
      quantizeInputs(planned);
      switch (planned.role()) {
        case MOVES -> quantizeOutput(planned.output(), grid(planned.node().requiredInput(0)));
        case LOOKS_UP -> lookUp(planned.node());
        case COMPUTES, SHIFTS -> quantizeSums(planned);
      }
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

  /** Quantizes what a node has computed, on a grid that suits what shifts it afterwards. */
  private void quantizeSums(Planned planned) {
    List<Node> shifts = new ArrayList<>();
    ScalarAffine affine = ScalarAffine.IDENTITY;
    Value after = planned.output();
    for (Planned next = plan.shift(planned); next != null; next = plan.shift(next)) {
      shifts.add(next.node());
      affine = affine.then(ScalarAffine.of(next.node()).orElseThrow());
      after = next.output();
    }
    if (shifts.isEmpty()) {
      if (plan.quantizesOutput(planned)) {
        Grid grid = ranges.grid(after);
        quantizeOutput(unclipped(planned, grid), grid);
      }
      return;
    }
    Optional<ScalarAffine.Grids> common = ranges.grids(planned.output(), after, affine);
    if (common.isEmpty()) {
      Grid own = ranges.gridBefore(planned.output(), after, affine);
      quantizeOutput(unclipped(planned, own), own);
      return;
    }
    Grid made = common.get().before();
    quantizeOutput(unclipped(planned, made), made, common.get().after());
    for (Node shift : shifts) {
      context.changed(shift, "shifts the zero point of 8-bit integers");
      remove(shift, shift.requiredInput(ScalarAffine.variable(shift)));
    }
  }

  /**
   * What is to be rounded of a node, without the clips that rounding makes up for. A single Relu
   * stays, which the runtime drops by the same rule everywhere.
   */
  private Value unclipped(Planned planned, Grid grid) {
    Value value = planned.output();
    List<Node> clips = planned.clips();
    boolean single = clips.size() == 1 && Op.RELU.is(clips.getFirst());
    if (single || !ranges.isClippedBy(value, grid)) {
      return value;
    }
    for (Node clip : clips.reversed()) {
      context.changed(clip, "is left to the rounding to 8-bit integers, which cuts off the same");
      value = clip.requiredInput(Clipping.variable(clip));
      clip.graph().replace(clip.output(), value);
      Unread.remove(clip, context);
    }
    return value;
  }

  /** Removes a node whose output is what a value holds already. */
  private void remove(Node node, Value same) {
    node.graph().replaceUses(node.output(), same);
    Unread.remove(node, context);
  }

  private void lookUp(Node node) {
    SaturatingLookup lookup = SaturatingLookup.of(node).orElseThrow();
    Graph graph = node.graph();
    Value line =
        Op.LEAKY_RELU
            .in(graph)
            .name(graph.freeNodeName(node.name() + "_line"))
            .outputs(graph.freeName(node.output().name() + "_line"))
            .inputs(node.requiredInput(0))
            .attribute("alpha", 1f)
            .insertBefore(node)
            .output();
    Value dequantized = quantizeOutput(line, lookup.input(), lookup.output());
    graph.replace(node.output(), dequantized);
    graph.remove(node);
  }

  private void quantizeOutput(Value output, Grid grid) {
    quantizeOutput(output, grid, grid);
  }

  /**
   * Lets the readers of a value read it from integers.
   *
   * @param made the grid on which it is rounded
   * @param read the grid on which the integers are taken
   */
  private Value quantizeOutput(Value output, Grid made, Grid read) {
    Graph graph = output.graph();
    Node quantize = quantize(output, made).insertAfter(Objects.requireNonNull(output.producer()));
    Value dequantized =
        read.equals(made)
            ? dequantize(quantize, made)
            : dequantize(quantize, read, scale(output, read), zero(output, read));
    if (output.isOutput()) {
      graph.replace(output, dequantized);
    } else {
      graph.replaceUses(output, dequantized);
    }
    quantize.input(0, output);
    dequantized.uses().forEach(use -> plan.spellOutAxes(use.node(), output));
    return dequantized;
  }

  private static NodeBuilder quantize(Value value, Grid grid) {
    Graph graph = value.graph();
    String name = value.name();
    return Op.QUANTIZE_LINEAR
        .in(graph)
        .name(graph.freeNodeName(name + "_quantize"))
        .outputs(graph.freeName(name + "_quantized"))
        .inputs(value, scale(value, grid), zero(value, grid));
  }

  private static Value scale(Value value, Grid grid) {
    Graph graph = value.graph();
    return graph.addInitializer(
        graph.freeName(value.name() + "_scale"), Tensor.scalar(grid.scale()));
  }

  private static Value zero(Value value, Grid grid) {
    Graph graph = value.graph();
    return graph.addInitializer(
        graph.freeName(value.name() + "_zero_point"),
        Tensor.ofBytes(
            LinearQuantizer.forActivations().dataType(), new long[0], (byte) grid.zero()));
  }

  /** Takes integers for what they were rounded from. */
  private Value dequantize(Node quantize, Grid grid) {
    return dequantize(quantize, grid, quantize.requiredInput(1), quantize.requiredInput(2));
  }

  private Value dequantize(Node quantize, Grid grid, Value scale, Value zero) {
    Graph graph = quantize.graph();
    String name = quantize.requiredInput(0).name();
    Value value =
        Op.DEQUANTIZE_LINEAR
            .in(graph)
            .name(graph.freeNodeName(name + "_dequantize"))
            .outputs(graph.freeName(name + "_dequantized"))
            .inputs(quantize.output(), scale, zero)
            .insertAfter(quantize)
            .output();
    grids.put(value, grid);
    return value;
  }
}

package io.demitasse.passes.quantize;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.Op;
import io.demitasse.ops.ShapeInference;
import io.demitasse.pass.PassContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Which nodes of the main graph are to compute in integers, and which values carry integers between
 * them.
 */
final class StaticPlan {

  /**
   * A node that computes in integers.
   *
   * @param output what is quantized of it: its output, or that of the Relu or Clip that alone reads
   *     it
   * @param moves whether the output keeps the scale of the first input
   */
  record Planned(Node node, Op op, Value output, boolean moves) {}

  private final InferredShapes types;
  private final Collection<Op> operators;
  private final Predicate<Value> known;
  private final PassContext context;
  private final Map<Node, Planned> planned = new LinkedHashMap<>();
  private final Set<Node> absorbed = new LinkedHashSet<>();
  private final Set<Value> made = new LinkedHashSet<>();
  private final Set<Value> observed = new LinkedHashSet<>();
  private final Map<Node, String> refusals = new LinkedHashMap<>();

  private StaticPlan(
      Model model, PassContext context, Collection<Op> operators, Predicate<Value> known) {
    this.types = ShapeInference.infer(model, Map.of());
    this.context = context;
    this.operators = operators;
    this.known = known;
  }

  /**
   * Plans in the order of the graph.
   *
   * @param known whether the range of a value is known
   */
  static StaticPlan of(
      Model model, PassContext context, Collection<Op> operators, Predicate<Value> known) {
    StaticPlan plan = new StaticPlan(model, context, operators, known);
    for (Node node : model.graph().nodes()) {
      Optional<Op> op = Op.of(node).filter(operators::contains);
      if (op.isPresent() && context.selects(node) && !plan.absorbed.contains(node)) {
        plan.consider(node, op.get());
      }
    }
    return plan;
  }

  Collection<Planned> nodes() {
    return planned.values();
  }

  /** The values whose ranges are needed. */
  Set<Value> observed() {
    return observed;
  }

  Map<Node, String> refusals() {
    return refusals;
  }

  /** The inputs of a node that an integer kernel takes; all of them for a concatenation. */
  static List<Integer> integerInputs(Node node, Op op) {
    return op == Op.CONCAT
        ? IntStream.range(0, node.inputs().size()).boxed().toList()
        : op.integerInputs();
  }

  private void consider(Node node, Op op) {
    List<Value> inputs = new ArrayList<>();
    for (int input : integerInputs(node, op)) {
      Value value = node.input(input);
      if (value != null && !types.dataType(value).equals(Optional.of(DataType.FLOAT))) {
        return;
      }
      if (value != null && isDequantized(value)) {
        return;
      }
      if (value != null && value.constant().isEmpty()) {
        inputs.add(value);
      }
    }
    if (inputs.isEmpty() || (joins(op) && inputs.stream().noneMatch(made::contains))) {
      return;
    }
    boolean moves = keepsScale(op);
    Value output = moves ? node.output() : absorbing(node);
    List<Value> needed = new ArrayList<>(inputs);
    if (!moves) {
      needed.add(output);
    }
    Optional<String> unmet = StaticRequirements.unmet(node, op).or(() -> unknown(needed));
    if (unmet.isPresent()) {
      refusals.put(node, unmet.get());
      return;
    }
    if (output != node.output()) {
      absorbed.add(node.output().uses().getFirst().node());
    }
    planned.put(node, new Planned(node, op, output, moves));
    made.add(output);
    needed.stream()
        .filter(value -> value == output || !made.contains(value))
        .forEach(observed::add);
  }

  /** Whether a former step has quantized a value. */
  private static boolean isDequantized(Value value) {
    return value.producer() != null && Op.DEQUANTIZE_LINEAR.is(value.producer());
  }

  private Optional<String> unknown(List<Value> needed) {
    return needed.stream()
        .filter(value -> !made.contains(value) && !known.test(value))
        .findFirst()
        .map(value -> "no usable range of '" + value.name() + "' was seen on the data");
  }

  /** The output of the node, or of the Relu or Clip that is the only one to read it. */
  private Value absorbing(Node node) {
    Value output = node.output();
    if (!output.isUsedOnce()) {
      return output;
    }
    Node reader = output.uses().getFirst().node();
    boolean clips = Op.RELU.is(reader) || Op.CLIP.is(reader);
    boolean chosen = clips && Op.of(reader).filter(operators::contains).isPresent();
    return chosen
            && context.selects(reader)
            && reader.graph() == node.graph()
            && reader.input(0) == output
        ? reader.output()
        : output;
  }

  /**
   * Operators that gain nothing by themselves and compute in integers only where those come anyway.
   */
  private static boolean joins(Op op) {
    return op.movesElements() || op == Op.RESIZE || op == Op.RELU || op == Op.CLIP;
  }

  private static boolean keepsScale(Op op) {
    return (op.movesElements() && op != Op.CONCAT) || op == Op.RESIZE;
  }
}

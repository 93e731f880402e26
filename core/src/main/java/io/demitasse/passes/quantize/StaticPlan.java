package io.demitasse.passes.quantize;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.ops.Belief;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.Op;
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
import org.jspecify.annotations.Nullable;

/**
 * Which nodes of the main graph are to compute in integers, and which values carry integers between
 * them.
 *
 * <p>Islands grow around the products with a constant weight, which are what gains. What moves or
 * pools elements joins where integers come, because there are a quarter of the bytes to move. What
 * computes element by element joins where integers come from everywhere and go on: at the end of an
 * island it would round once more for nothing.
 */
final class StaticPlan {

  /** What becomes of a node. */
  enum Role {
    /** The runtime has an integer kernel, whose output has a grid of its own. */
    COMPUTES,
    /** The same integers go on in other places, or fewer of them. */
    MOVES,
    /** A table tells for each integer what it becomes: {@link SaturatingLookup}. */
    LOOKS_UP,
    /** The same integers go on and mean something else: {@link ScalarAffine}. */
    SHIFTS
  }

  /**
   * A node that computes in integers.
   *
   * @param output what is quantized of it: its output, or that of the last of the clips
   * @param clips what alone reads its output, and alone one another, and only cuts off
   */
  record Planned(Node node, Op op, Value output, Role role, List<Node> clips) {

    /** What is cut off between the node and its quantization. */
    Clipping clipping() {
      return clips.stream()
          .map(clip -> Clipping.of(clip).orElseThrow())
          .reduce(Clipping.NONE, Clipping::then);
    }
  }

  private final InferredShapes types;
  private final Collection<Op> operators;
  private final PassContext context;
  private final Map<Node, String> refusals;
  private final Map<Node, Planned> planned = new LinkedHashMap<>();
  private final Map<Value, Planned> made = new LinkedHashMap<>();
  private final Set<Node> absorbed = new LinkedHashSet<>();

  private StaticPlan(
      InferredShapes types,
      PassContext context,
      Collection<Op> operators,
      Map<Node, String> refusals) {
    this.types = types;
    this.context = context;
    this.operators = operators;
    this.refusals = refusals;
  }

  /**
   * Plans in the order of the graph, and anew without the nodes for which a range is missing.
   *
   * @param known whether the range of a value is known
   */
  static StaticPlan of(
      Model model, PassContext context, Collection<Op> operators, Predicate<Value> known) {
    InferredShapes types = context.shapes(Belief.DECLARED);
    Map<Node, String> refusals = new LinkedHashMap<>();
    for (Node node : context.nodes()) {
      Op op = Op.of(node).filter(operators::contains).orElse(null);
      if (node.graph() != model.graph() && op != null && isProduct(node, op)) {
        refusals.put(node, "it lies inside a branch or loop, where no ranges are seen");
      }
    }
    while (true) {
      StaticPlan plan = new StaticPlan(types, context, operators, refusals);
      model.graph().nodes().forEach(plan::consider);
      plan.prune();
      if (!plan.refuseUnknown(known)) {
        return plan;
      }
    }
  }

  Collection<Planned> nodes() {
    return planned.values();
  }

  Map<Node, String> refusals() {
    return refusals;
  }

  /** The planned node whose integers stand for a value; null when the value is a float. */
  @Nullable Planned maker(Value value) {
    return made.get(value);
  }

  /** The node that shifts the output of another and alone reads it; null when there is none. */
  @Nullable Planned shift(Planned of) {
    Planned reader =
        of.output().isUsedOnce() ? planned.get(of.output().uses().getFirst().node()) : null;
    return reader != null && reader.role() == Role.SHIFTS ? reader : null;
  }

  /**
   * Whether the output is rounded to integers. A matrix product can leave it as the float that its
   * sums are, and does so at the end of an island; but not in front of a Clip, with which ONNX
   * Runtime would compute it in floats.
   */
  boolean quantizesOutput(Planned of) {
    boolean sums = of.op() == Op.MAT_MUL || of.op() == Op.GEMM;
    return !sums || !of.clips().isEmpty() || isTaken(of.output()) || isCutOff(of.output());
  }

  private static boolean isCutOff(Value value) {
    return value.isUsedOnce() && Op.CLIP.is(value.uses().getFirst().node());
  }

  /**
   * Gives a {@code Transpose} that reverses all axes the list of them: behind a dequantization ONNX
   * Runtime ends the process over one without.
   */
  void spellOutAxes(Node reader, Value transposed) {
    if (reversesAxes(reader)) {
      int rank = types.rank(transposed).orElseThrow();
      reader.attribute(
          "perm",
          Attribute.ofInts(IntStream.range(0, rank).mapToLong(i -> rank - 1 - i).toArray()));
    }
  }

  private static boolean reversesAxes(Node node) {
    return Op.TRANSPOSE.is(node) && node.intsAttribute("perm").length == 0;
  }

  /** Whether a Transpose would read a value whose number of axes is not known. */
  private boolean isReversedBlindly(Value value) {
    return types.rank(value).isEmpty()
        && value.uses().stream().map(Value.Use::node).anyMatch(StaticPlan::reversesAxes);
  }

  /** The values whose ranges are needed. */
  Set<Value> observed() {
    Set<Value> observed = new LinkedHashSet<>();
    planned.values().forEach(each -> observed.addAll(needed(each)));
    return observed;
  }

  private List<Value> needed(Planned of) {
    List<Value> needed = new ArrayList<>(floats(of.node(), of.op()));
    needed.removeIf(made::containsKey);
    boolean own = of.role() == Role.COMPUTES || of.role() == Role.SHIFTS;
    if (own && quantizesOutput(of) && shift(of) == null) {
      needed.add(of.output());
    }
    return needed;
  }

  private boolean refuseUnknown(Predicate<Value> known) {
    int before = refusals.size();
    for (Planned each : planned.values()) {
      needed(each).stream()
          .filter(value -> !known.test(value))
          .findFirst()
          .ifPresent(
              value ->
                  refusals.put(
                      each.node(),
                      "no usable range of '" + value.name() + "' was seen on the data"));
    }
    return refusals.size() > before;
  }

  /** The inputs of a node that an integer kernel takes; all of them for a concatenation. */
  static List<Integer> integerInputs(Node node, Op op) {
    return op == Op.CONCAT
        ? IntStream.range(0, node.inputs().size()).boxed().toList()
        : op.integerInputs();
  }

  /** The inputs that an integer kernel takes and that are not constant. */
  static List<Value> floats(Node node, Op op) {
    return integerInputs(node, op).stream()
        .map(node::input)
        .filter(value -> value != null && value.constant().isEmpty())
        .toList();
  }

  private void consider(Node node) {
    Op op = Op.of(node).filter(operators::contains).orElse(null);
    if (op == null || !context.selects(node) || absorbed.contains(node)) {
      return;
    }
    List<Value> inputs = floats(node, op);
    boolean comes = inputs.stream().allMatch(made::containsKey);
    if (inputs.isEmpty()
        || refusals.containsKey(node)
        || !takesFloats(node, op)
        || !(comes || isProduct(node, op))) {
      return;
    }
    Optional<String> unmet = StaticRequirements.unmet(node, op);
    if (unmet.isPresent()) {
      refusals.put(node, unmet.get());
      return;
    }
    if (isReversedBlindly(node.output())) {
      refusals.put(node, "what transposes its output does not tell the order of axes");
      return;
    }
    Role role = role(node, op, inputs.getFirst());
    List<Node> clips = role == Role.COMPUTES ? clips(node) : List.of();
    absorbed.addAll(clips);
    Value output = clips.isEmpty() ? node.output() : clips.getLast().output();
    Planned plan = new Planned(node, op, output, role, clips);
    planned.put(node, plan);
    made.put(output, plan);
  }

  /** Whether the inputs are floats, none of which a former step has quantized. */
  private boolean takesFloats(Node node, Op op) {
    return integerInputs(node, op).stream()
        .map(node::input)
        .allMatch(
            value ->
                value == null
                    || (types.dataType(value).equals(Optional.of(DataType.FLOAT))
                        && (value.producer() == null
                            || !Op.DEQUANTIZE_LINEAR.is(value.producer()))));
  }

  private Role role(Node node, Op op, Value input) {
    if (keepsGrid(op)) {
      return Role.MOVES;
    }
    if (SaturatingLookup.of(node).isPresent()) {
      return Role.LOOKS_UP;
    }
    Planned maker = made.get(input);
    boolean shiftable =
        maker != null
            && (maker.role() == Role.COMPUTES || maker.role() == Role.SHIFTS)
            && input.isUsedOnce()
            && !node.output().isOutput();
    return shiftable && ScalarAffine.of(node).isPresent() ? Role.SHIFTS : Role.COMPUTES;
  }

  /** Whether the first output holds numbers of the first input in other places. */
  static boolean keepsGrid(Op op) {
    return (op.movesElements() && op != Op.CONCAT) || op == Op.RESIZE;
  }

  /** What cuts off the output of a node before anybody else reads it. */
  private List<Node> clips(Node node) {
    List<Node> clips = new ArrayList<>();
    for (Node last = node; last.output().isUsedOnce(); last = clips.getLast()) {
      Node reader = last.output().uses().getFirst().node();
      if (reader.graph() != node.graph()
          || isReversedBlindly(reader.output())
          || !context.selects(reader)
          || !operators.contains(Op.RELU.is(reader) ? Op.RELU : Op.CLIP)
          || reader.input(Clipping.variable(reader)) != last.output()
          || Clipping.of(reader).filter(Clipping::holdsZero).isEmpty()) {
        break;
      }
      clips.add(reader);
    }
    return clips;
  }

  /** Leaves out the nodes between that are not between any more, from the last to the first. */
  private void prune() {
    for (Planned each : List.copyOf(planned.values()).reversed()) {
      if (isBetween(each) && !isTaken(each.output())) {
        planned.remove(each.node());
        made.remove(each.output());
      }
    }
  }

  private static boolean isBetween(Planned each) {
    boolean pools = each.op() == Op.AVERAGE_POOL || each.op() == Op.GLOBAL_AVERAGE_POOL;
    return each.role() != Role.MOVES && !pools && !isProduct(each.node(), each.op());
  }

  /** Whether a node multiplies with a constant weight. */
  private static boolean isProduct(Node node, Op op) {
    return op.weightInputs().stream()
        .filter(op.integerInputs()::contains)
        .anyMatch(input -> op != Op.GATHER && node.constantInput(input).isPresent());
  }

  /** Whether somebody who computes in integers reads a value. */
  private boolean isTaken(Value value) {
    return value.uses().stream()
        .anyMatch(
            use -> {
              Planned reader = planned.get(use.node());
              return reader != null
                  && integerInputs(reader.node(), reader.op()).contains(use.index());
            });
  }
}

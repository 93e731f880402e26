package io.demitasse.ops;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Attribute;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Follows shapes, types and small contents through a model, without running it.
 *
 * <p>What the file declares fills in where the rules of the table end, unless a {@link #proved
 * proof} is wanted. Branches of an If are both followed, and agree on what both give; bodies of
 * loops are followed from what their inputs declare.
 */
public final class ShapeInference {
  /** Elements of all contents that are followed: 32 MB. */
  private static final int MOST_NUMBERS = 1 << 22;

  private final Map<String, long[]> inputShapes;
  private final boolean believes;
  private final Map<Value, TensorFacts> facts = new HashMap<>();
  private final List<InferredShapes.Gap> gaps = new ArrayList<>();
  private int numbersLeft = MOST_NUMBERS;

  /**
   * @param believes whether what the file declares of inner values fills in
   */
  private ShapeInference(Map<String, long[]> inputShapes, boolean believes) {
    this.inputShapes = inputShapes;
    this.believes = believes;
  }

  /**
   * Infers from the shapes of inputs; those not given are taken as they are declared, with open
   * sizes.
   *
   * @param inputShapes sizes by input name
   * @throws DemitasseException (bad request) when a shape does not fit the input it is given for
   */
  public static InferredShapes infer(Model model, Map<String, long[]> inputShapes) {
    return infer(model.graph(), inputShapes);
  }

  /** Infers as {@link #infer(Model, Map)} does, for a graph that is nested in no other. */
  public static InferredShapes infer(Graph graph, Map<String, long[]> inputShapes) {
    return new ShapeInference(inputShapes, true).of(graph);
  }

  /**
   * Infers what holds in every run, whatever the file says. The runtime turns away what contradicts
   * the rank and the fixed sizes of the model's inputs, so these and the weights are believed; what
   * is declared of inner values, of outputs and of the inputs of nested graphs it ignores, and so
   * does this.
   */
  public static InferredShapes proved(Model model) {
    return proved(model.graph(), Map.of());
  }

  /** Infers as {@link #proved(Model)} does, for runs on inputs of these shapes. */
  static InferredShapes proved(Graph graph, Map<String, long[]> inputShapes) {
    return new ShapeInference(inputShapes, false).of(graph);
  }

  private InferredShapes of(Graph graph) {
    follow(graph);
    return new InferredShapes(facts, gaps);
  }

  private void follow(Graph graph) {
    for (Value value : graph.initializers()) {
      TensorFacts content = TensorFacts.of(Objects.requireNonNull(value.initializer()));
      if (!value.isInput()) {
        keep(value, content);
      } else if (believes) {
        keep(value, content.withNumbers(null)); // a caller may give others
      }
    }
    for (Value input : graph.inputs()) {
      TensorFacts given = graph.outer() == null ? given(input) : believed(input);
      if (given != null) {
        keep(input, given);
      }
    }
    graph.nodes().forEach(this::follow);
  }

  private @Nullable TensorFacts given(Value input) {
    long[] sizes = inputShapes.get(input.name());
    TensorFacts declared = declared(input);
    if (sizes == null || !(input.type() instanceof ValueType.OfTensor tensor)) {
      return declared;
    }
    if (declared != null && declared.rank() != sizes.length) {
      throw DemitasseException.badRequest(
          "Input '"
              + input.name()
              + "' is "
              + tensor
              + " and cannot have the shape "
              + Arrays.toString(sizes)
              + "; give "
              + declared.rank()
              + " sizes.");
    }
    if (!TensorFacts.fits(tensor.dataType(), sizes)) {
      throw DemitasseException.badRequest(
          "Input '"
              + input.name()
              + "' of shape "
              + Arrays.toString(sizes)
              + " is larger than any memory; give smaller sizes.");
    }
    return TensorFacts.of(tensor.dataType(), sizes);
  }

  private @Nullable TensorFacts believed(Value value) {
    return believes ? declared(value) : null;
  }

  private static @Nullable TensorFacts declared(Value value) {
    return value.type() instanceof ValueType.OfTensor(var type, var shape)
            && shape != null
            && TensorFacts.fits(type, TensorFacts.sizes(shape))
        ? TensorFacts.of(type, shape)
        : null;
  }

  private void follow(Node node) {
    Optional<Tensor> constant = node.outputs().isEmpty() ? Optional.empty() : constant(node);
    if (constant.isPresent()) {
      keep(node.output(), TensorFacts.of(constant.get()));
      return;
    }
    node.subgraphs().forEach(this::follow);
    List<@Nullable TensorFacts> inferred = Op.IF.is(node) ? branches(node) : ruled(node);
    for (int i = 0; i < node.outputs().size(); i++) {
      Value output = node.output(i);
      TensorFacts known = i < inferred.size() ? inferred.get(i) : null;
      TensorFacts all = output == null ? null : completed(known, believed(output));
      if (output != null && all != null) {
        keep(output, all);
      }
    }
  }

  /** Notes what is known; contents only as long as all of them together are small. */
  private void keep(Value value, TensorFacts known) {
    double[] numbers = known.numbers();
    boolean room = numbers == null || numbers.length <= numbersLeft;
    numbersLeft -= numbers == null || !room ? 0 : numbers.length;
    facts.put(value, room ? known : known.withNumbers(null));
  }

  private static Optional<Tensor> constant(Node node) {
    Value first = node.output(0);
    return first == null || !Op.CONSTANT.is(node) ? Optional.empty() : first.constant();
  }

  private List<@Nullable TensorFacts> ruled(Node node) {
    List<@Nullable TensorFacts> inputs = new ArrayList<>();
    boolean known = true;
    for (Value input : node.inputs()) {
      inputs.add(input == null ? null : facts.get(input));
      known &= input == null || facts.containsKey(input);
    }
    Op op = Op.of(node).orElse(null);
    String reason = "its operator is unknown";
    InferredShapes.Cause cause = InferredShapes.Cause.UNKNOWN;
    Optional<String> misfit =
        op == null ? Optional.empty() : Fit.problem(op, new NodeFacts(node, inputs));
    if (misfit.isPresent()) {
      gaps.add(new InferredShapes.Gap(node, misfit.get(), InferredShapes.Cause.MISFIT));
      return List.of();
    }
    try {
      if (op != null) {
        return OutputShapes.outputs(op, new NodeFacts(node, inputs));
      }
    } catch (NotInferable e) {
      reason = e.reason();
      cause = e.cause();
    }
    if (known) {
      gaps.add(new InferredShapes.Gap(node, reason, cause));
    }
    return List.of();
  }

  private List<@Nullable TensorFacts> branches(Node node) {
    List<List<@Nullable TensorFacts>> branches = new ArrayList<>();
    double[] condition = node.input(0) == null ? null : numbers(node.requiredInput(0));
    for (String name : List.of("then_branch", "else_branch")) {
      boolean taken =
          condition == null
              || condition.length != 1
              || Double.isNaN(condition[0])
              || (condition[0] != 0) == name.startsWith("then");
      if (taken && node.attribute(name) instanceof Attribute.OfGraph(Graph branch)) {
        branches.add(branch.outputs().stream().map(facts::get).toList());
      }
    }
    List<@Nullable TensorFacts> common = new ArrayList<>(branches.getFirst());
    for (int i = 0; i < common.size(); i++) {
      TensorFacts one = common.get(i);
      TensorFacts other = i < branches.getLast().size() ? branches.getLast().get(i) : null;
      common.set(i, one == null || other == null ? null : one.or(other));
    }
    return common;
  }

  private double @Nullable [] numbers(Value value) {
    TensorFacts known = facts.get(value);
    return known == null ? null : known.numbers();
  }

  /** What is inferred, with open sizes filled from what is declared. */
  private static @Nullable TensorFacts completed(
      @Nullable TensorFacts inferred, @Nullable TensorFacts declared) {
    if (inferred == null || declared == null || inferred.rank() != declared.rank()) {
      return inferred == null ? declared : inferred;
    }
    long[] sizes = inferred.sizes().clone();
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = sizes[i] == TensorFacts.OPEN ? declared.sizes()[i] : sizes[i];
    }
    return TensorFacts.fits(inferred.dataType(), sizes) ? inferred.viewedAs(sizes) : inferred;
  }
}

package io.demitasse.torch.graph;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Value;
import io.demitasse.ops.Parameters;
import io.demitasse.torch.kernel.Call;
import io.demitasse.torch.kernel.Tensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A model that libtorch computes. Its weights are tensors that live until it is closed; those that
 * are parameters record their gradients.
 */
public final class TorchGraph implements AutoCloseable {
  private final Model model;
  private final Call.Setting setting;
  private final Interpreter interpreter;
  private final Plan plan;
  private final Map<Value, Tensor> weights = new HashMap<>();
  private final Map<String, Tensor> parameters = new LinkedHashMap<>();
  private final Set<Value> learning = new LinkedHashSet<>();
  private final RoundedWeights rounded = new RoundedWeights();
  private final FixedTensors fixedTensors = new FixedTensors();
  private final long memory;

  /** How steps are divided where they take too much, by sizes of inputs. */
  private final Map<List<List<Long>>, Optional<Segments>> divided = new HashMap<>();

  private @Nullable SegmentedRun segmented;

  /** What follows gradients of weights on that segments read. */
  private final Map<Value, Tensor> roots = new LinkedHashMap<>();

  /**
   * Loads a model.
   *
   * @param original stays as it is
   * @param trained keys of the {@link Parameters} that record gradients
   * @param wanted names of values that are asked for beside its outputs
   * @throws DemitasseException (bad model) where an operator cannot be computed here
   */
  public TorchGraph(Model original, Set<String> trained, Set<String> wanted, Call.Setting setting) {
    this(original, trained, wanted, setting, Long.MAX_VALUE);
  }

  /**
   * The same within a memory.
   *
   * @param memory bytes that what gradients need may take; where it would be more, activations are
   *     dropped and computed once more
   */
  public TorchGraph(
      Model original, Set<String> trained, Set<String> wanted, Call.Setting setting, long memory) {
    ComputedModel computed = ComputedModel.of(original, wanted);
    this.model = computed.model();
    this.setting = setting.with(model.opset());
    this.memory = memory;
    try (PointerScope _ = new PointerScope()) {
      model.forEachGraph(this::load);
      computed.parameters().forEach((key, value) -> parameter(key, value, trained));
      weights.values().forEach(Pointer::retainReference);
    }
    Set<Value> varying = new HashSet<>(computed.parameters().values());
    Set<Value> fixed = FixedValues.of(model.graph(), varying::contains);
    this.interpreter = new Interpreter(model, fixed, this.setting, this::constant);
    this.plan = interpreter.plan(model.graph());
  }

  private void load(Graph graph) {
    for (Value value : graph.values()) {
      io.demitasse.ir.Tensor content =
          value.constant().orElse(value.isInput() ? value.initializer() : null);
      if (content != null && content.dataType() != io.demitasse.ir.DataType.STRING) {
        weights.put(value, Tensors.of(content, setting.doubles()));
      }
    }
  }

  private void parameter(String key, Value value, Set<String> trained) {
    Tensor tensor = weights.get(value);
    if (tensor == null || !trained.contains(key)) {
      return;
    }
    Tensor current = rounded.add(value, tensor).requires_grad_(true);
    weights.put(value, current);
    parameters.put(key, current);
    learning.add(value);
  }

  /**
   * The weights that record gradients, by their keys; they belong to this graph. Integers are
   * floats between them, which are rounded whenever the model is computed.
   */
  public Map<String, Tensor> parameters() {
    return Collections.unmodifiableMap(parameters);
  }

  /** The names of the inputs of the main graph. */
  public Set<String> inputs() {
    Set<String> names = new LinkedHashSet<>();
    model.graph().inputs().forEach(input -> names.add(input.name()));
    return names;
  }

  /**
   * The first node of the main graph with an output that is not finite; empty where there is none.
   */
  public Optional<String> firstNotFinite(Map<String, Tensor> inputs) {
    forget();
    Map<Value, Tensor> known = given(inputs);
    List<String> nodes = new ArrayList<>();
    try (PointerScope _ = new PointerScope()) {
      compute(
          known,
          Set.of(),
          step -> {
            if (nodes.isEmpty() && !isFinite(step, known)) {
              nodes.add(step.node().toString());
            }
          });
    } finally {
      rounded.forget();
      Interpreter.closeOwn(model.graph(), known);
    }
    return nodes.stream().findFirst();
  }

  private static boolean isFinite(Plan.Step step, Map<Value, Tensor> known) {
    for (Value output : step.outputs()) {
      Tensor computed = output == null ? null : known.get(output);
      if (computed != null
          && Tensors.isFloat(computed)
          && !Double.isFinite(Tensors.number(computed.detach().sum()))) {
        return false;
      }
    }
    return true;
  }

  private List<List<Long>> sizes(Map<Value, Tensor> given) {
    List<List<Long>> sizes = new ArrayList<>();
    for (Value input : model.graph().inputs()) {
      sizes.add(LongStream.of(Tensors.sizes(interpreter.tensor(input, given))).boxed().toList());
    }
    return sizes;
  }

  private Map<Value, Tensor> given(Map<String, Tensor> inputs) {
    Map<Value, Tensor> known = new HashMap<>();
    for (Value input : model.graph().inputs()) {
      Tensor given = inputs.get(input.name());
      if (given != null) {
        known.put(input, given);
      } else if (!weights.containsKey(input)) {
        throw DemitasseException.badRequest("The batch has no input '" + input.name() + "'.");
      }
    }
    return known;
  }

  /**
   * Computes the model.
   *
   * @param inputs by name; the caller's
   * @param wanted names of values of the main graph
   * @return those, owned by the scope of the caller
   * @throws DemitasseException (bad request) where an input is missing or a value has no name of
   *     the model's; (backend failed) where libtorch refuses, naming the node
   */
  public Map<String, Tensor> run(Map<String, Tensor> inputs, Set<String> wanted) {
    forget();
    Map<Value, Tensor> known = given(inputs);
    Set<Value> kept = new LinkedHashSet<>();
    for (String name : wanted) {
      Value value = model.graph().find(name);
      if (value == null) {
        throw DemitasseException.badRequest("The model has no value '" + name + "'.");
      }
      kept.add(value);
    }
    Optional<Segments> segments = segments(known);
    if (segments.isPresent()) {
      return divided(segments.get(), known, kept);
    }
    compute(known, kept, _ -> {});
    Map<String, Tensor> found = new LinkedHashMap<>();
    kept.forEach(value -> found.put(value.name(), handedOver(value, known)));
    rounded.forget();
    Interpreter.closeOwn(model.graph(), known);
    return found;
  }

  private Tensor handedOver(Value value, Map<Value, Tensor> known) {
    return Interpreter.handedOver(interpreter.tensor(value, known));
  }

  /** Computes the main graph; what follows from the sizes of its inputs alone, once for them. */
  private void compute(Map<Value, Tensor> known, Set<Value> kept, Consumer<Plan.Step> done) {
    rounded.round();
    List<List<Long>> sizes = sizes(known);
    boolean seen = fixedTensors.turnTo(sizes);
    interpreter.compute(seen ? plan.varying() : plan.all(), known, kept, done);
    if (!seen) {
      Map<Value, Tensor> fixed = new HashMap<>(known);
      fixed.keySet().retainAll(plan.kept());
      fixedTensors.keep(sizes, fixed);
      fixedTensors.turnTo(sizes);
      known.keySet().removeAll(fixed.keySet());
    }
  }

  private @Nullable Tensor constant(Value value) {
    Tensor found = fixedTensors.get(value);
    if (found == null) {
      found = rounded.get(value);
    }
    return found == null ? weights.get(value) : found;
  }

  // ---- In segments

  /** How the steps are divided; empty where what gradients need fits into the memory. */
  private Optional<Segments> segments(Map<Value, Tensor> known) {
    return memory == Long.MAX_VALUE || parameters.isEmpty() || !GradMode.is_enabled()
        ? Optional.empty()
        : divided.computeIfAbsent(sizes(known), _ -> measured(known));
  }

  /** Computes once without gradients, and counts what would be kept for them. */
  private Optional<Segments> measured(Map<Value, Tensor> given) {
    Map<Value, Long> bytes = new HashMap<>();
    Map<Value, Tensor> known = new HashMap<>(given);
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      Tensor state = torch.getDefaultCPUGenerator().get_state();
      compute(known, Set.of(), step -> bytes.putAll(keptOf(step, known)));
      rounded.forget();
      Interpreter.closeOwn(model.graph(), known);
      torch.getDefaultCPUGenerator().set_state(state);
    }
    fixedTensors.turnTo(sizes(given));
    long all =
        plan.varying().stream()
            .flatMap(step -> step.outputs().stream())
            .filter(Objects::nonNull)
            .mapToLong(value -> bytes.getOrDefault(value, 0L))
            .sum();
    return all <= memory
        ? Optional.empty()
        : Optional.of(Segments.of(plan.varying(), bytes)).filter(each -> each.steps().size() > 1);
  }

  /** Bytes of what a step makes; what is only looked at in another way takes none. */
  private Map<Value, Long> keptOf(Plan.Step step, Map<Value, Tensor> known) {
    Set<Long> before = new HashSet<>();
    for (Value input : step.inputs()) {
      if (input != null) {
        before.add(interpreter.tensor(input, known).data_ptr().address());
      }
    }
    Map<Value, Long> kept = new HashMap<>();
    for (Value output : step.outputs()) {
      Tensor made = output == null ? null : known.get(output);
      if (made != null && !before.contains(made.data_ptr().address())) {
        kept.put(output, made.nbytes());
      }
    }
    return kept;
  }

  private Map<String, Tensor> divided(
      Segments segments, Map<Value, Tensor> known, Set<Value> kept) {
    rounded.round();
    fixedTensors.turnTo(sizes(known));
    roots.putAll(rounded.cutOff());
    Map<Value, Tensor> leaves = new LinkedHashMap<>();
    learning.forEach(
        value -> {
          Tensor leaf = Objects.requireNonNull(constant(value));
          leaves.put(value, leaf);
          if (!roots.containsKey(value)) {
            roots.put(value, Interpreter.own(leaf));
          }
        });
    SegmentedRun run = new SegmentedRun(interpreter, segments, kept, known, leaves);
    segmented = run;
    run.forward();
    Map<String, Tensor> found = new LinkedHashMap<>();
    Map<Value, Tensor> all = new HashMap<>(known);
    all.putAll(run.values());
    kept.forEach(value -> found.put(value.name(), handedOver(value, all)));
    return found;
  }

  /**
   * Follows gradients of what was computed last back to the weights, where that was computed in
   * segments; else they are there already.
   */
  public void backward() {
    if (segmented != null) {
      try (PointerScope _ = new PointerScope()) {
        TensorVector from = new TensorVector();
        TensorVector gradients = new TensorVector();
        segmented
            .backward()
            .forEach(
                (value, gradient) -> {
                  from.push_back(roots.get(value));
                  gradients.push_back(gradient);
                });
        if (from.size() > 0) {
          torch.backward(from, gradients, new BoolOptional(false), false, new TensorVector());
        }
      }
      forget();
    }
  }

  /** Lets go of what was computed in segments. */
  private void forget() {
    if (segmented != null) {
      segmented.close();
      segmented = null;
      roots.values().forEach(Pointer::close);
      roots.clear();
      rounded.forget();
    }
  }

  @Override
  public void close() {
    forget();
    fixedTensors.close();
    weights.values().forEach(Pointer::close);
    weights.clear();
  }
}

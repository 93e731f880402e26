package io.demitasse.torch.graph;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.ir.Attribute;
import io.demitasse.ir.Function;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.ops.Parameters;
import io.demitasse.torch.kernel.Call;
import io.demitasse.torch.kernel.Kernel;
import io.demitasse.torch.kernel.Kernels;
import io.demitasse.torch.kernel.Tensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A model that libtorch computes. Its weights are tensors that live until it is closed; those that
 * are parameters record their gradients.
 */
public final class TorchGraph implements AutoCloseable {
  private final Model model;
  private final Call.Setting setting;
  private final Map<String, Function> functions = new HashMap<>();
  private final Map<Graph, Plan> plans = new HashMap<>();
  private final Map<Value, Tensor> weights = new HashMap<>();
  private final Map<String, Tensor> parameters = new LinkedHashMap<>();
  private final RoundedWeights rounded = new RoundedWeights();
  private final FixedTensors fixedTensors = new FixedTensors();

  /**
   * Loads a model.
   *
   * @param original stays as it is
   * @param trained keys of the {@link Parameters} that record gradients
   * @param wanted names of values that are asked for beside its outputs
   * @throws DemitasseException (bad model) where an operator cannot be computed here
   */
  public TorchGraph(Model original, Set<String> trained, Set<String> wanted, Call.Setting setting) {
    ComputedModel computed = ComputedModel.of(original, wanted);
    this.model = computed.model();
    this.setting = setting.with(model.opset());
    model.functions().forEach(function -> functions.put(key(function), function));
    try (PointerScope _ = new PointerScope()) {
      model.forEachGraph(this::load);
      computed.parameters().forEach((key, value) -> parameter(key, value, trained));
      weights.values().forEach(Pointer::retainReference);
    }
    Set<Value> learning = new HashSet<>(computed.parameters().values());
    Set<Value> fixed = FixedValues.of(model.graph(), learning::contains);
    model.forEachGraph(
        graph ->
            plans.put(
                graph, Plan.of(graph, this::kernel, graph == model.graph() ? fixed : Set.of())));
  }

  private static String key(Function function) {
    return function.domain() + ":" + function.name() + ":" + function.overload();
  }

  private @Nullable Function function(Node node) {
    return functions.get(node.domain() + ":" + node.opType() + ":" + node.overload());
  }

  private Kernel kernel(Node node) {
    Function function = function(node);
    return function != null ? call -> called(function, call) : Kernels.of(node);
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
    Tensor learning = rounded.add(value, tensor).requires_grad_(true);
    weights.put(value, learning);
    parameters.put(key, learning);
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
    Map<Value, Tensor> known = given(inputs);
    rounded.round();
    Environment environment = new Environment(known, Map.of(), setting);
    try (PointerScope _ = new PointerScope()) {
      for (Plan.Step step : plan(model.graph()).all()) {
        compute(step, environment);
        for (Value output : step.outputs()) {
          Tensor computed = output == null ? null : known.get(output);
          if (computed != null
              && Tensors.isFloat(computed)
              && !Double.isFinite(Tensors.number(computed.detach().sum()))) {
            return Optional.of(step.node().toString());
          }
        }
      }
      return Optional.empty();
    } finally {
      rounded.forget();
      closeOwn(model.graph(), known);
    }
  }

  private Plan plan(Graph graph) {
    Plan plan = plans.get(graph);
    if (plan == null) {
      throw new IllegalStateException("no plan of " + graph);
    }
    return plan;
  }

  private List<List<Long>> sizes(Map<Value, Tensor> given) {
    List<List<Long>> sizes = new ArrayList<>();
    for (Value input : model.graph().inputs()) {
      sizes.add(LongStream.of(Tensors.sizes(tensor(input, given))).boxed().toList());
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
    Map<Value, Tensor> known = given(inputs);
    Set<Value> kept = new LinkedHashSet<>();
    for (String name : wanted) {
      Value value = model.graph().find(name);
      if (value == null) {
        throw DemitasseException.badRequest("The model has no value '" + name + "'.");
      }
      kept.add(value);
    }
    compute(known, kept);
    Map<String, Tensor> found = new LinkedHashMap<>();
    kept.forEach(value -> found.put(value.name(), handedOver(tensor(value, known))));
    rounded.forget();
    closeOwn(model.graph(), known);
    return found;
  }

  /**
   * What is known while a graph is computed.
   *
   * @param known tensors by value
   * @param bound what attributes of the function around stand for
   */
  private record Environment(
      Map<Value, Tensor> known, Map<String, Attribute> bound, Call.Setting setting) {}

  /** Computes the main graph; what follows from the sizes of its inputs alone, once for them. */
  private void compute(Map<Value, Tensor> known, Set<Value> kept) {
    rounded.round();
    Plan plan = plan(model.graph());
    List<List<Long>> sizes = sizes(known);
    boolean seen = fixedTensors.turnTo(sizes);
    compute(seen ? plan.varying() : plan.all(), new Environment(known, Map.of(), setting), kept);
    if (!seen) {
      Map<Value, Tensor> fixed = new HashMap<>(known);
      fixed.keySet().retainAll(plan.kept());
      fixedTensors.keep(sizes, fixed);
      fixedTensors.turnTo(sizes);
      known.keySet().removeAll(fixed.keySet());
    }
  }

  private void compute(List<Plan.Step> steps, Environment environment, Set<Value> kept) {
    for (Plan.Step step : steps) {
      compute(step, environment);
      for (Value value : step.last()) {
        if (!kept.contains(value)) {
          Tensor done = environment.known().remove(value);
          if (done != null) {
            done.close();
          }
        }
      }
    }
  }

  private void compute(Plan.Step step, Environment environment) {
    Node node = step.node();
    List<@Nullable Tensor> inputs = new ArrayList<>();
    for (Value input : step.inputs()) {
      inputs.add(input == null ? null : tensor(input, environment.known()));
    }
    Call call =
        new Call(
            node,
            inputs,
            environment.bound(),
            environment.setting(),
            (inner, given) -> nested(inner, given, environment));
    try (PointerScope _ = new PointerScope()) {
      List<@Nullable Tensor> results = step.kernel().compute(call);
      for (int i = 0; i < results.size(); i++) {
        Value output = step.outputs().get(i);
        Tensor result = results.get(i);
        if (output != null && result != null) {
          environment.known().put(output, own(result));
        }
      }
    } catch (RuntimeException e) {
      if (e instanceof DemitasseException) {
        throw e;
      }
      throw DemitasseException.backendFailed(
          "libtorch cannot compute " + node + ": " + Reason.of(e), e);
    }
  }

  /** A handle of its own, which a scope around it does not close: a kernel may give an input. */
  private static Tensor own(Tensor tensor) {
    Tensor handle = new Tensor(tensor);
    handle.retainReference();
    return handle;
  }

  /** A handle that the scope around the caller closes. */
  private static Tensor handedOver(Tensor tensor) {
    return new Tensor(tensor);
  }

  /** Closes what a graph has made and nobody has closed yet. */
  private static void closeOwn(Graph graph, Map<Value, Tensor> known) {
    known.forEach(
        (value, tensor) -> {
          if (value.graph() == graph && value.producer() != null) {
            tensor.close();
          }
        });
  }

  private Tensor tensor(Value value, Map<Value, Tensor> known) {
    Tensor found = known.get(value);
    if (found == null) {
      found = fixedTensors.get(value);
    }
    if (found == null) {
      found = rounded.get(value);
    }
    if (found == null) {
      found = weights.get(value);
    }
    if (found == null) {
      throw new IllegalStateException("'" + value.name() + "' was not computed");
    }
    return found;
  }

  private List<Tensor> nested(Graph graph, List<Tensor> inputs, Environment outer) {
    return inside(graph, inputs, outer.known(), outer.bound(), outer.setting());
  }

  private List<@Nullable Tensor> called(Function function, Call call) {
    Map<String, Attribute> bound = new HashMap<>(function.defaults());
    call.node()
        .attributes()
        .keySet()
        .forEach(
            name -> {
              Attribute value = call.attribute(name);
              if (value != null) {
                bound.put(name, value);
              }
            });
    Call.Setting inner =
        call.setting().with(function.opsets().getOrDefault("", call.setting().opset()));
    return Collections.unmodifiableList(
        inside(function.body(), call.inputs(), Map.of(), bound, inner));
  }

  private List<Tensor> inside(
      Graph graph,
      List<? extends @Nullable Tensor> inputs,
      Map<Value, Tensor> around,
      Map<String, Attribute> bound,
      Call.Setting inner) {
    Map<Value, Tensor> known = new HashMap<>(around);
    for (int i = 0; i < inputs.size() && i < graph.inputs().size(); i++) {
      Tensor input = inputs.get(i);
      if (input != null) {
        known.put(graph.inputs().get(i), input);
      }
    }
    compute(plan(graph).all(), new Environment(known, bound, inner), Set.copyOf(graph.outputs()));
    List<Tensor> results =
        graph.outputs().stream().map(output -> handedOver(tensor(output, known))).toList();
    closeOwn(graph, known);
    return results;
  }

  @Override
  public void close() {
    fixedTensors.close();
    weights.values().forEach(Pointer::close);
    weights.clear();
  }
}

package io.demitasse.torch.graph;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.ir.Attribute;
import io.demitasse.ir.Function;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.torch.kernel.Call;
import io.demitasse.torch.kernel.Kernel;
import io.demitasse.torch.kernel.Kernels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** Computes steps of a model one after the other, with graphs and functions inside of them. */
final class Interpreter {
  private final Call.Setting setting;
  private final Map<String, Function> functions = new HashMap<>();
  private final Map<Graph, Plan> plans = new HashMap<>();
  private final Constants constants;

  /** What is known of values that no step makes. */
  interface Constants {
    @Nullable Tensor get(Value value);
  }

  /**
   * Plans a model.
   *
   * @param fixed values of the main graph that are the same whenever the sizes of inputs are
   */
  Interpreter(Model model, Set<Value> fixed, Call.Setting setting, Constants constants) {
    this.setting = setting;
    this.constants = constants;
    model.functions().forEach(function -> functions.put(key(function), function));
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

  Plan plan(Graph graph) {
    Plan plan = plans.get(graph);
    if (plan == null) {
      throw new IllegalStateException("no plan of " + graph);
    }
    return plan;
  }

  /**
   * What is known while a graph is computed.
   *
   * @param known tensors by value
   * @param bound what attributes of the function around stand for
   */
  private record Environment(
      Map<Value, Tensor> known, Map<String, Attribute> bound, Call.Setting setting) {}

  /**
   * Computes steps of the main graph.
   *
   * @param known tensors by value, to which results are added; what is no longer needed is closed
   * @param kept what is needed all the same
   * @param done is told each step before anything of it is closed
   */
  void compute(
      List<Plan.Step> steps, Map<Value, Tensor> known, Set<Value> kept, Consumer<Plan.Step> done) {
    compute(steps, new Environment(known, Map.of(), setting), kept, done);
  }

  private void compute(
      List<Plan.Step> steps, Environment environment, Set<Value> kept, Consumer<Plan.Step> done) {
    for (Plan.Step step : steps) {
      compute(step, environment);
      done.accept(step);
      for (Value value : step.last()) {
        if (!kept.contains(value)) {
          Tensor made = environment.known().remove(value);
          if (made != null) {
            made.close();
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
  static Tensor own(Tensor tensor) {
    Tensor handle = new Tensor(tensor);
    handle.retainReference();
    return handle;
  }

  /** A handle that the scope around the caller closes. */
  static Tensor handedOver(Tensor tensor) {
    return new Tensor(tensor);
  }

  /** Closes what a graph has made and nobody has closed yet. */
  static void closeOwn(Graph graph, Map<Value, Tensor> known) {
    known.forEach(
        (value, tensor) -> {
          if (value.graph() == graph && value.producer() != null) {
            tensor.close();
          }
        });
  }

  Tensor tensor(Value value, Map<Value, Tensor> known) {
    Tensor found = known.get(value);
    if (found == null) {
      found = constants.get(value);
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
    Environment environment = new Environment(known, bound, inner);
    compute(plan(graph).all(), environment, Set.copyOf(graph.outputs()), _ -> {});
    List<Tensor> results =
        graph.outputs().stream().map(output -> handedOver(tensor(output, known))).toList();
    closeOwn(graph, known);
    return results;
  }
}

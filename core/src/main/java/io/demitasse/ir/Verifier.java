package io.demitasse.ir;

import io.demitasse.error.DemitasseException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks that a model is well formed: ordered, wired consistently both ways, named without clashes,
 * with an operator set for every domain. What operators mean is not its concern. Time is linear in
 * the size of the model.
 */
public final class Verifier {
  private final List<String> problems = new ArrayList<>();
  private final Set<Node> seenNodes = new HashSet<>();
  private final Set<Value> defined = new HashSet<>();
  private final Map<Value, Integer> reads = new HashMap<>();
  private final Deque<Graph> open = new ArrayDeque<>();
  private final List<Graph> visited = new ArrayList<>();
  private final Set<String> functionNames = new HashSet<>();

  private Verifier() {}

  /**
   * Everything that is wrong with a model, each problem naming the graph and node or value; empty
   * when it is well formed.
   */
  public static List<String> problems(Model model) {
    Verifier verifier = new Verifier();
    verifier.model(model);
    return List.copyOf(verifier.problems);
  }

  /**
   * Requires a well-formed model.
   *
   * @throws DemitasseException (pass failed) listing every problem
   */
  public static void verify(Model model) {
    List<String> problems = problems(model);
    if (!problems.isEmpty()) {
      throw DemitasseException.passFailed(
          "The model is not well formed, "
              + (problems.size() == 1 ? "1 problem" : problems.size() + " problems")
              + ":\n  "
              + String.join("\n  ", problems),
          null);
    }
  }

  private void model(Model model) {
    for (Function function : model.functions()) {
      functionNames.add(function.domain() + "::" + function.name());
    }
    graph(model.graph(), model.opsets());
    for (TrainingInfo info : model.training()) {
      if (info.initialization() != null) {
        graph(info.initialization(), model.opsets());
      }
      if (info.algorithm() != null) {
        open.push(model.graph());
        graph(info.algorithm(), model.opsets());
        open.pop();
      }
    }
    for (Function function : model.functions()) {
      if (function.name().isEmpty()) {
        problems.add("a function of domain '" + function.domain() + "' has no name");
      }
      graph(function.body(), function.opsets());
    }
    visited.forEach(this::values);
  }

  private void graph(Graph graph, Map<String, Long> opsets) {
    open.push(graph);
    visited.add(graph);
    Set<String> sparse = new HashSet<>();
    graph.sparseInitializers().forEach(tensor -> sparse.add(tensor.name()));
    for (Value input : graph.inputs()) {
      source(graph, input);
    }
    for (Value value : graph.values()) {
      if (value.initializer() != null || sparse.contains(value.name())) {
        source(graph, value);
      }
    }
    Set<String> names = new HashSet<>();
    for (Node node : graph.nodes()) {
      node(graph, node, opsets);
      if (!node.name().isEmpty() && !names.add(node.name())) {
        problem(graph, node, "has a name that another node has; runtimes refuse that");
      }
    }
    for (Value output : graph.outputs()) {
      if (output.graph() != graph) {
        problem(
            graph,
            "output '"
                + output.name()
                + "' belongs to "
                + where(output.graph())
                + "; copy it by an Identity");
      } else if (!defined.contains(output)) {
        problem(graph, "output '" + output.name() + "' is defined by nothing");
      }
    }
    open.pop();
  }

  private void source(Graph graph, Value value) {
    if (value.graph() != graph) {
      problem(graph, "input '" + value.name() + "' belongs to " + where(value.graph()));
    }
    if (value.producer() != null) {
      problem(
          graph,
          "'" + value.name() + "' is an input or initializer and also made by " + value.producer());
    }
    defined.add(value);
  }

  private void node(Graph graph, Node node, Map<String, Long> opsets) {
    if (!seenNodes.add(node)) {
      problem(graph, node, "is part of the model twice");
      return;
    }
    if (node.graph() != graph) {
      problem(graph, node, "belongs to " + where(node.graph()));
    }
    if (node.opType().isEmpty()) {
      problem(graph, node, "has no operator type");
    }
    domain(graph, node, opsets);
    for (int i = 0; i < node.inputs().size(); i++) {
      Value input = node.input(i);
      if (input != null) {
        input(graph, node, i, input);
      }
    }
    for (Graph inner : node.subgraphs()) {
      if (inner.outer() != graph) {
        problem(
            graph, node, "holds " + where(inner) + ", which was made for " + where(inner.outer()));
      }
      if (inner.owner() != node) {
        problem(graph, node, "holds " + where(inner) + ", which belongs to " + inner.owner());
      }
      graph(inner, opsets);
    }
    for (Value output : node.presentOutputs()) {
      if (output.producer() != node) {
        problem(
            graph, node, "makes '" + output.name() + "', whose producer is " + output.producer());
      }
      defined.add(output);
    }
  }

  private void domain(Graph graph, Node node, Map<String, Long> opsets) {
    boolean imported =
        opsets.containsKey(node.domain())
            || (node.domain().isEmpty() && opsets.containsKey("ai.onnx"));
    if (!imported && !functionNames.contains(node.domain() + "::" + node.opType())) {
      String domain = node.domain().isEmpty() ? "ai.onnx" : node.domain();
      problem(
          graph,
          node,
          "is of domain '"
              + domain
              + "', which is not imported (imported: "
              + opsets.keySet()
              + ")");
    }
  }

  private void input(Graph graph, Node node, int index, Value input) {
    reads.merge(input, 1, Integer::sum);
    String what = "reads '" + input.name() + "' as input " + index + ", ";
    if (!open.contains(input.graph())) {
      problem(
          graph,
          node,
          what + "which belongs to " + where(input.graph()) + ", not visible from here");
    } else if (isHidden(graph, input)) {
      problem(graph, node, what + "which a value of the same name hides");
    } else if (!defined.contains(input)) {
      Node producer = input.producer();
      problem(
          graph,
          node,
          what
              + (producer == null
                  ? "which nothing defines"
                  : "which is made only later, by " + producer));
    }
  }

  /** Whether a graph in between defines another value of the same name, which a file would mean. */
  private static boolean isHidden(Graph graph, Value value) {
    Value visible = graph.find(value.name());
    return visible != null && visible != value;
  }

  /**
   * What can only be checked when every node has been seen: the way from values to their readers
   * and makers.
   */
  private void values(Graph graph) {
    for (Value value : graph.values()) {
      if (graph.outer() != null && graph.outer().find(value.name()) != null) {
        problem(graph, "'" + value.name() + "' shadows a value of a graph around it");
      }
      Node producer = value.producer();
      if (producer != null
          && (!seenNodes.contains(producer) || !producer.outputs().contains(value))) {
        problem(
            graph,
            "'" + value.name() + "' claims to be made by " + producer + ", which does not make it");
      }
      if (producer == null && !defined.contains(value) && !value.uses().isEmpty()) {
        problem(graph, "'" + value.name() + "' is not an input, initializer or output of a node");
      }
      initializer(graph, value);
      uses(graph, value);
    }
  }

  private void initializer(Graph graph, Value value) {
    Tensor tensor = value.initializer();
    if (tensor == null) {
      return;
    }
    boolean agrees =
        value.isInput() ? accepts(value.type(), tensor) : tensor.type().equals(value.type());
    if (!agrees) {
      problem(
          graph,
          "initializer '"
              + value.name()
              + "' holds "
              + tensor
              + " but its type is "
              + value.type());
    }
  }

  /**
   * Whether an input of a declared type, dimensions perhaps open, can take a tensor as its default.
   */
  private static boolean accepts(@Nullable ValueType declared, Tensor tensor) {
    if (!(declared instanceof ValueType.OfTensor(DataType dataType, Shape shape))) {
      return declared == null;
    }
    if (dataType != tensor.dataType()) {
      return false;
    }
    if (shape == null) {
      return true;
    }
    if (shape.rank() != tensor.rank()) {
      return false;
    }
    for (int i = 0; i < shape.rank(); i++) {
      if (shape.dim(i) instanceof Dim.Fixed(long size) && size != tensor.size(i)) {
        return false;
      }
    }
    return true;
  }

  private void uses(Graph graph, Value value) {
    Set<Value.Use> distinct = new HashSet<>();
    for (Value.Use use : value.uses()) {
      if (!seenNodes.contains(use.node())) {
        problem(
            graph, "'" + value.name() + "' lists a reader that is not in the model: " + use.node());
      } else if (use.node().input(use.index()) != value || !distinct.add(use)) {
        problem(
            graph,
            "'"
                + value.name()
                + "' lists a reader that does not read it there: "
                + use.node()
                + ", input "
                + use.index());
      }
    }
    int actual = reads.getOrDefault(value, 0);
    if (distinct.size() < actual) {
      problem(
          graph,
          "'" + value.name() + "' is read at " + actual + " places but lists " + distinct.size());
    }
  }

  private void problem(Graph graph, String what) {
    problems.add(where(graph) + ": " + what);
  }

  private void problem(Graph graph, Node node, String what) {
    problems.add(where(graph) + ": " + node + " " + what);
  }

  private static String where(@Nullable Graph graph) {
    return graph == null ? "no graph" : "graph '" + graph.name() + "'";
  }
}

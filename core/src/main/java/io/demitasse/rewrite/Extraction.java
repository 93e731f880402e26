package io.demitasse.rewrite;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Nearest;
import io.demitasse.ir.Function;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.train.Block;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes a model that gives only some values of another one, inner ones among them, such as the
 * features of a backbone without the head that was trained on them.
 *
 * <pre>
 *   x ── backbone ── h ── head ── y               x ── backbone ── h
 *                    └─── other ── z     of h:
 * </pre>
 *
 * <p>What is given is bit for bit what the whole model computes there. Nodes, weights, functions
 * and inputs that only other values needed are gone, and so is information for training. The result
 * is another model, not a smaller one of the same function: it is made before a compression, whose
 * original it is.
 *
 * @param outputs the name that each value has as an output, by the value's name in the main graph;
 *     in the order of the outputs, at least one
 */
public record Extraction(Map<String, String> outputs) {

  public Extraction {
    outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    if (outputs.isEmpty()) {
      throw new IllegalArgumentException("an extraction has at least 1 output, got none");
    }
  }

  /**
   * Takes the values out of a model, which stays as it is.
   *
   * @throws DemitasseException (bad request) when there is no value of a name in the main graph, or
   *     a name of an output is empty or taken; it names all of them
   */
  public Model of(Model model) {
    List<String> problems = problems(model.graph());
    if (!problems.isEmpty()) {
      throw DemitasseException.badRequest(
          "The outputs cannot be extracted:\n  - " + String.join("\n  - ", problems));
    }
    Model part = Block.upTo(model, List.copyOf(outputs.keySet()));
    name(part.graph());
    Set<Function> called = called(part);
    part.functions().removeIf(function -> !called.contains(function));
    return part;
  }

  private List<String> problems(Graph graph) {
    List<String> names = graph.values().stream().map(Value::name).toList();
    Set<String> known = new HashSet<>(names);
    Set<String> given = new HashSet<>();
    List<String> problems = new ArrayList<>();
    outputs.forEach(
        (value, name) -> {
          if (!known.contains(value)) {
            problems.add(unknown(graph, value, names));
          }
          if (name.isBlank()) {
            problems.add("'" + value + "' must have a name as an output, got '" + name + "'");
          } else if (!given.add(name)) {
            problems.add("two outputs cannot have the same name '" + name + "'");
          } else if (takes(graph, name) && !name.equals(value)) {
            problems.add("'" + name + "' is the name of an input, choose another for an output");
          }
        });
    return problems;
  }

  private static String unknown(Graph graph, String value, List<String> names) {
    Optional<Node> node =
        graph.nodes().stream().filter(each -> each.name().equals(value)).findFirst();
    if (node.isPresent()) {
      return String.format(
          Locale.ROOT,
          "'%s' is a node and no value; it gives %s",
          value,
          node.get().presentOutputs().stream()
              .map(output -> "'" + output.name() + "'")
              .collect(Collectors.joining(", ")));
    }
    boolean[] nested = {false};
    graph.forEachGraph(inner -> nested[0] |= inner != graph && inner.find(value) != null);
    return nested[0]
        ? "the value '" + value + "' lies in the body of a node, which no output can give"
        : "the model has no value '" + value + "'" + Nearest.suggestion(value, names, "");
  }

  private static boolean takes(Graph graph, String name) {
    return graph.inputs().stream().anyMatch(input -> input.name().equals(name));
  }

  /** Gives the outputs their names, through copies where one is not theirs to change. */
  private void name(Graph graph) {
    List<String> names = List.copyOf(outputs.values());
    for (int i = 0; i < names.size(); i++) {
      Value output = graph.outputs().get(i);
      String name = names.get(i);
      if (output.name().equals(name)) {
        continue;
      }
      Optional.ofNullable(graph.find(name)).ifPresent(other -> other.rename(graph.freeName(name)));
      if (output.producer() != null) {
        output.rename(name);
      } else {
        Value copy = graph.node("Identity").inputs(output).outputs(name).append().output();
        copy.type(output.type());
        graph.setOutput(i, copy);
      }
    }
  }

  private static Set<Function> called(Model model) {
    Set<Function> called = new HashSet<>();
    addCalled(model, model.graph(), called);
    return called;
  }

  private static void addCalled(Model model, Graph graph, Set<Function> called) {
    graph.forEachNode(
        node -> {
          Stream<Function> own =
              model.functions().stream()
                  .filter(
                      each ->
                          each.name().equals(node.opType())
                              && each.domain().equals(node.domain())
                              && each.overload().equals(node.overload()));
          own.filter(called::add).forEach(each -> addCalled(model, each.body(), called));
        });
  }
}

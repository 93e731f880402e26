package io.demitasse.passes.clean;

import io.demitasse.ir.Function;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Removes nodes, weights and functions that nothing depends on, and decides an If whose condition
 * is constant.
 *
 * <pre>
 *   x ── Relu ── y (output)                         becomes      x ── Relu ── y (output)
 *     └─ Exp ── (nobody)
 *
 *   true ── If( then: x ── Relu, else: ... ) ── y   becomes      x ── Relu ── y
 * </pre>
 *
 * A node whose operator is not in the table stays, for it may do more than compute its outputs.
 */
@PassInfo(
    summary = "Remove nodes, weights and functions that nothing depends on",
    effect = PassInfo.Effect.EXACT)
public record RemoveDeadNodes() implements ModelPass {

  @Override
  public void apply(Model model, PassContext context) {
    for (Node node : context.nodes()) {
      if (Op.IF.is(node) && !node.isRemoved()) {
        BranchInlining.inlineIfDecided(node, context);
      }
    }
    removeNodes(model.graph(), functions(model), context);
    if (model.training().isEmpty()) { // training refers to weights and functions by name
      removeWeights(model, context);
      removeFunctions(model, context);
    }
  }

  private static Map<List<String>, Function> functions(Model model) {
    Map<List<String>, Function> functions = new HashMap<>();
    for (Function function : model.functions()) {
      functions.put(List.of(function.domain(), function.name(), function.overload()), function);
    }
    return functions;
  }

  private static @Nullable Function called(Node node, Map<List<String>, Function> functions) {
    return functions.get(List.of(node.domain(), node.opType(), node.overload()));
  }

  /** Goes backwards, so that what only dead nodes read is dead when its turn comes. */
  private static void removeNodes(
      Graph graph, Map<List<String>, Function> functions, PassContext context) {
    for (Node node : graph.nodes().reversed()) {
      boolean read = node.presentOutputs().stream().anyMatch(RemoveDeadNodes::isRead);
      if (read || !context.selects(node)) {
        node.subgraphs().forEach(inner -> removeNodes(inner, functions, context));
      } else if (computesOnly(node, functions)) {
        context.changed(node, "nothing reads what it computes");
        graph.remove(node);
      } else {
        context.skipped(
            node, "nothing reads its outputs, but its operator is unknown and may do more");
      }
    }
  }

  private static boolean isRead(Value value) {
    return !value.uses().isEmpty() || value.isOutput();
  }

  /** Whether a node, and all that is nested in it, does nothing besides making its outputs. */
  private static boolean computesOnly(Node node, Map<List<String>, Function> functions) {
    return isKnown(node, functions)
        && node.subgraphs().stream().allMatch(each -> all(each, n -> isKnown(n, functions)));
  }

  /**
   * Whether the table has the operator, or it is a function of the model's own made of such
   * operators.
   */
  private static boolean isKnown(Node node, Map<List<String>, Function> functions) {
    Function function = called(node, functions);
    return function == null
        ? Op.of(node).isPresent()
        : all(function.body(), inner -> Op.of(inner).isPresent());
  }

  private static boolean all(Graph graph, Predicate<Node> test) {
    boolean[] all = {true};
    graph.forEachNode(node -> all[0] &= test.test(node));
    return all[0];
  }

  private static void removeWeights(Model model, PassContext context) {
    List<Value> unread = new ArrayList<>();
    model.forEachGraph(
        graph ->
            graph.initializers().stream()
                .filter(weight -> !weight.isInput() && !isRead(weight))
                .forEach(unread::add));
    long bytes = 0;
    for (Value weight : unread) {
      Tensor content = weight.initializer();
      bytes += content == null ? 0 : content.byteSize();
      weight.graph().remove(weight);
    }
    if (!unread.isEmpty()) {
      context.changed(
          "removed " + unread.size() + " weights of " + bytes + " bytes that nothing reads");
    }
  }

  private static void removeFunctions(Model model, PassContext context) {
    Map<List<String>, Function> functions = functions(model);
    Set<Function> called = new HashSet<>();
    addCalled(model.graph(), functions, called);
    for (Function function : List.copyOf(model.functions())) {
      if (!called.contains(function)) {
        context.changed("removed function '" + function.name() + "', which nothing calls");
        model.functions().remove(function);
      }
    }
  }

  private static void addCalled(
      Graph graph, Map<List<String>, Function> functions, Set<Function> called) {
    graph.forEachNode(
        node -> {
          Function function = called(node, functions);
          if (function != null && called.add(function)) {
            addCalled(function.body(), functions, called);
          }
        });
  }
}

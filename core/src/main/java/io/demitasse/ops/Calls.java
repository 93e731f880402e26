package io.demitasse.ops;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Function;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks that the operators of the table are called as they can be: with as many inputs and outputs
 * as they take, the attributes they need, and inputs of the rank and type they are defined on, as
 * far as constants and inputs of the graph tell. Whatever has no row is free.
 */
public final class Calls {
  private static final Set<DataType> INTEGERS = Set.of(DataType.INT32, DataType.INT64);

  private final List<String> problems = new ArrayList<>();
  private final Set<String> functions = new HashSet<>();

  private Calls() {}

  /** Every call that no runtime could carry out, each naming the node, expected and got. */
  public static List<String> problems(Model model) {
    Calls calls = new Calls();
    for (Function function : model.functions()) {
      calls.functions.add(function.domain() + "::" + function.name());
    }
    model.forEachGraph(graph -> graph.nodes().forEach(calls::check));
    return List.copyOf(calls.problems);
  }

  private void check(Node node) {
    Optional<Op> op = Op.of(node);
    if (op.isEmpty() || functions.contains(node.domain() + "::" + node.opType())) {
      return;
    }
    Signature signature = Signatures.of(op.get());
    count(node, node.inputs(), signature.fewestInputs(), signature.mostInputs(), "input");
    count(node, node.outputs(), signature.fewestOutputs(), signature.mostOutputs(), "output");
    attributes(node, signature);
    signature.ranks().forEach((input, fewest) -> rank(node, input, fewest));
    signature.places().forEach(input -> integers(node, input));
    order(node, op.get());
    groups(node);
    if (op.get() == Op.CONSTANT && constant(node).isEmpty() && !isOpen(node)) {
      problem(node, "holds nothing, expected a value");
    }
    if (op.get() == Op.IF && node.input(0) != null) {
      branches(node);
    }
  }

  private void count(Node node, List<@Nullable Value> values, int fewest, int most, String what) {
    int present = values.size();
    while (present > 0 && values.get(present - 1) == null) {
      present--;
    }
    String expected = Signature.count(fewest, most, what);
    if (present < fewest || present > most) {
      String verb = what.equals("input") ? "takes " : "gives ";
      problem(node, verb + expected + ", got " + present);
      return;
    }
    for (int i = 0; i < fewest; i++) {
      if (values.get(i) == null) {
        problem(node, "lacks its " + what + " " + i + ", expected " + expected);
      }
    }
  }

  private void attributes(Node node, Signature signature) {
    for (String name : signature.attributes()) {
      if (node.attribute(name) == null) {
        problem(node, "lacks the attribute '" + name + "', expected one");
      }
    }
    for (Map.Entry<String, Attribute> each : node.attributes().entrySet()) {
      AttributeKinds.expected(each.getKey(), each.getValue())
          .ifPresent(
              kind ->
                  problem(node, "has an attribute '" + each.getKey() + "' that is not " + kind));
    }
  }

  private void rank(Node node, int index, int fewest) {
    Value input = node.input(index);
    int rank = input == null ? -1 : knownRank(input);
    if (rank >= 0 && rank < fewest) {
      problem(
          node,
          "takes at least "
              + fewest
              + (fewest == 1 ? " axis" : " axes")
              + " as input "
              + index
              + ", got '"
              + named(input)
              + "' of "
              + rank);
    }
  }

  /** The number of axes that the model itself decides or its caller must keep to, else -1. */
  private static int knownRank(Value value) {
    Optional<Tensor> constant = value.constant();
    if (constant.isPresent()) {
      return constant.get().rank();
    }
    return isGiven(value) ? value.shape().map(shape -> shape.rank()).orElse(-1) : -1;
  }

  private void order(Node node, Op op) {
    long[] axes = op == Op.TRANSPOSE ? node.intsAttribute("perm") : new long[0];
    int rank = axes.length == 0 || node.input(0) == null ? -1 : knownRank(node.requiredInput(0));
    if (!Fit.isOrder(axes) || (rank >= 0 && rank != axes.length)) {
      problem(
          node,
          "has a perm of "
              + Arrays.toString(axes)
              + ", expected each of 0 to "
              + ((rank < 0 ? axes.length : rank) - 1)
              + " once");
    }
  }

  private void groups(Node node) {
    long groups = node.intAttribute("group", 1);
    if (groups < 1) {
      problem(node, "has " + groups + " groups, expected at least 1");
    }
  }

  private void integers(Node node, int index) {
    Value input = node.input(index);
    DataType type = input == null ? null : knownType(input);
    if (type != null && !INTEGERS.contains(type)) {
      problem(
          node,
          "takes 32 or 64-bit integers as input "
              + index
              + ", got '"
              + named(input)
              + "' of type "
              + type.text());
    }
  }

  private static @Nullable DataType knownType(Value value) {
    Optional<Tensor> constant = value.constant();
    if (constant.isPresent()) {
      return constant.get().dataType();
    }
    return isGiven(value) ? value.dataType().orElse(null) : null;
  }

  private static boolean isGiven(Value value) {
    return value.isInput() && value.graph().outer() == null;
  }

  private void branches(Node node) {
    Value condition = node.requiredInput(0);
    DataType type = knownType(condition);
    long elements = condition.constant().map(Tensor::elementCount).orElse(1L);
    if ((type != null && type != DataType.BOOL) || elements != 1) {
      problem(node, "takes one boolean, got '" + condition.name() + "'");
    }
    int outputs = node.outputs().size();
    for (String name : List.of("then_branch", "else_branch")) {
      if (node.attribute(name) instanceof Attribute.OfGraph(Graph branch)) {
        boolean asks = branch.inputs().stream().anyMatch(input -> input.initializer() == null);
        if (asks || branch.outputs().size() != outputs) {
          problem(
              node,
              "needs branches that take nothing and give "
                  + outputs
                  + ", got '"
                  + name
                  + "', which takes "
                  + branch.inputs().size()
                  + " and gives "
                  + branch.outputs().size());
        }
      }
    }
  }

  private static Optional<Tensor> constant(Node node) {
    Value first = node.output(0);
    return first == null ? Optional.empty() : first.constant();
  }

  /**
   * Whether a constant is one that is not read here: sparse, or told by the caller of a function.
   */
  private static boolean isOpen(Node node) {
    return node.output(0) == null
        || node.attribute("sparse_value") != null
        || node.attributes().values().stream().anyMatch(Attribute.Reference.class::isInstance);
  }

  private static String named(@Nullable Value value) {
    return value == null ? "" : value.name();
  }

  private void problem(Node node, String what) {
    problems.add("graph '" + node.graph().name() + "': " + node + " " + what);
  }
}

package io.demitasse.passes.clean;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.NodeBuilder;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.pass.PassContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Puts the nodes of the branch that an If always takes in the place of the If. */
final class BranchInlining {
  private final Node decision;
  private final Graph outer;
  private final Map<Value, Value> copies = new HashMap<>();

  private BranchInlining(Node decision) {
    this.decision = decision;
    this.outer = decision.graph();
  }

  static void inlineIfDecided(Node decision, PassContext context) {
    Optional<Tensor> condition = decision.constantInput(0);
    if (condition.isEmpty()) {
      return;
    }
    String taken = condition.get().toLongs()[0] != 0 ? "then_branch" : "else_branch";
    if (!(decision.attribute(taken) instanceof Attribute.OfGraph(Graph branch))) {
      return;
    }
    if (branch.nodes().stream().anyMatch(node -> !node.subgraphs().isEmpty())) {
      context.skipped(decision, "it always takes " + taken + ", which has nested graphs itself");
    } else if (!branch.sparseInitializers().isEmpty()) {
      context.skipped(decision, "it always takes " + taken + ", which has sparse weights");
    } else {
      context.changed(decision, "it always takes " + taken);
      new BranchInlining(decision).inline(branch);
    }
  }

  private void inline(Graph branch) {
    for (Value initializer : branch.initializers()) {
      String name = outer.freeName(initializer.name());
      Tensor content = Objects.requireNonNull(initializer.initializer());
      copies.put(initializer, outer.addInitializer(name, content));
    }
    branch.nodes().forEach(this::copy);
    List<Value> outputs = branch.outputs();
    for (int i = 0; i < decision.outputs().size(); i++) {
      Value output = decision.output(i);
      if (output != null) {
        outer.replace(output, asOutput(copies.getOrDefault(outputs.get(i), outputs.get(i))));
      }
    }
    outer.remove(decision);
  }

  private void copy(Node original) {
    NodeBuilder builder =
        outer
            .node(original.domain(), original.opType())
            .name(outer.freeNodeName(original.name()))
            .attributes(original.attributes());
    for (Value input : original.inputs()) {
      builder.inputs(input == null ? null : copies.getOrDefault(input, input));
    }
    for (Value output : original.outputs()) {
      builder.outputs(output == null ? "" : outer.freeName(output.name()));
    }
    Node copy = builder.insertBefore(decision);
    copy.overload(original.overload());
    copy.doc(original.doc());
    copy.metadata().putAll(original.metadata());
    for (int i = 0; i < original.outputs().size(); i++) {
      Value output = original.output(i);
      Value made = copy.output(i);
      if (output != null && made != null) {
        copies.put(output, made.type(output.type()));
      }
    }
  }

  /** The value itself where it can take the name of an output, otherwise a copy of it. */
  private Value asOutput(Value value) {
    return value.producer() != null && !value.isOutput()
        ? value
        : outer.node("Identity").inputs(value).insertBefore(decision).output();
  }
}

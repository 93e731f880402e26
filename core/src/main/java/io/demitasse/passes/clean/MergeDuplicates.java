package io.demitasse.passes.clean;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one of several weights with the same content and one of several nodes that compute the
 * same.
 *
 * <pre>
 *   w1 ── Gather ── a                     becomes      w1 ─┬─ Gather ── a
 *   w2 ── MatMul ── b     (w1 = w2)                        └─ MatMul ── b
 *
 *   x ─┬─ Shape ── s                      becomes      x ── Shape ── s ─┬─
 *      └─ Shape ── t                                                    └─
 * </pre>
 *
 * Weights are equal when type, sizes and every bit are. Nodes are equal when the operator is pure
 * and domain, type, attributes and inputs are the same. A nested graph uses what the graphs around
 * it have; two branches never share.
 */
@PassInfo(
    summary = "Keep one of several equal weights and equal nodes",
    effect = PassInfo.Effect.EXACT)
public record MergeDuplicates() implements ModelPass {

  /** What two equal nodes have in common; values are compared by identity. */
  private record Signature(
      Op op, Map<String, Attribute> attributes, List<@Nullable Value> inputs, int outputs) {
    static Signature of(Op op, Node node) {
      return new Signature(
          op, Map.copyOf(node.attributes()), new ArrayList<>(node.inputs()), node.outputs().size());
    }
  }

  @Override
  public void apply(Model model, PassContext context) {
    EqualWeights.merge(model, context);
    mergeNodes(model.graph(), Map.of(), context);
  }

  /**
   * @param visible the nodes before this graph, in the graphs around it
   */
  private static void mergeNodes(Graph graph, Map<Signature, Node> visible, PassContext context) {
    Map<Signature, Node> seen = new HashMap<>(visible);
    for (Node node : graph.nodes()) {
      Optional<Op> op = Op.of(node);
      if (op.isPresent() && op.get().isPure()) {
        Node first = seen.putIfAbsent(Signature.of(op.get(), node), node);
        if (first != null && context.selects(node)) {
          merge(first, node, context);
        }
      }
      node.subgraphs().forEach(inner -> mergeNodes(inner, seen, context));
    }
  }

  private static void merge(Node first, Node second, PassContext context) {
    for (int i = 0; i < second.outputs().size(); i++) {
      Value replaced = second.output(i);
      Value kept = first.output(i);
      if (replaced != null && (kept == null || !canReplace(kept, replaced))) {
        context.skipped(second, "it equals " + first + ", but the graph returns outputs of both");
        return;
      }
    }
    context.changed(second, "it equals " + first);
    for (int i = 0; i < second.outputs().size(); i++) {
      Value replaced = second.output(i);
      Value kept = first.output(i);
      if (replaced == null || kept == null) {
        continue;
      }
      if (replaced.isOutput()) {
        second.graph().replace(replaced, kept);
      } else {
        second.graph().replaceUses(replaced, kept);
      }
    }
    second.graph().remove(second);
  }

  private static boolean canReplace(Value kept, Value replaced) {
    return !replaced.isOutput() || (kept.graph() == replaced.graph() && !kept.isOutput());
  }
}

package io.demitasse.passes.clean;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.pass.PassContext;
import io.demitasse.passes.clean.WeightContent.Form;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets the readers of a constant read an earlier one of the same content.
 *
 * <p>Deferred tensors are left alone: comparing them would compute them.
 */
final class EqualWeights {
  private final PassContext context;

  /** Constants by form, for the graph at work first and the graphs around it behind. */
  private final Deque<Map<Form, List<Weight>>> scopes = new ArrayDeque<>();

  private int merged;
  private long saved;

  private record Weight(Value value, WeightContent content) {}

  private EqualWeights(PassContext context) {
    this.context = context;
  }

  static void merge(Model model, PassContext context) {
    EqualWeights weights = new EqualWeights(context);
    weights.merge(model.graph());
    if (weights.merged > 0) {
      context.changed("merged " + weights.merged + " equal weights, " + weights.saved + " bytes");
    }
  }

  private void merge(Graph graph) {
    scopes.push(new HashMap<>());
    graph.initializers().forEach(this::mergeInitializer);
    for (Node node : graph.nodes()) {
      if (node.is("Constant") && context.selects(node)) {
        mergeNode(node);
      }
      node.subgraphs().forEach(this::merge);
    }
    scopes.pop();
  }

  private void mergeInitializer(Value value) {
    Weight equal = equal(value);
    if (equal != null) {
      merged++;
      saved += equal.content.tensor().byteSize();
      value.graph().replaceUses(value, equal.value);
      value.graph().remove(value);
    }
  }

  private void mergeNode(Node node) {
    Weight equal = equal(node.output());
    if (equal != null) {
      context.changed(node, "it equals '" + equal.value.name() + "'");
      node.graph().replaceUses(node.output(), equal.value);
      node.graph().remove(node);
    }
  }

  /**
   * An earlier constant of the same content; when there is none, this one is remembered for those
   * to come.
   */
  private @Nullable Weight equal(Value value) {
    Tensor content = value.constant().orElse(null);
    if (content == null || content.computation() != null) {
      return null;
    }
    Weight weight = new Weight(value, new WeightContent(content));
    Form form = weight.content.form();
    for (Map<Form, List<Weight>> scope : scopes) {
      for (Weight earlier : scope.getOrDefault(form, List.of())) {
        if (!value.isOutput() && earlier.content.equalTo(weight.content)) {
          return earlier;
        }
      }
    }
    scopes.getFirst().computeIfAbsent(form, _ -> new ArrayList<>()).add(weight);
    return null;
  }
}

package io.demitasse.passes.tune;

import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import io.demitasse.ops.Parameters;
import io.demitasse.pass.PassContext;
import io.demitasse.rewrite.ConstantContent;
import io.demitasse.rewrite.Scope;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The weights of a part that a pass trains: those that other parts are to hold as well are not, for
 * parts learn one at a time. What was stored once only because it was equal is split before. What
 * was learned is stored beside the recipe, so that a replay brings in the same and needs neither
 * trainer nor data.
 */
final class TunedWeights {
  private final Model model;
  private final PassContext context;
  private final Map<String, Value> parameters;
  private final int tied;

  /**
   * Weights that have learned nothing yet.
   *
   * @param trained which of the parameters that selected nodes read are trained
   */
  TunedWeights(Model model, PassContext context, Predicate<Value> trained) {
    this.model = model;
    this.context = context;
    SplitWeights.split(model, new Quiet(context));
    this.parameters = new LinkedHashMap<>(Parameters.of(model, context::selects));
    this.parameters.values().removeIf(trained.negate());
    int all = parameters.size();
    this.parameters.values().removeIf(context::isTied);
    this.tied = all - parameters.size();
  }

  /** Whether there is nothing to train, which is told then, and what others hold as well. */
  boolean areNone() {
    if (tied > 0) {
      context.skipped(
          "weights that other parts hold as well stay as they are, for one part learns at a time: "
              + tied);
    }
    if (parameters.isEmpty()) {
      context.skipped(
          "there are no weights to train among the nodes that are selected"
              + WeightKinds.fixed(model, context::selects));
    }
    return parameters.isEmpty();
  }

  /** Tells nobody: what was split and then learned nothing is no change. */
  private record Quiet(Scope scope) implements Scope {
    @Override
    public List<Node> nodes() {
      return scope.nodes();
    }

    @Override
    public boolean selects(Node node) {
      return scope.selects(node);
    }

    @Override
    public void changed(Node node, String what) {}

    @Override
    public void skipped(Node node, String why) {}
  }

  /** Those that are trained, by their keys. */
  Map<String, Value> all() {
    return Collections.unmodifiableMap(parameters);
  }

  /**
   * What is to be learned, or was learned before.
   *
   * @param beside types of what is stored beside the weights, by name
   * @param search gives all weights and what is stored beside them
   */
  Map<String, Tensor> found(
      Map<String, ValueType.OfTensor> beside, Supplier<Map<String, Tensor>> search) {
    Map<String, ValueType.OfTensor> types = new LinkedHashMap<>(beside);
    parameters.forEach((key, value) -> types.put(key, content(value).type()));
    return context.found("weights", types, search);
  }

  /** Gives weights what was found, and tells the nodes that read them. */
  void bring(Map<String, Tensor> found) {
    parameters.forEach(
        (key, value) -> {
          Tensor content = Objects.requireNonNull(found.get(key));
          if (!content.contentEquals(content(value))) {
            ConstantContent.replace(value, content);
            value.uses().stream()
                .map(Value.Use::node)
                .filter(context::selects)
                .distinct()
                .forEach(node -> context.changed(node, "its weights were trained"));
          }
        });
  }

  static Tensor content(Value value) {
    return value.constant().orElseThrow();
  }
}

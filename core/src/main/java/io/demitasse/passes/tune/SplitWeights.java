package io.demitasse.passes.tune;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Option;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.passes.tune.LayersOfWeight.Reader;
import io.demitasse.rewrite.Scope;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives layers weights of their own that are one only because their numbers were equal.
 *
 * <pre>
 *   x ─ MatMul V ─ Add b ─ y       becomes   x ─ MatMul V ─ Add b ─ y
 *   y ─ MatMul W ─ Add b ─ z                 y ─ MatMul W ─ Add b_2 ─ z      equal until they learn
 * </pre>
 *
 * <p>Exporters store equal constants once, so a bias that is all zero, or a scale that is all one,
 * may serve every layer of a model; trained as one, it would learn the mean of what they need. What
 * is equal for a reason stays one:
 *
 * <ul>
 *   <li>a weight whose numbers differ among each other: two layers do not learn the same numbers,
 *       so it is shared on purpose, as an embedding is with the projection behind a model, or a
 *       layer that is used many times;
 *   <li>what readers behind one and the same matrix read: they are one layer that is used several
 *       times (Lan et al., ALBERT: A Lite BERT, ICLR 2020).
 * </ul>
 *
 * <p>The file grows by what is stored several times. That serves training and nothing else.
 */
@PassInfo(
    summary = "Give layers weights of their own that are one only because they were equal",
    effect = PassInfo.Effect.EXACT)
public record SplitWeights(
    @Option(doc = "Split vectors whose numbers differ among each other too", value = "false")
        boolean allVectors)
    implements ModelPass {

  /** Splits what is equal by chance alone, before training. */
  static void split(Model model, Scope scope) {
    new SplitWeights(false).give(model, scope);
  }

  @Override
  public void apply(Model model, PassContext context) {
    give(model, context);
  }

  private void give(Model model, Scope scope) {
    List<Graph> graphs = new ArrayList<>();
    model.graph().forEachGraph(graphs::add);
    for (Graph graph : graphs) {
      for (Value value : List.copyOf(graph.values())) {
        if (value.constant().isPresent() && !value.isOutput()) {
          split(value, scope);
        }
      }
    }
  }

  private void split(Value weight, Scope scope) {
    List<List<Reader>> layers = LayersOfWeight.of(weight);
    if (layers.size() < 2) {
      return;
    }
    Tensor content = weight.constant().orElseThrow();
    if (!LayersOfWeight.isUniform(content) && !(allVectors && LayersOfWeight.isVector(content))) {
      scope.skipped(
          layers.get(1).getFirst().node(),
          "shares '" + weight.name() + "' on purpose, for its numbers differ");
      return;
    }
    int readers = layers.stream().mapToInt(List::size).sum();
    boolean firstKeepsIt = readers == weight.uses().size();
    for (List<Reader> layer : layers.subList(firstKeepsIt ? 1 : 0, layers.size())) {
      if (layer.stream().allMatch(reader -> scope.selects(reader.use().node()))) {
        give(layer, weight, content, scope);
      }
    }
  }

  private static void give(List<Reader> layer, Value weight, Tensor content, Scope scope) {
    Graph graph = weight.graph();
    Value own = graph.addInitializer(graph.freeName(weight.name()), content);
    layer.forEach(reader -> reader.use().node().input(reader.use().index(), own));
    scope.changed(
        layer.getFirst().node(),
        "has '" + own.name() + "', where it shared '" + weight.name() + "'");
  }
}

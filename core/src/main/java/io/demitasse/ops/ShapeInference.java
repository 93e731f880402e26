package io.demitasse.ops;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import java.util.Map;

/**
 * Follows shapes, types and small contents through a model, without running it, by the rules of the
 * operator table.
 *
 * <p>A size is a number or has a name. It is followed through the integer arithmetic that exporters
 * write around {@code Reshape}, so that sizes that are equal in every run have one name wherever
 * they arrive:
 *
 * <pre>
 *   x: [B, S, 384] ─┬──────────────────────────────────────── Reshape ─ [B, S, 12, 32]
 *                   └─ Shape ─ Slice 0..2 ─ Concat 12, 32 ──────┘
 *                      [B, S, 384]  [B, S]    [B, S, 12, 32]
 * </pre>
 *
 * <p>What the file declares fills in where the rules end, as far as it is believed.
 */
public final class ShapeInference {
  private ShapeInference() {}

  /**
   * Infers from the shapes of inputs, with all that the file declares; inputs whose shape is not
   * given are taken as they are declared, with sizes that vary.
   *
   * @param inputShapes sizes by input name
   * @throws DemitasseException (bad request) when a shape does not fit the input it is given for
   */
  public static InferredShapes infer(Model model, Map<String, long[]> inputShapes) {
    return infer(model.graph(), inputShapes);
  }

  /** Infers as {@link #infer(Model, Map)} does, for a graph that is nested in no other. */
  public static InferredShapes infer(Graph graph, Map<String, long[]> inputShapes) {
    return InferredShapes.now(new GraphFacts(graph, inputShapes, Belief.DECLARED));
  }

  /**
   * Infers what holds in every run, whatever the file says. The runtime turns away what contradicts
   * the rank and the fixed sizes of the model's inputs, so these and the weights are believed; what
   * is declared of inner values, of outputs and of the inputs of nested graphs it ignores, and so
   * does this.
   */
  public static InferredShapes proved(Model model) {
    return proved(model.graph(), Map.of());
  }

  /** Infers as {@link #proved(Model)} does, for runs on inputs of these shapes. */
  static InferredShapes proved(Graph graph, Map<String, long[]> inputShapes) {
    return InferredShapes.now(new GraphFacts(graph, inputShapes, Belief.ENFORCED));
  }

  /**
   * What is known of a model that is being changed. Each fact is inferred when it is asked for,
   * from the nodes that are there then; of what a change concerns the old facts are forgotten.
   */
  public static InferredShapes following(Model model, Belief belief) {
    GraphFacts facts = new GraphFacts(model.graph(), Map.of(), belief);
    model.graph().tell(facts);
    return InferredShapes.current(facts);
  }
}

package io.demitasse.ops;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes.Cause;
import java.util.List;
import java.util.Map;

/**
 * What is known of one run before anything runs.
 *
 * @param activationBytes the most that inputs and results take at any moment when nodes run in
 *     order and everything is freed after its last reader; {@link Long#MAX_VALUE} where it cannot
 *     be counted
 * @param unknown names of values that are not in it, because their sizes depend on data or on
 *     operators without a rule
 * @param contradictions nodes that cannot run on what they are given, and why
 */
public record RunEstimate(long activationBytes, List<String> unknown, List<String> contradictions) {
  public RunEstimate {
    unknown = List.copyOf(unknown);
    contradictions = List.copyOf(contradictions);
  }

  /**
   * Estimates a run.
   *
   * @param inputShapes sizes by input name; inputs not given are taken as they are declared
   * @throws io.demitasse.error.DemitasseException (bad request) when a shape does not fit the input
   *     it is given for
   */
  public static RunEstimate of(Graph graph, Map<String, long[]> inputShapes) {
    InferredShapes shapes = ShapeInference.infer(graph, inputShapes);
    Liveness liveness = new Liveness(shapes);
    boolean tooLarge = shapes.gaps().stream().anyMatch(gap -> gap.cause() == Cause.TOO_LARGE);
    long peak = tooLarge ? Long.MAX_VALUE : liveness.peak(graph);
    return new RunEstimate(
        peak,
        liveness.unknown().stream().map(Value::name).toList(),
        shapes.gaps().stream()
            .filter(gap -> gap.cause() == Cause.CONTRADICTION)
            .map(gap -> gap.node() + ": " + gap.reason())
            .toList());
  }
}

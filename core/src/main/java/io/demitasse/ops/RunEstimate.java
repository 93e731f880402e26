package io.demitasse.ops;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes.Cause;
import io.demitasse.ops.InferredShapes.Gap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What is known of one run before anything runs.
 *
 * @param activationBytes the most that inputs and results take at any moment when nodes run in
 *     order and everything is freed after its last reader; {@link Long#MAX_VALUE} where it cannot
 *     be counted
 * @param unknown names of values that are not in it, because their sizes depend on data or on
 *     operators without a rule
 * @param contradictions nodes that cannot run on what they are given, and why
 * @param misfits those of them that run each time, over which a runtime may end the process; proved
 *     without what the file declares of inner values
 */
public record RunEstimate(
    long activationBytes, List<String> unknown, List<String> contradictions, List<String> misfits) {
  public RunEstimate {
    unknown = List.copyOf(unknown);
    contradictions = List.copyOf(contradictions);
    misfits = List.copyOf(misfits);
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
        texts(shapes, gap -> gap.cause() == Cause.CONTRADICTION || gap.cause() == Cause.MISFIT),
        texts(shapes, RunEstimate::isMisfit).isEmpty()
            ? List.of()
            : texts(ShapeInference.proved(graph, inputShapes), RunEstimate::isMisfit));
  }

  /** A node of a branch may fit whenever that is taken. */
  private static boolean isMisfit(Gap gap) {
    return gap.cause() == Cause.MISFIT && gap.node().graph().outer() == null;
  }

  private static List<String> texts(InferredShapes shapes, Predicate<Gap> which) {
    return shapes.gaps().stream()
        .filter(which)
        .map(gap -> gap.node() + ": " + gap.reason())
        .toList();
  }
}

package io.demitasse.train;

import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.objective.Loss;
import io.demitasse.objective.Term;
import io.demitasse.ops.Op;
import java.util.Optional;

/**
 * What an output gives before it is made probabilities: losses are computed from that, and it has
 * no limits.
 */
public final class Scores {
  private Scores() {}

  /** The name of the value that an output is the softmax of; empty where it is none. */
  public static Optional<String> behindSoftmax(Model model, String output) {
    return producer(model, output)
        .filter(node -> Op.SOFTMAX.is(node) || Op.LOG_SOFTMAX.is(node))
        .map(node -> node.requiredInput(0).name());
  }

  /** The name of what an output is the softmax or sigmoid of, or its own where it is neither. */
  public static String unlimited(Model model, String output) {
    return behindSoftmax(model, output)
        .or(
            () ->
                producer(model, output)
                    .filter(Op.SIGMOID::is)
                    .map(node -> node.requiredInput(0).name()))
        .orElse(output);
  }

  /** The term that labels are learned by, about what an output gives before it is limited. */
  public static Term.Labels unlimited(Model model, Term.Labels term) {
    return term.loss() instanceof Loss.MeanSquaredError
        ? term
        : new Term.Labels(
            term.loss(), unlimited(model, term.output()), term.target(), term.weight());
  }

  private static Optional<Node> producer(Model model, String output) {
    Value value = model.graph().find(output);
    return value == null ? Optional.empty() : Optional.ofNullable(value.producer());
  }
}

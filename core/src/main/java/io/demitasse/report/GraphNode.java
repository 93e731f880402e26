package io.demitasse.report;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.util.List;

/**
 * A node of the result's graph, or one of the original's that is gone. In JSON it is a list of its
 * five components, for graphs are large.
 *
 * @param name its label, as selections and changes spell it
 * @param output type and sizes of its first output, such as {@code float[1,32,384]}; an open size
 *     is a name or a question mark; empty when nothing is known
 * @param inputs positions, in the list of all, of the nodes that it reads
 */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
public record GraphNode(
    String name, String operator, Fate fate, String output, List<Integer> inputs) {
  public GraphNode {
    inputs = List.copyOf(inputs);
  }

  /** What became of a node. */
  public enum Fate {
    /** As it was. */
    UNCHANGED,
    /** Changed or replaced by exact steps. */
    CHANGED,
    /** Changed or replaced by lossy steps. */
    QUANTIZED,
    /** Not there before. */
    ADDED,
    /** In the original only. */
    REMOVED
  }
}

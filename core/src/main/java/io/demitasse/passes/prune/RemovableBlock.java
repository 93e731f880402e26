package io.demitasse.passes.prune;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.ShapeInference;
import io.demitasse.pass.PassContext;
import io.demitasse.rewrite.Unread;
import io.demitasse.train.Blocks;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A block without which a model still fits together.
 *
 * @param input name of what it reads
 * @param output name of what it gives, of the same type and shape
 */
record RemovableBlock(String input, String output) {

  /**
   * The blocks of a model, in order. What the file says of sizes is believed, as that ids and their
   * mask have as many rows: without that no block with an attention would be known to fit, and a
   * block that does not is found out when the model runs without it.
   *
   * @param layers that each has at least
   */
  static List<RemovableBlock> of(Model model, int layers) {
    InferredShapes shapes = ShapeInference.infer(model, Map.of());
    List<RemovableBlock> blocks = new ArrayList<>();
    for (Blocks.Span span : Blocks.of(model, _ -> true, layers)) {
      if (span.outputs().size() == 1) {
        List<RemovableBlock> fitting = fitting(span, model.graph(), shapes);
        if (fitting.size() == 1) {
          blocks.add(fitting.getFirst());
        }
      }
    }
    return Collections.unmodifiableList(blocks);
  }

  /** A block may read more than what flows through it, such as what its attention looks across. */
  private static List<RemovableBlock> fitting(
      Blocks.Span span, Graph graph, InferredShapes shapes) {
    return span.inputs().stream()
        .map(input -> new RemovableBlock(input, span.outputs().getFirst()))
        .filter(block -> block.fits(graph, shapes))
        .toList();
  }

  private static Value find(Graph graph, String name) {
    return Objects.requireNonNull(graph.find(name), name);
  }

  private boolean fits(Graph graph, InferredShapes shapes) {
    Value from = find(graph, input);
    Value to = find(graph, output);
    Shape one = shapes.shape(from).orElse(null);
    Shape other = shapes.shape(to).orElse(null);
    if (one == null || other == null || one.dims().size() != other.dims().size()) {
      return false;
    }
    for (int axis = 0; axis < one.dims().size(); axis++) {
      if (!shapes.areEqual(one.dims().get(axis), other.dims().get(axis))) {
        return false;
      }
    }
    return shapes.dataType(from).equals(shapes.dataType(to));
  }

  /** Whether a step may touch all of it. */
  boolean isSelected(Model model, PassContext context) {
    return nodes(model.graph()).stream().allMatch(context::selects);
  }

  /** The nodes that nobody needs without it, and those that read what it gives. */
  private Set<Node> nodes(Graph graph) {
    Value from = find(graph, input);
    Set<Node> nodes = new LinkedHashSet<>();
    Deque<Value> open = new ArrayDeque<>(List.of(find(graph, output)));
    while (!open.isEmpty()) {
      Node producer = open.remove().producer();
      if (producer != null && nodes.add(producer)) {
        producer.inputs().stream()
            .filter(value -> value != null && value != from)
            .forEach(open::add);
      }
    }
    nodes.removeIf(node -> isNeeded(node, nodes, from));
    return nodes;
  }

  /** Whether something outside reads what a node gives; what it gives at last is taken over. */
  private boolean isNeeded(Node node, Set<Node> nodes, Value from) {
    return node.presentOutputs().stream()
        .filter(value -> !value.name().equals(output))
        .anyMatch(
            value ->
                value == from
                    || value.isOutput()
                    || value.uses().stream().anyMatch(use -> !nodes.contains(use.node())));
  }

  /** Tells of all that goes. */
  void tell(Model model, PassContext context) {
    nodes(model.graph())
        .forEach(node -> context.changed(node, "goes with the block from '" + input + "'"));
  }

  /**
   * Lets what comes behind each block read what comes before it.
   *
   * @param blocks of the graph, in their order
   */
  static void remove(Graph graph, List<RemovableBlock> blocks) {
    List<Value> from = blocks.stream().map(block -> find(graph, block.input)).toList();
    List<Value> to = blocks.stream().map(block -> find(graph, block.output)).toList();
    // From the last on: what a block gives may be what the next one reads.
    for (int i = blocks.size() - 1; i >= 0; i--) {
      Node last = Objects.requireNonNull(to.get(i).producer());
      graph.replace(to.get(i), from.get(i));
      removeUnread(last);
    }
  }

  private static void removeUnread(Node last) {
    Deque<Node> open = new ArrayDeque<>(List.of(last));
    while (!open.isEmpty()) {
      Node node = open.remove();
      if (!node.isRemoved() && node.presentOutputs().stream().noneMatch(Unread::isRead)) {
        Set<Value> read = new LinkedHashSet<>();
        for (Value input : node.inputs()) {
          if (input != null) {
            read.add(input);
          }
        }
        node.graph().remove(node);
        for (Value value : read) {
          Node producer = value.producer();
          if (producer != null) {
            open.add(producer);
          } else {
            Unread.remove(value);
          }
        }
      }
    }
  }
}

package io.demitasse.passes.tune;

import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.Parameters;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

/** Which layers a weight serves: those that read it as a parameter. */
final class LayersOfWeight {
  /** A weight lies behind no more movements than these. */
  private static final int DEPTH = 16;

  /** So many nodes above a reader its matrix is looked for. */
  private static final int NODES = 48;

  private static final int PIECE = 1 << 16;

  private LayersOfWeight() {}

  /**
   * Who reads a weight.
   *
   * @param use where it is read, if only to be moved
   * @param node the layer that takes it
   */
  record Reader(Value.Use use, Node node) {}

  /**
   * The readers of a weight, those of one layer together: whose nearest matrix is the same.
   *
   * @return without those who take it for something else
   */
  static List<List<Reader>> of(Value weight) {
    List<List<Reader>> layers = new ArrayList<>();
    Map<Value, List<Reader>> byMatrix = new HashMap<>();
    if (weight.uses().size() < 2) {
      return layers;
    }
    for (Value.Use use : weight.uses()) {
      Optional<Node> layer = layer(weight, use, DEPTH);
      if (layer.isPresent()) {
        Optional<Value> matrix = nearestMatrix(layer.get(), weight);
        List<Reader> known = matrix.map(byMatrix::get).orElse(null);
        if (known == null) {
          known = new ArrayList<>();
          layers.add(known);
          List<Reader> added = known;
          matrix.ifPresent(value -> byMatrix.put(value, added));
        }
        known.add(new Reader(use, layer.get()));
      }
    }
    return layers;
  }

  /** The first node that takes a weight as a parameter; empty where another takes it otherwise. */
  private static Optional<Node> layer(Value weight, Value.Use use, int depth) {
    if (Parameters.of(use.node(), use.index()).filter(weight::equals).isPresent()) {
      return Optional.of(use.node());
    }
    if (depth == 0 || use.index() != 0 || !Parameters.passesOn(use.node())) {
      return Optional.empty();
    }
    Value moved = use.node().output();
    List<Optional<Node>> layers =
        moved.uses().stream().map(next -> layer(weight, next, depth - 1)).toList();
    return layers.isEmpty() || moved.isOutput() || layers.stream().anyMatch(Optional::isEmpty)
        ? Optional.empty()
        : layers.getFirst();
  }

  /** The matrix that a layer multiplies by, or what it reads was multiplied by. */
  private static Optional<Value> nearestMatrix(Node layer, Value weight) {
    Deque<Node> next = new ArrayDeque<>(List.of(layer));
    Set<Node> seen = new HashSet<>(next);
    while (!next.isEmpty() && seen.size() < NODES) {
      Node node = next.remove();
      for (int input = 0; input < node.inputs().size(); input++) {
        Optional<Value> matrix =
            Parameters.of(node, input)
                .filter(value -> !value.equals(weight) && isMatrix(value.constant().orElseThrow()));
        if (matrix.isPresent()) {
          return matrix;
        }
        Value value = node.input(input);
        if (value != null && value.producer() != null && seen.add(value.producer())) {
          next.add(value.producer());
        }
      }
    }
    return Optional.empty();
  }

  static boolean isVector(Tensor tensor) {
    return LongStream.of(tensor.sizes()).filter(size -> size > 1).count() < 2;
  }

  private static boolean isMatrix(Tensor tensor) {
    return !isVector(tensor) && !isUniform(tensor);
  }

  /** Whether all numbers are equal. */
  static boolean isUniform(Tensor tensor) {
    float first = tensor.elementCount() == 0 ? 0 : tensor.toFloats(0, 1)[0];
    for (long from = 0; from < tensor.elementCount(); from += PIECE) {
      int count = (int) Math.min(PIECE, tensor.elementCount() - from);
      for (float number : tensor.toFloats(from, count)) {
        if (number != first) {
          return false;
        }
      }
    }
    return true;
  }
}

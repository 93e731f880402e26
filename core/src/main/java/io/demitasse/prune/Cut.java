package io.demitasse.prune;

import io.demitasse.ir.Dim;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import io.demitasse.rewrite.Unread;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Takes indices out of all that has them: constants lose them, declared shapes shrink, and numbers
 * that follow from sizes follow.
 *
 * <pre>
 *   before   x[2,8] ─ MatMul w[8,6] ─ Reshape (2,3,2) ─ ...     6 is 3 heads of 2
 *   after    x[2,8] ─ MatMul w[8,4] ─ Reshape (2,2,2) ─ ...     without a head
 * </pre>
 */
final class Cut {
  private final Graph graph;
  private final Before before;
  private final RemovedIndices removal;

  Cut(Graph graph, Before before, RemovedIndices removal) {
    this.graph = graph;
    this.before = before;
    this.removal = removal;
  }

  void apply() {
    Set<Value> values = new LinkedHashSet<>();
    Set<Node> nodes = new LinkedHashSet<>();
    for (Dimension dimension : removal.dimensions()) {
      Value value = dimension.value();
      if (value.graph() != graph) {
        continue; // It is of another part.
      }
      values.add(value);
      value.uses().forEach(use -> nodes.add(use.node()));
      if (value.producer() != null && value.constant().isEmpty()) {
        nodes.add(value.producer());
      }
    }
    nodes.forEach(node -> BakedNumbers.rewrite(node, removal, before));
    values.forEach(this::shrink);
  }

  private void shrink(Value value) {
    Tensor constant = value.constant().orElse(null);
    if (constant != null) {
      store(value, kept(value, constant));
    } else {
      value.shape().ifPresent(shape -> value.type(shrunk(value, shape)));
    }
  }

  /** What stays of the content of a constant. */
  Tensor kept(Value value, Tensor constant) {
    int[][] kept = new int[constant.rank()][];
    for (int axis = 0; axis < kept.length; axis++) {
      kept[axis] = removal.kept(value, axis, (int) constant.size(axis));
    }
    return KeptIndices.of(constant, kept);
  }

  private void store(Value value, Tensor tensor) {
    if (value.initializer() != null) {
      graph.setInitializer(value, tensor);
      return;
    }
    graph.replaceUses(value, graph.addInitializer(graph.freeName(value.name() + "_kept"), tensor));
    Unread.remove(value);
  }

  private ValueType shrunk(Value value, Shape shape) {
    List<Dim> dims = new ArrayList<>(shape.dims());
    for (int axis : removal.axes(value)) {
      if (dims.get(axis) instanceof Dim.Fixed(long size)) {
        dims.set(axis, Dim.of(size - removal.count(value, axis)));
      }
    }
    return ValueType.tensor(value.dataType().orElseThrow(), new Shape(dims));
  }
}

package io.demitasse.passes.tokens;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.Op;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where what tokens found in each other is added to them: between the attention of a block and its
 * feed-forward network.
 *
 * <pre>
 *   x ─┬─ norm ─ queries, keys ─ scores ─ Softmax ─ MatMul values ─ output ─┐
 *      └──────────────────────────────────────────────────────────────── Add ─ sum
 * </pre>
 *
 * @param sum {@code [batch, tokens, width]}
 * @param shares what each token finds of each, {@code [batch, heads, tokens, tokens]}; null where
 *     that is not told
 * @param keys of all heads as queries are multiplied by them, {@code [batch, heads, size, tokens]};
 *     null where they are not told
 */
record AttentionSite(
    Value sum, @Nullable Value shares, @Nullable Value keys, int tokens, int width) {
  /** What may stand between the shares and the sum. */
  private static final Set<Op> PROJECTING =
      Set.of(
          Op.MAT_MUL,
          Op.CONTRIB_FUSED_MAT_MUL,
          Op.TRANSPOSE,
          Op.RESHAPE,
          Op.SQUEEZE,
          Op.IDENTITY,
          Op.DROPOUT,
          Op.LAYER_NORMALIZATION);

  private static final Set<Op> FUSED =
      Set.of(Op.CONTRIB_ATTENTION, Op.CONTRIB_MULTI_HEAD_ATTENTION);

  /** What may stand between the product of queries and keys and the Softmax. */
  private static final Set<Op> SCALING = Set.of(Op.ADD, Op.MUL, Op.DIV, Op.IDENTITY);

  /** The sites of a graph whose number of tokens is the same in every run, in order. */
  static List<AttentionSite> of(Graph graph, InferredShapes shapes) {
    List<AttentionSite> sites = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (Op.SOFTMAX.is(node) || Op.of(node).filter(FUSED::contains).isPresent()) {
        Value sum = sum(node.output());
        if (sum != null) {
          site(node, sum, shapes).ifPresent(sites::add);
        }
      }
    }
    return List.copyOf(sites);
  }

  private static Optional<AttentionSite> site(Node node, Value sum, InferredShapes shapes) {
    return shapes
        .shape(sum)
        .filter(AttentionSite::isStream)
        .filter(_ -> shapes.dataType(sum).equals(Optional.of(DataType.FLOAT)))
        .filter(shape -> looksAtItself(node, shape.dim(1), shapes))
        .map(
            shape ->
                new AttentionSite(
                    sum,
                    shares(node, shape.dim(0), shapes),
                    keys(node, shape.dim(0), shapes),
                    size(shape.dim(1)),
                    size(shape.dim(2))));
  }

  private static boolean isStream(Shape shape) {
    return shape.rank() == 3
        && shape.dim(1) instanceof Dim.Fixed
        && shape.dim(2) instanceof Dim.Fixed;
  }

  private static boolean looksAtItself(Node node, Dim tokens, InferredShapes shapes) {
    return !Op.SOFTMAX.is(node)
        || shapes
            .shape(node.output())
            .filter(it -> it.rank() > 1 && it.dim(-1).equals(tokens) && it.dim(-2).equals(tokens))
            .isPresent();
  }

  private static int size(Dim dim) {
    return Math.toIntExact(((Dim.Fixed) dim).size());
  }

  /** The sum that a value goes into by way of a projection; null where it goes elsewhere. */
  private static @Nullable Value sum(Value value) {
    List<Node> readers =
        value.uses().stream().map(Value.Use::node).filter(node -> !Op.SHAPE.is(node)).toList();
    if (readers.size() != 1 || value.isOutput()) {
      return null;
    }
    Node reader = readers.getFirst();
    boolean adds = Op.ADD.is(reader) || Op.MUL.is(reader);
    if (adds && (isConstant(reader, 0) || isConstant(reader, 1))) {
      return sum(reader.output());
    }
    if (Op.ADD.is(reader)) {
      return reader.output();
    }
    if (Op.CONTRIB_SKIP_LAYER_NORMALIZATION.is(reader)) {
      return SkipSum.of(reader);
    }
    return Op.of(reader).filter(PROJECTING::contains).isPresent() ? sum(reader.output()) : null;
  }

  private static boolean isConstant(Node node, int input) {
    return node.constantInput(input).isPresent();
  }

  /** Those that may be in the same stream, together and in order. */
  static List<List<AttentionSite>> alike(List<AttentionSite> sites) {
    return List.copyOf(
        sites.stream()
            .collect(
                Collectors.groupingBy(
                    site -> List.of(site.tokens, site.width),
                    LinkedHashMap::new,
                    Collectors.toList()))
            .values());
  }

  private static @Nullable Value shares(Node attention, Dim batch, InferredShapes shapes) {
    Value shares = Op.SOFTMAX.is(attention) ? attention.output() : null;
    return shares != null && isOfHeads(shares, batch, shapes) ? shares : null;
  }

  /** Whether a value is {@code [batch, heads, ...]} of four axes. */
  private static boolean isOfHeads(Value value, Dim batch, InferredShapes shapes) {
    return shapes
        .shape(value)
        .filter(it -> it.rank() == 4 && shapes.areEqual(it.dim(0), batch))
        .isPresent();
  }

  private static @Nullable Value keys(Node attention, Dim batch, InferredShapes shapes) {
    Node node = attention;
    while (Op.SOFTMAX.is(node) || Op.of(node).filter(SCALING::contains).isPresent()) {
      int scores = node.inputs().size() > 1 && node.constantInput(0).isPresent() ? 1 : 0;
      Node before = node.requiredInput(scores).producer();
      if (before == null) {
        return null;
      }
      node = before;
    }
    Value keys = Op.MAT_MUL.is(node) ? node.requiredInput(1) : null;
    boolean areTold = keys != null && keys.constant().isEmpty() && isOfHeads(keys, batch, shapes);
    return areTold ? keys : null;
  }
}

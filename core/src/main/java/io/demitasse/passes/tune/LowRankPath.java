package io.demitasse.passes.tune;

import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.rewrite.Scalars;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Two products behind each other that read what another product reads, and a sum of what both ways
 * give.
 *
 * <pre>
 *   x ─┬─ base ─ (Add bias) ────────────────────────┬─ sum
 *      └─ first ─ (Mul number) ─ second ─ (Mul number) ─┘
 * </pre>
 *
 * @param between sums with constants, or with other such paths, from the sum back to the base
 * @param chain first, second and the products with one number, from the sum back to the activation
 * @param scale what these numbers make together
 */
record LowRankPath(
    Node sum,
    Product base,
    List<Node> between,
    Product first,
    Product second,
    List<Node> chain,
    double scale) {
  private static final int DEPTH = 8;

  /** A value, and the product with one number that there may be behind it. */
  private record Scaled(Value value, List<Node> scalings, double scale) {}

  /** The path that a node adds; null when it adds none. */
  static @Nullable LowRankPath of(Node sum) {
    return of(sum, DEPTH);
  }

  private static @Nullable LowRankPath of(Node sum, int depth) {
    Value left = sum.input(0);
    Value right = sum.input(1);
    if (depth == 0 || !Op.ADD.is(sum) || left == null || right == null) {
      return null;
    }
    LowRankPath behind = of(sum, left, right, depth);
    return behind == null ? of(sum, right, left, depth) : behind;
  }

  private static @Nullable LowRankPath of(Node sum, Value way, Value path, int depth) {
    Scaled end = scaled(path);
    Product second = product(end.value());
    if (second == null) {
      return null;
    }
    Scaled middle = scaled(second.activation());
    Product first = product(middle.value());
    List<Node> between = new ArrayList<>();
    Product base = first == null ? null : base(way, between, depth);
    if (first == null || base == null || !isBeside(base, first, second)) {
      return null;
    }
    List<Node> chain = chain(end, second, middle, first);
    double scale = middle.scale() * end.scale();
    return new LowRankPath(sum, base, between, first, second, chain, scale);
  }

  private static boolean isBeside(Product base, Product first, Product second) {
    return base.activation() == first.activation()
        && base.form() == first.form()
        && base.form() == second.form();
  }

  private static List<Node> chain(Scaled end, Product second, Scaled middle, Product first) {
    List<Node> chain = new ArrayList<>(end.scalings());
    chain.add(second.node());
    chain.addAll(middle.scalings());
    chain.add(first.node());
    return chain;
  }

  private static @Nullable Product product(Value value) {
    Node producer = value.producer();
    return producer == null ? null : Product.of(producer);
  }

  /** The product that a value is, behind sums with biases and other paths. */
  private static @Nullable Product base(Value value, List<Node> between, int depth) {
    Node node = value.producer();
    Product product = product(value);
    if (product != null || node == null || !Op.ADD.is(node) || depth == 0) {
      return product;
    }
    between.add(node);
    LowRankPath inner = of(node, depth - 1);
    if (inner != null) {
      between.addAll(inner.between);
      return inner.base;
    }
    for (int side = 0; side < 2; side++) {
      Value other = node.input(1 - side);
      if (node.constantInput(side).isPresent() && other != null) {
        return base(other, between, depth - 1);
      }
    }
    return null;
  }

  private static Scaled scaled(Value value) {
    Node node = value.producer();
    for (int side = 0; side < 2 && node != null && Op.MUL.is(node); side++) {
      Value other = node.input(1 - side);
      Optional<Tensor> factor =
          node.constantInput(side).filter(each -> each.rank() < 2 && Scalars.isScalar(each));
      if (factor.isPresent() && other != null) {
        return new Scaled(other, List.of(node), Scalars.of(factor.get()));
      }
    }
    return new Scaled(value, List.of(), 1);
  }

  /** All nodes that are part of it, the base included. */
  Stream<Node> nodes() {
    return Stream.concat(
        Stream.of(sum, base.node()), Stream.concat(between.stream(), chain.stream()));
  }

  /** What the path is added to. */
  Value way() {
    return between.isEmpty() ? base.node().output() : between.getFirst().output();
  }

  /** Products of a model that have such a path or are part of one, and which of the two it is. */
  static Map<Node, String> taken(Model model) {
    Map<Node, String> taken = new HashMap<>();
    model.forEachNode(
        node -> {
          LowRankPath path = of(node);
          if (path != null) {
            taken.put(path.base.node(), "it has a low-rank path beside it");
            taken.put(path.first.node(), "it is part of a low-rank path");
            taken.put(path.second.node(), "it is part of a low-rank path");
          }
        });
    return taken;
  }
}

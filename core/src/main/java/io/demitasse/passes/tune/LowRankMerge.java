package io.demitasse.passes.tune;

import io.demitasse.affine.NotFoldable;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;
import io.demitasse.rewrite.Scope;
import io.demitasse.rewrite.Unread;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** One low-rank path that becomes part of the weight of its product. */
final class LowRankMerge {
  private final LowRankPath path;
  private final Product base;
  private final Scope scope;

  LowRankMerge(LowRankPath path, Scope scope) {
    this.path = path;
    this.base = path.base();
    this.scope = scope;
  }

  /**
   * Merges it.
   *
   * @return the product that is left
   * @throws NotFoldable when it cannot be done; nothing has changed then
   */
  Node carryOut(InferredShapes shapes) {
    path.nodes().forEach(this::requireOurs);
    requireFit(shapes);
    if (!givesZeros()) {
      replaceWeight(merged());
    }
    removePath();
    return base.node();
  }

  private void requireOurs(Node node) {
    if (!scope.selects(node)) {
      throw new NotFoldable("the step does not select " + node);
    }
    if (node.graph() != path.sum().graph()) {
      throw new NotFoldable(node + " is in another graph");
    }
    if (node != path.sum() && !node.output().isUsedOnce()) {
      throw new NotFoldable("'" + node.output().name() + "' is read elsewhere too");
    }
  }

  private void requireFit(InferredShapes shapes) {
    for (Product product : List.of(base, path.first(), path.second())) {
      Optional<String> unfit = product.unfit(shapes);
      if (unfit.isPresent()) {
        throw new NotFoldable(product.node() + " cannot take part: " + unfit.get());
      }
    }
    requireLearned(path.first());
    requireLearned(path.second());
    requireSizes(shapes);
    if (base.form() == Product.Form.KERNEL
        && !(path.first().movesAs(base) && path.second().looksAtEachPlace())) {
      throw new NotFoldable("its path does not move over the input as " + base.node() + " does");
    }
  }

  private static void requireLearned(Product product) {
    if (product.floats().isEmpty()) {
      throw new NotFoldable(notFloats(product));
    }
    if (product.hasBias()) {
      throw new NotFoldable(product.node() + " has a bias");
    }
  }

  private static String notFloats(Product product) {
    return "the weight '" + product.weight().name() + "' is not a constant of floats";
  }

  private void requireSizes(InferredShapes shapes) {
    Product.Form form = base.form();
    long[] weight = base.sizes(shapes).orElseThrow();
    long[] first = path.first().sizes(shapes).orElseThrow();
    long[] second = path.second().sizes(shapes).orElseThrow();
    boolean fits =
        first.length == weight.length
            && Arrays.equals(first, form.first(weight, form.rank(first)))
            && Arrays.equals(second, form.second(weight, form.rank(first)));
    if (!fits) {
      throw new NotFoldable("its path does not give as many channels as " + base.node());
    }
  }

  /** Whether the path gives zeros, whatever it reads. */
  private boolean givesZeros() {
    return matrix(path.first()).largest() * matrix(path.second()).largest() == 0;
  }

  private MergedWeight merged() {
    Tensor weight = base.floats().orElseThrow(() -> new NotFoldable(notFloats(base)));
    if (base.alpha() == 0) {
      throw new NotFoldable(base.node() + " multiplies its product with 0");
    }
    boolean behind = base.form() == Product.Form.BEHIND;
    Matrix left = matrix(behind ? path.first() : path.second());
    Matrix right = matrix(behind ? path.second() : path.first());
    double factor = path.scale() * path.first().alpha() * path.second().alpha() / base.alpha();
    MergedWeight merged =
        base.isTransposed()
            ? new MergedWeight(weight, right.transpose(), left.transpose(), factor)
            : new MergedWeight(weight, left, right, factor);
    if (!merged.isFinite()) {
      throw new NotFoldable("the weight of both would leave the range of floats");
    }
    return merged;
  }

  private static Matrix matrix(Product product) {
    return new Matrix(product.floats().orElseThrow(), product.isTransposed());
  }

  /** In its own place, so that the weight keeps its name, unless others read it as it was. */
  private void replaceWeight(MergedWeight merged) {
    Tensor tensor = Tensor.deferred(merged).getFirst();
    Value old = base.weight();
    if (old.producer() == null && old.isUsedOnce()) {
      old.graph().setInitializer(old, tensor);
      return;
    }
    Graph graph = base.node().graph();
    Value weight = graph.addInitializer(graph.freeName(old.name() + "_merged"), tensor);
    base.node().input(base.input(), weight);
    Unread.remove(old, scope);
  }

  private void removePath() {
    Node sum = path.sum();
    sum.graph().replace(sum.output(), path.way());
    sum.graph().remove(sum);
    path.chain().forEach(node -> Unread.remove(node, scope));
  }
}

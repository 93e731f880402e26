package io.demitasse.passes.factorize;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.rewrite.Unread;
import java.util.List;

/**
 * Multiplies factors that {@code factorize} has written, trained since or not, so that a weight is
 * one again.
 *
 * <pre>
 *   x ─ MatMul A [384, 150] ─ MatMul B [150, 1536] ─ y      becomes   x ─ MatMul A·B [384, 1536] ─ y
 *
 *   x ─┬─ MatMul A·B ─ Add ─ y                              becomes   x ─ MatMul A·B + S ─ y
 *      └─ MatMul S ────┘
 *
 *   x ─ Conv 3x1 A ─ Conv 1x3 B ─ y                         becomes   x ─ Conv 3x3 A·B ─ y
 * </pre>
 *
 * <p>Products are computed in double precision and rounded once for each factor that is multiplied.
 */
@PassInfo(summary = "Multiply factors into one weight again", effect = PassInfo.Effect.EXACT)
public record MergeFactors() implements ModelPass {
  @Override
  public void apply(Model model, PassContext context) {
    for (Node node : List.copyOf(context.nodes())) {
      if (node.name().contains(SparseSplit.SPARSE)) {
        mergeSparse(node, context);
      } else if (node.name().contains(FactorSite.FIRST)) {
        merge(node, context);
      }
    }
  }

  private static void merge(Node node, PassContext context) {
    Node lookup = node.requiredInput(0).producer();
    FactorSite table = lookup == null || !Op.GATHER.is(lookup) ? null : FactorSite.of(lookup);
    Node reader =
        node.output().isUsedOnce() && !node.output().isOutput()
            ? node.output().uses().getFirst().node()
            : null;
    ConvolutionMerge convolutions = reader == null ? null : ConvolutionMerge.of(node, reader);
    FactorSite first = FactorSite.of(node);
    FactorSite second = reader == null ? null : FactorSite.of(reader);
    if (table != null && first != null && table.outputs() == first.inputs()) {
      mergeTable(table, first, context);
    } else if (convolutions != null) {
      mergeConvolutions(convolutions, context);
    } else if (first != null && second != null && fits(first, second)) {
      mergeProducts(first, second, context);
    } else {
      context.skipped(node, "no weight that it could be merged with is behind it");
    }
  }

  /** Adds a matrix to that of a product beside it of what both read. */
  private static void mergeSparse(Node node, PassContext context) {
    Node sum = node.output().isUsedOnce() ? node.output().uses().getFirst().node() : node;
    Node other = Op.ADD.is(sum) ? sum.requiredInput(0).producer() : null;
    FactorSite few = FactorSite.of(node);
    FactorSite low = other == null ? null : FactorSite.of(other);
    if (few != null && low != null && fitBeside(few, low) && areSelected(low, sum, context)) {
      mergeSparse(few, low, sum, context);
    } else {
      context.skipped(node, "no product that it could be added to is beside it");
    }
  }

  private static boolean fitBeside(FactorSite few, FactorSite low) {
    return few.node().requiredInput(0).equals(low.node().requiredInput(0))
        && few.inputs() == low.inputs()
        && few.outputs() == low.outputs()
        && low.node().output().isUsedOnce();
  }

  private static boolean areSelected(FactorSite low, Node sum, PassContext context) {
    return context.selects(low.node()) && context.selects(sum);
  }

  private static void mergeSparse(FactorSite few, FactorSite low, Node sum, PassContext context) {
    double[] matrix = low.matrix().toDoubles();
    double[] added = few.matrix().toDoubles();
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] += added[i];
    }
    context.changed(low.node(), "its weight has the numbers that stood beside it");
    context.changed(sum, "its sum is in a weight");
    context.changed(few.node(), "its weight is in another");
    Graph graph = sum.graph();
    Value old = low.weight();
    Tensor whole = low.second(matrix, low.inputs());
    low.node().input(1, graph.addInitializer(graph.freeName(old.name()), whole));
    graph.replace(sum.output(), low.node().output());
    Unread.remove(sum, context);
    Unread.remove(few.node(), context);
    Unread.remove(old);
  }

  private static boolean fits(FactorSite first, FactorSite second) {
    return first.outputs() == second.inputs()
        && !Op.CONV.is(first.node())
        && !Op.CONV.is(second.node())
        && first.node().input(2) == null;
  }

  private static void mergeTable(FactorSite table, FactorSite product, PassContext context) {
    if (!context.selects(table.node()) || !table.node().output().isUsedOnce()) {
      context.skipped(product.node(), "the rows that it multiplies are not its own");
      return;
    }
    Graph graph = table.node().graph();
    Value old = table.weight();
    Tensor whole = product.second(product(table, product), table.inputs());
    context.changed(table.node(), "its table is whole again");
    context.changed(product.node(), "its factor is in the table");
    table.node().input(0, graph.addInitializer(graph.freeName(name(old)), whole));
    Value rows = table.node().output();
    Node merged = product.node();
    graph.replace(merged.output(), rows);
    Unread.remove(merged, context);
    Unread.remove(old);
  }

  private static void mergeProducts(FactorSite first, FactorSite second, PassContext context) {
    if (!context.selects(second.node())) {
      context.skipped(first.node(), "the layer behind it is not selected");
      return;
    }
    Node reader = second.node();
    Graph graph = reader.graph();
    Value old = second.weight();
    Tensor whole = second.second(product(first, second), first.inputs());
    context.changed(reader, "its weight is whole again");
    context.changed(first.node(), "its factor is in the weight behind it");
    reader.input(1, graph.addInitializer(graph.freeName(name(first.weight())), whole));
    reader.input(0, first.node().requiredInput(0));
    Unread.remove(first.node(), context);
    Unread.remove(old);
  }

  private static void mergeConvolutions(ConvolutionMerge convolutions, PassContext context) {
    if (context.selects(convolutions.second().node())) {
      convolutions.write(context);
    } else {
      context.skipped(convolutions.first().node(), "the layer behind it is not selected");
    }
  }

  /** What the weight that a factor belongs to is called when it is whole. */
  static String name(Value factor) {
    return factor.name().replace(FactorSite.FIRST, "") + "_whole";
  }

  private static double[] product(FactorSite first, FactorSite second) {
    double[] left = first.matrix().toDoubles();
    double[] right = second.matrix().toDoubles();
    int inner = first.outputs();
    int columns = second.outputs();
    double[] product = new double[first.inputs() * columns];
    for (int row = 0; row < first.inputs(); row++) {
      for (int k = 0; k < inner; k++) {
        double factor = left[row * inner + k];
        for (int column = 0; column < columns; column++) {
          product[row * columns + column] += factor * right[k * columns + column];
        }
      }
    }
    return product;
  }
}

package io.demitasse.passes.factorize;

import io.demitasse.calibrate.Gram;
import io.demitasse.calibrate.GramMatrix;
import io.demitasse.calibrate.Observation;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.Where;
import io.demitasse.rewrite.Unread;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A node whose weight can be two: a product with a matrix, a convolution of windows of one place,
 * or a table of which rows are looked up.
 *
 * @param weightInput which of its inputs the weight is
 */
record FactorSite(Node node, int weightInput) {
  /** The end of the name of what comes first, node and weight. */
  static final String FIRST = "_factor";

  /** The site that a node is; null when it is none. */
  static @Nullable FactorSite of(Node node) {
    FactorSite site = new FactorSite(node, Op.GATHER.is(node) ? 0 : 1);
    boolean known =
        Op.MAT_MUL.is(node) || Op.GEMM.is(node) || Op.CONV.is(node) || Op.GATHER.is(node);
    return known && site.node.input(site.weightInput) != null && site.isMatrix() ? site : null;
  }

  Value weight() {
    return node.requiredInput(weightInput);
  }

  private Tensor tensor() {
    return weight().constant().orElseThrow();
  }

  private boolean isMatrix() {
    Tensor constant = weight().constant().orElse(null);
    if (constant == null || constant.dataType() != DataType.FLOAT || !weight().isUsedOnce()) {
      return false;
    }
    if (Op.CONV.is(node)) {
      return node.intAttribute("group", 1) == 1
          && constant.rank() > 2
          && LongStream.of(constant.sizes()).skip(2).allMatch(size -> size == 1);
    }
    if (Op.GATHER.is(node)) {
      return constant.rank() == 2 && node.intAttribute("axis", 0) == 0;
    }
    return constant.rank() == 2 && node.intAttribute("transA", 0) == 0;
  }

  boolean isTable() {
    return Op.GATHER.is(node);
  }

  /** Whether the weight is stored [outputs, inputs]. */
  private boolean isTransposed() {
    return Op.CONV.is(node) || (Op.GEMM.is(node) && node.intAttribute("transB", 0) != 0);
  }

  int inputs() {
    return (int) tensor().size(isTransposed() ? 1 : 0);
  }

  int outputs() {
    return (int) tensor().size(isTransposed() ? 0 : 1);
  }

  /** The weight as a matrix [inputs, outputs] of doubles. */
  Tensor matrix() {
    double[] numbers = tensor().toDoubles();
    if (isTransposed()) {
      numbers = transposed(numbers, outputs(), inputs());
    }
    return Tensor.ofNumbers(DataType.DOUBLE, new long[] {inputs(), outputs()}, numbers);
  }

  static double[] transposed(double[] numbers, int rows, int columns) {
    double[] turned = new double[numbers.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        turned[column * rows + row] = numbers[row * columns + column];
      }
    }
    return turned;
  }

  /**
   * What has to be known to keep what matters of the weight: what is read; of a table, what is
   * found.
   */
  Optional<Observation<Gram>> observation(PassContext context) {
    Value seen = isTable() ? node.output() : node.requiredInput(0);
    int axis = Op.CONV.is(node) ? 1 : -1;
    return GramMatrix.observation(
        context.part(), seen, context.shapes().rank(seen), axis, seenChannels());
  }

  /** How many numbers a row of what is observed has. */
  int seenChannels() {
    return isTable() ? outputs() : inputs();
  }

  /** The sizes of the weight that comes first. */
  long[] firstSizes(int rank) {
    return Op.CONV.is(node) ? sizes(rank, inputs()) : sizes(inputs(), rank);
  }

  long[] secondSizes(int rank) {
    return isTransposed() ? sizes(outputs(), rank) : sizes(rank, outputs());
  }

  /** A convolution has sizes of windows too. */
  private long[] sizes(long rows, long columns) {
    LongStream places = LongStream.of(tensor().sizes()).skip(2);
    return LongStream.concat(LongStream.of(rows, columns), places).toArray();
  }

  /** The first factor as it is stored. */
  Tensor first(double[] factor, int rank) {
    double[] numbers = Op.CONV.is(node) ? transposed(factor, inputs(), rank) : factor;
    return Tensor.ofNumbers(DataType.FLOAT, firstSizes(rank), numbers);
  }

  /** The second, or the whole in its place, as it is stored. */
  Tensor second(double[] factor, int rank) {
    double[] numbers = isTransposed() ? transposed(factor, rank, outputs()) : factor;
    return Tensor.ofNumbers(DataType.FLOAT, secondSizes(rank), numbers);
  }

  /** Lets the node multiply by two factors, one after the other. */
  void write(Tensor first, Tensor second) {
    Graph graph = node.graph();
    String stem = Where.label(node);
    Value old = weight();
    Value one = graph.addInitializer(graph.freeName(old.name() + FIRST), first);
    Value two = graph.addInitializer(graph.freeName(old.name() + "_second"), second);
    String name = graph.freeNodeName(stem + FIRST);
    if (isTable()) {
      node.input(0, one);
      Node product =
          Op.MAT_MUL
              .in(graph)
              .name(name)
              .inputs(node.output(), two)
              .outputs(graph.freeName(stem + FIRST))
              .insertAfter(node);
      Value rows = node.output();
      graph.replace(rows, product.output());
      product.input(0, rows);
    } else {
      node.input(0, before(graph, name, one).output());
      node.input(1, two);
    }
    Unread.remove(old);
  }

  /** A Gemm has a product without a bias before it, which takes a matrix as it is read. */
  private Node before(Graph graph, String name, Value weight) {
    Op kind = Op.CONV.is(node) ? Op.CONV : Op.MAT_MUL;
    Node first =
        kind.in(graph)
            .name(name)
            .inputs(List.of(node.requiredInput(0), weight))
            .outputs(graph.freeName(name))
            .insertBefore(node);
    if (kind == Op.CONV) {
      node.attributes().forEach(first::attribute);
      List.of("strides", "pads", "dilations", "auto_pad").forEach(node::removeAttribute);
    }
    return first;
  }
}

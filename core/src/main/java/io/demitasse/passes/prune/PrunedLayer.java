package io.demitasse.passes.prune;

import io.demitasse.calibrate.Gram;
import io.demitasse.calibrate.GramMatrix;
import io.demitasse.calibrate.Observation;
import io.demitasse.calibrate.WindowGram;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.pass.PassContext;
import io.demitasse.rewrite.ConstantContent;
import java.util.Optional;

/**
 * A layer whose weight is seen as a matrix: a row for each output, and in it a column for each
 * number that it sums up. Of a convolution the channels at one place of the window lie beside each
 * other, as kernels for sparse weights have them. A table has a row for each of its rows.
 *
 * @param input which input of the node the weight is
 */
record PrunedLayer(Node node, int input) {

  Value weight() {
    return node.requiredInput(input);
  }

  Tensor tensor() {
    return weight().constant().orElseThrow();
  }

  boolean isTable() {
    return Op.GATHER.is(node);
  }

  private boolean isConvolution() {
    return Op.CONV.is(node);
  }

  /** Whether the weight is stored [inputs, outputs]. */
  private boolean isTurned() {
    return Op.MAT_MUL.is(node) || (Op.GEMM.is(node) && node.intAttribute("transB", 0) == 0);
  }

  int rows() {
    return (int) tensor().size(isTurned() ? 1 : 0);
  }

  int columns() {
    return (int) (tensor().elementCount() / rows());
  }

  /** How many columns lie beside each other before something else begins. */
  int neighbors() {
    return isConvolution() ? (int) tensor().size(1) : columns();
  }

  /** How many places a window has. */
  private int places() {
    return columns() / neighbors();
  }

  /** Where a column lies among what is stored of a row, and among what was seen. */
  private int stored(int column) {
    return isConvolution() ? column % neighbors() * places() + column / neighbors() : column;
  }

  private int offset(int row, int column) {
    return isTurned() ? column * rows() + row : row * columns() + stored(column);
  }

  /** All weights as such a matrix. */
  double[][] matrix() {
    float[] numbers = tensor().toFloats();
    double[][] matrix = new double[rows()][columns()];
    int columns = columns();
    for (int row = 0; row < matrix.length; row++) {
      for (int column = 0; column < columns; column++) {
        matrix[row][column] = numbers[offset(row, column)];
      }
    }
    return matrix;
  }

  /** The weight that a matrix stands for. */
  Tensor tensor(double[][] matrix) {
    float[] numbers = new float[(int) tensor().elementCount()];
    int columns = columns();
    for (int row = 0; row < matrix.length; row++) {
      for (int column = 0; column < columns; column++) {
        numbers[offset(row, column)] = (float) matrix[row][column];
      }
    }
    return Tensor.ofFloats(tensor().sizes(), numbers);
  }

  /** Why nothing can be observed of what it reads; empty where something can. */
  Optional<String> unseen(PassContext context) {
    if (isTable()) {
      return Optional.of("a table sums nothing up");
    }
    if (isConvolution() && node.intAttribute("group", 1) != 1) {
      return Optional.of("its channels are convolved in groups");
    }
    if (node.graph().owner() != null || node.requiredInput(0).graph() != node.graph()) {
      return Optional.of("it is inside of another node");
    }
    if (columns() > GramMatrix.MOST_CHANNELS) {
      return Optional.of("it sums up more than " + GramMatrix.MOST_CHANNELS + " numbers");
    }
    return context.shapes().rank(node.requiredInput(0)).isEmpty()
        ? Optional.of("the rank of what it reads is not known")
        : Optional.empty();
  }

  /** What has to be known of what it reads. */
  Optional<Observation<Gram>> observation(PassContext context) {
    if (unseen(context).isPresent()) {
      return Optional.empty();
    }
    if (isConvolution()) {
      return WindowGram.observation(context.part(), node, tensor());
    }
    Value read = node.requiredInput(0);
    boolean turned = Op.GEMM.is(node) && node.intAttribute("transA", 0) != 0;
    return GramMatrix.observation(
        context.part(), read, context.shapes().rank(read), turned ? 0 : -1, columns());
  }

  /** What was seen of what it reads, column by column. */
  Optional<Gram> seen(PassContext context) {
    return observation(context).flatMap(context.statistics()::get).map(this::ordered);
  }

  private Gram ordered(Gram gram) {
    int columns = columns();
    if (places() == 1) {
      return gram;
    }
    double[] sums = new double[columns * columns];
    for (int row = 0; row < columns; row++) {
      for (int column = 0; column < columns; column++) {
        sums[row * columns + column] = gram.of(stored(row), stored(column));
      }
    }
    return new Gram(columns, sums, gram.rows());
  }

  /** Multiplies by another weight from here on. */
  void store(Tensor content) {
    ConstantContent.replace(weight(), content);
  }
}

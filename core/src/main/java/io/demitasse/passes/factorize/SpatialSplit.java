package io.demitasse.passes.factorize;

import io.demitasse.calibrate.Gram;
import io.demitasse.calibrate.GramMatrix;
import io.demitasse.calibrate.Observation;
import io.demitasse.calibrate.WindowGram;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.pass.PassContext;
import io.demitasse.port.LinearAlgebra;
import io.demitasse.port.LinearAlgebra.Matrix;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.LongStream;

/**
 * A convolution of two axes that becomes one along the first and one along the second, as two
 * factors of a matrix of inputs and rows by outputs and columns.
 *
 * @param ratio the share of its numbers that the two may have
 */
record SpatialSplit(Convolution convolution, double ratio) implements Split {
  private static final IntPredicate FIRST = axis -> axis == 0;

  @Override
  public Node node() {
    return convolution.node();
  }

  @Override
  public Value weight() {
    return convolution.weight();
  }

  @Override
  public int inputs() {
    return convolution.inputs() * height();
  }

  private int height() {
    return (int) convolution.window()[0];
  }

  private int width() {
    return (int) convolution.window()[1];
  }

  private int rank() {
    return Factors.rank(
        ratio, (double) convolution.inputs() * height(), (double) convolution.outputs() * width());
  }

  @Override
  public Optional<String> unfit(PassContext context) {
    if (convolution.axes() != 2 || height() == 1 || width() == 1) {
      return Optional.of("its window is no rectangle of two axes");
    }
    Optional<String> withoutRank = Factors.withoutRank(this, rank());
    if (withoutRank.isPresent()) {
      return withoutRank;
    }
    double first = (double) convolution.inputs() * height() * rank();
    double second = (double) convolution.outputs() * width() * rank();
    return convolution.more(first * convolution.shrinking(1, context.shapes()) + second);
  }

  @Override
  public Optional<Observation<Gram>> observation(PassContext context) {
    boolean automatic = !convolution.padding().isEmpty();
    WindowGram reducer =
        new WindowGram(
            convolution.inputs(),
            List.of((long) height(), 1L),
            listed(convolution.strides(FIRST)),
            automatic ? List.of() : listed(convolution.pads(FIRST)),
            listed(convolution.dilations(FIRST)),
            convolution.padding());
    return convolution.inputs() * height() > GramMatrix.MOST_CHANNELS
        ? Optional.empty()
        : Optional.of(Observation.of(context.part(), node().requiredInput(0), reducer));
  }

  private static List<Long> listed(long[] numbers) {
    return LongStream.of(numbers).boxed().toList();
  }

  @Override
  public List<long[]> sizes() {
    return List.of(
        new long[] {rank(), convolution.inputs(), height(), 1},
        new long[] {convolution.outputs(), rank(), 1, width()});
  }

  @Override
  public List<Tensor> factors(Whitening whitening, LinearAlgebra.Session algebra) {
    Matrix weight = new Matrix("the " + name(), matrix());
    Factors factors = Factors.of(weight, rank(), whitening);
    List<long[]> sizes = sizes();
    return List.of(
        Tensor.ofNumbers(
            DataType.FLOAT,
            sizes.getFirst(),
            FactorSite.transposed(factors.first(), inputs(), rank())),
        Tensor.ofNumbers(DataType.FLOAT, sizes.getLast(), second(factors.second())));
  }

  /** [inputs and rows, outputs and columns]. */
  private Tensor matrix() {
    double[] numbers = convolution.tensor().toDoubles();
    double[] turned = new double[numbers.length];
    int rows = convolution.inputs() * height();
    int columns = convolution.outputs() * width();
    for (int i = 0; i < numbers.length; i++) {
      int column = i % width();
      int row = i / width() % rows;
      int output = i / width() / rows;
      turned[row * columns + output * width() + column] = numbers[i];
    }
    return Tensor.ofNumbers(DataType.DOUBLE, new long[] {rows, columns}, turned);
  }

  /** From [rank, outputs and columns] to [outputs, rank, 1, columns]. */
  private double[] second(double[] factor) {
    double[] turned = new double[factor.length];
    int rank = rank();
    int columns = convolution.outputs() * width();
    for (int i = 0; i < factor.length; i++) {
      int output = i % columns / width();
      turned[(output * rank + i / columns) * width() + i % width()] = factor[i];
    }
    return turned;
  }

  @Override
  public void write(List<Tensor> factors) {
    List<long[]> sizes = sizes();
    convolution.write(
        List.of(
            new Convolution.Stage(sizes.getFirst(), FIRST),
            new Convolution.Stage(sizes.getLast(), FIRST.negate())),
        factors);
  }

  @Override
  public String told() {
    return "became one along rows and one along columns of rank " + rank();
  }
}

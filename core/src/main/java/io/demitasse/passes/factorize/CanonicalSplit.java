package io.demitasse.passes.factorize;

import io.demitasse.calibrate.Gram;
import io.demitasse.calibrate.GramMatrix;
import io.demitasse.calibrate.Observation;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.pass.PassContext;
import io.demitasse.port.LinearAlgebra;
import io.demitasse.port.LinearAlgebra.Matrix;
import java.util.List;
import java.util.Optional;

/**
 * A convolution of two axes that becomes four: to so many channels, along the rows of each channel,
 * along its columns, and to the outputs (Lebedev, Ganin, Rakhuba, Oseledets, Lempitsky,
 * "Speeding-up Convolutional Neural Networks Using Fine-tuned CP-Decomposition", ICLR 2015).
 *
 * @param ratio the share of its numbers that the four may have
 */
record CanonicalSplit(Convolution convolution, double ratio) implements Split {

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
    return convolution.inputs();
  }

  private int outputs() {
    return convolution.outputs();
  }

  private int height() {
    return (int) convolution.window()[0];
  }

  private int width() {
    return (int) convolution.window()[1];
  }

  private int rank() {
    double whole = (double) inputs() * outputs() * convolution.places();
    return (int) (ratio * whole / (inputs() + outputs() + height() + width()));
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
    double above = convolution.shrinking(0, context.shapes());
    double beside = convolution.shrinking(1, context.shapes());
    double terms =
        above * beside * inputs() + beside * height() + (double) width() + (double) outputs();
    return convolution.more(terms * rank());
  }

  @Override
  public Optional<Observation<Gram>> observation(PassContext context) {
    Value read = node().requiredInput(0);
    return GramMatrix.observation(context.part(), read, context.shapes().rank(read), 1, inputs());
  }

  @Override
  public List<long[]> sizes() {
    return List.of(
        new long[] {rank(), inputs(), 1, 1},
        new long[] {rank(), 1, height(), 1},
        new long[] {rank(), 1, 1, width()},
        new long[] {outputs(), rank(), 1, 1});
  }

  @Override
  public List<Tensor> factors(Whitening whitening, LinearAlgebra.Session algebra) {
    int rank = rank();
    int places = inputs() * convolution.places();
    Tensor turned = whitening.turned(new Matrix("the " + name(), byInput()));
    Matrix weight = new Matrix("the " + name(), turned.reshaped(places, outputs()));
    int[] axes = {inputs(), height(), width(), outputs()};
    double[][] terms = CanonicalTerms.of(weight, axes, rank, algebra).toArray(double[][]::new);
    terms[0] = whitening.unwhitened(terms[0], rank);
    CanonicalTerms.balance(terms, rank);
    List<long[]> sizes = sizes();
    return List.of(
        stored(sizes.get(0), FactorSite.transposed(terms[0], inputs(), rank)),
        stored(sizes.get(1), FactorSite.transposed(terms[1], height(), rank)),
        stored(sizes.get(2), FactorSite.transposed(terms[2], width(), rank)),
        stored(sizes.get(3), terms[3]));
  }

  private static Tensor stored(long[] sizes, double... numbers) {
    return Tensor.ofNumbers(DataType.FLOAT, sizes, numbers);
  }

  /** [inputs, rows and columns and outputs]. */
  private Tensor byInput() {
    double[] numbers = convolution.tensor().toDoubles();
    int columns = inputs() * convolution.places();
    double[] turned = FactorSite.transposed(numbers, outputs(), columns);
    long[] sizes = {inputs(), (long) convolution.places() * outputs()};
    return Tensor.ofNumbers(DataType.DOUBLE, sizes, turned);
  }

  @Override
  public void write(List<Tensor> factors) {
    List<long[]> sizes = sizes();
    convolution.write(
        List.of(
            new Convolution.Stage(sizes.get(0), _ -> false),
            new Convolution.Stage(sizes.get(1), axis -> axis == 0, rank()),
            new Convolution.Stage(sizes.get(2), axis -> axis == 1, rank()),
            new Convolution.Stage(sizes.get(3), _ -> false)),
        factors);
  }

  @Override
  public String told() {
    return "became rows and columns of each of " + rank() + " channels between two of one place";
  }
}

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
import io.demitasse.port.LinearAlgebra.Svd;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * A convolution that becomes one of places between two of channels: first the inputs come apart,
 * then, of what is left, the outputs (Tucker-2; one axis after the other as in Vannieuwenhoven,
 * Vandebril, Meerbergen, "A New Truncation Strategy for the Higher-Order Singular Value
 * Decomposition", SIAM Journal on Scientific Computing, 2012).
 *
 * @param ratio the share of its numbers that the three may have
 */
record TuckerSplit(Convolution convolution, double ratio) implements Split {
  /** Smaller singular values, relative to the first, share out no scale. */
  private static final double LEAST = 1e-6;

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

  /** The share of inputs, and of outputs, that is kept: a root of what the three have in all. */
  private double kept() {
    double inputs = convolution.inputs();
    double outputs = convolution.outputs();
    double whole = inputs * outputs * convolution.places();
    double squares = inputs * inputs + outputs * outputs;
    return (Math.sqrt(squares * squares + 4 * whole * ratio * whole) - squares) / (2 * whole);
  }

  private int inner() {
    return (int) Math.min(kept() * convolution.inputs(), columns());
  }

  private int outer() {
    return (int) Math.min(kept() * convolution.outputs(), (double) inner() * convolution.places());
  }

  /** How many numbers of a weight each input has. */
  private int columns() {
    return convolution.outputs() * convolution.places();
  }

  @Override
  public Optional<String> unfit(PassContext context) {
    if (inner() < 1 || outer() < 1) {
      return Optional.of("its " + name() + " has no ranks that save enough");
    }
    double read =
        IntStream.range(0, convolution.axes())
            .mapToDouble(axis -> convolution.shrinking(axis, context.shapes()))
            .reduce(1, (a, b) -> a * b);
    double apart =
        read * convolution.inputs() * inner()
            + (double) inner() * outer() * convolution.places()
            + (double) outer() * convolution.outputs();
    return convolution.more(apart);
  }

  @Override
  public Optional<Observation<Gram>> observation(PassContext context) {
    Value read = node().requiredInput(0);
    return GramMatrix.observation(
        context.part(), read, context.shapes().rank(read), 1, convolution.inputs());
  }

  @Override
  public List<long[]> sizes() {
    long[] one = LongStream.generate(() -> 1).limit(convolution.axes()).toArray();
    return List.of(
        joined(inner(), convolution.inputs(), one),
        joined(outer(), inner(), convolution.window()),
        joined(convolution.outputs(), outer(), one));
  }

  private static long[] joined(long outputs, long inputs, long[] window) {
    return LongStream.concat(LongStream.of(outputs, inputs), Arrays.stream(window)).toArray();
  }

  @Override
  public List<Tensor> factors(Whitening whitening, LinearAlgebra.Session algebra) {
    int inner = inner();
    int outer = outer();
    String name = "the " + name();
    Svd inputs = whitening.svd(new Matrix(name, byInput()), inner);
    double[] values = inputs.values().toDoubles();
    double[] first = whitening.unwhitened(inputs.left().toDoubles(), inner);
    Svd outputs = algebra.svd(new Matrix(name + " of fewer inputs", byOutput(inputs)), outer);
    double[] scales = Arrays.stream(values).map(value -> scale(value, values[0])).toArray();
    double[] roots = Arrays.stream(outputs.values().toDoubles()).map(Math::sqrt).toArray();
    List<long[]> sizes = sizes();
    return List.of(
        stored(sizes.get(0), first, inner, (_, o) -> scales[o]),
        stored(
            sizes.get(1),
            outputs.left().toDoubles(),
            outer,
            (row, o) -> roots[o] / scales[row / convolution.places()]),
        lastStored(sizes.get(2), outputs.right().toDoubles(), roots));
  }

  /** What inputs are multiplied by so that neither they nor the core get very large or small. */
  private static double scale(double value, double largest) {
    return largest > 0 ? Math.sqrt(Math.max(value, LEAST * largest)) : 1;
  }

  /** [inputs, outputs and places]. */
  private Tensor byInput() {
    double[] numbers = convolution.tensor().toDoubles();
    double[] turned = new double[numbers.length];
    int inputs = convolution.inputs();
    int places = convolution.places();
    for (int i = 0; i < numbers.length; i++) {
      int place = i % places;
      int input = i / places % inputs;
      int output = i / places / inputs;
      turned[input * columns() + output * places + place] = numbers[i];
    }
    return Tensor.ofNumbers(DataType.DOUBLE, new long[] {inputs, columns()}, turned);
  }

  /** [inner and places, outputs], of what is left once inputs are inner. */
  private Tensor byOutput(Svd inputs) {
    double[] right = inputs.right().toDoubles();
    double[] values = inputs.values().toDoubles();
    double[] turned = new double[right.length];
    int places = convolution.places();
    int outputs = convolution.outputs();
    for (int i = 0; i < right.length; i++) {
      int inner = i / columns();
      int output = i % columns() / places;
      int place = i % places;
      turned[(inner * places + place) * outputs + output] = values[inner] * right[i];
    }
    long[] sizes = {(long) inner() * places, outputs};
    return Tensor.ofNumbers(DataType.DOUBLE, sizes, turned);
  }

  @FunctionalInterface
  private interface Scale {
    double of(int row, int column);
  }

  /** The transpose of a matrix of so many columns, each number scaled. */
  private static Tensor stored(long[] sizes, double[] matrix, int columns, Scale scale) {
    double[] turned = new double[matrix.length];
    int rows = matrix.length / columns;
    for (int i = 0; i < matrix.length; i++) {
      int row = i / columns;
      int column = i % columns;
      turned[column * rows + row] = matrix[i] * scale.of(row, column);
    }
    return Tensor.ofNumbers(DataType.FLOAT, sizes, turned);
  }

  private static Tensor lastStored(long[] sizes, double[] right, double[] roots) {
    int outputs = (int) sizes[0];
    return stored(sizes, right, outputs, (row, _) -> roots[row]);
  }

  @Override
  public void write(List<Tensor> factors) {
    List<long[]> sizes = sizes();
    convolution.write(
        List.of(
            new Convolution.Stage(sizes.get(0), _ -> false),
            new Convolution.Stage(sizes.get(1), _ -> true),
            new Convolution.Stage(sizes.get(2), _ -> false)),
        factors);
  }

  @Override
  public String told() {
    return "became one of " + inner() + " to " + outer() + " channels between two of one place";
  }
}

package io.demitasse.passes.factorize;

import io.demitasse.calibrate.Gram;
import io.demitasse.calibrate.Observation;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.Where;
import io.demitasse.port.LinearAlgebra;
import io.demitasse.port.LinearAlgebra.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A product whose matrix comes apart into two thin ones and one that is zero nearly everywhere, for
 * the few numbers that no low rank is near to.
 *
 * <pre>
 *   x ─ MatMul W ─ y      becomes   x ─┬─ MatMul A ─ MatMul B ─ Add ─ y
 *                                      └─ MatMul S ──────────────┘
 * </pre>
 *
 * <p>Each is the best for what the other leaves, in turn (Zhou, Tao, "GoDec: Randomized Low-rank
 * and Sparse Matrix Decomposition in Noisy Case", ICML 2011); S has the numbers that lack most,
 * each times the length of the input that it multiplies.
 *
 * @param low a product with a matrix that comes apart into the two thin ones
 * @param sparse the share of the weight's numbers that S has
 */
record SparseSplit(ProductSplit low, double sparse) implements Split {
  /** The end of the names of what multiplies by S. */
  static final String SPARSE = FactorSite.FIRST + "_sparse";

  private static final int TURNS = 8;

  /** Whether a layer is a plain product with a matrix. */
  static boolean fits(Node node) {
    return Op.MAT_MUL.is(node) || (Op.GEMM.is(node) && node.realAttribute("alpha", 1) == 1);
  }

  /**
   * That of a product.
   *
   * @param ratio the share of the weight's numbers that all three have, zeros not counted
   * @param sparse the share of them that S has
   */
  static SparseSplit of(FactorSite site, double ratio, double sparse) {
    return new SparseSplit(new ProductSplit(site, ratio - sparse), sparse);
  }

  private FactorSite site() {
    return low.site();
  }

  @Override
  public Node node() {
    return low.node();
  }

  @Override
  public Value weight() {
    return low.weight();
  }

  @Override
  public int inputs() {
    return low.inputs();
  }

  private int places() {
    return (int) Math.round(sparse * site().inputs() * site().outputs());
  }

  @Override
  public Optional<String> unfit(PassContext context) {
    return low.unfit(context);
  }

  @Override
  public Optional<Observation<Gram>> observation(PassContext context) {
    return low.observation(context);
  }

  @Override
  public List<long[]> sizes() {
    List<long[]> sizes = new ArrayList<>(low.sizes());
    sizes.add(new long[] {site().inputs(), site().outputs()});
    return sizes;
  }

  @Override
  public List<Tensor> factors(Whitening whitening, LinearAlgebra.Session algebra) {
    Tensor whole = site().matrix();
    double[] weight = whole.toDoubles();
    double[] lengths = whitening.lengths(site().inputs());
    double[] few = largest(weight, lengths);
    Factors factors = nearest(whole, weight, few, whitening);
    for (int turn = 0; turn < TURNS; turn++) {
      few = largest(difference(weight, product(factors, algebra)), lengths);
      factors = nearest(whole, weight, few, whitening);
    }
    List<Tensor> all = new ArrayList<>();
    all.add(site().first(factors.first(), low.rank()));
    all.add(site().second(factors.second(), low.rank()));
    all.add(Tensor.ofNumbers(DataType.FLOAT, whole.sizes(), few));
    return all;
  }

  /** The best of low rank for what few numbers leave. */
  private Factors nearest(Tensor whole, double[] weight, double[] few, Whitening whitening) {
    Tensor rest = Tensor.ofNumbers(DataType.DOUBLE, whole.sizes(), difference(weight, few));
    return Factors.of(new Matrix("the " + name(), rest), low.rank(), whitening);
  }

  private double[] product(Factors factors, LinearAlgebra.Session algebra) {
    Matrix first = matrix(factors.first(), site().inputs(), low.rank());
    return algebra
        .multiply(first, false, matrix(factors.second(), low.rank(), site().outputs()), false)
        .toDoubles();
  }

  private static Matrix matrix(double[] numbers, long rows, long columns) {
    return new Matrix(
        "a factor", Tensor.ofNumbers(DataType.DOUBLE, new long[] {rows, columns}, numbers));
  }

  private static double[] difference(double[] one, double[] other) {
    double[] difference = one.clone();
    for (int i = 0; i < difference.length; i++) {
      difference[i] -= other[i];
    }
    return difference;
  }

  /** Those numbers that count most, and zeros in the places of the others. */
  private double[] largest(double[] numbers, double[] lengths) {
    double[] counts = new double[numbers.length];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = Math.abs(numbers[i]) * lengths[i / site().outputs()];
    }
    double[] sorted = counts.clone();
    Arrays.sort(sorted);
    double least = sorted[Math.max(0, sorted.length - Math.max(1, places()))];
    double[] few = new double[numbers.length];
    for (int i = 0; i < few.length; i++) {
      few[i] = counts[i] >= least ? numbers[i] : 0;
    }
    return few;
  }

  @Override
  public void write(List<Tensor> factors) {
    Node node = node();
    Graph graph = node.graph();
    String stem = Where.label(node);
    Value read = node.requiredInput(0);
    String weight = weight().name();
    low.write(factors.subList(0, 2));
    Value few = graph.addInitializer(graph.freeName(weight + SPARSE), factors.get(2));
    Node product =
        Op.MAT_MUL
            .in(graph)
            .name(graph.freeNodeName(stem + SPARSE))
            .inputs(read, few)
            .outputs(graph.freeName(stem + SPARSE))
            .insertAfter(node);
    Value before = node.output();
    Node sum =
        Op.ADD
            .in(graph)
            .name(graph.freeNodeName(stem + "_sum"))
            .inputs(before, product.output())
            .outputs(graph.freeName(stem + "_sum"))
            .insertAfter(product);
    graph.replace(before, sum.output());
    sum.input(0, before);
  }

  @Override
  public String told() {
    return String.format(
        Locale.ROOT,
        "multiplies by two factors of rank %d and a matrix of %,d numbers that are not zero",
        low.rank(),
        places());
  }
}

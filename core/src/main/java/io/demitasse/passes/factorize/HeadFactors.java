package io.demitasse.passes.factorize;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import io.demitasse.port.LinearAlgebra;
import io.demitasse.port.LinearAlgebra.Matrix;
import io.demitasse.port.LinearAlgebra.Svd;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Weights and biases of queries and keys for smaller heads: of each head the product of both, with
 * biases as a last row, truncated. It is taken apart by way of what both are in themselves, so that
 * nothing as large as the product is made:
 *
 * <pre>
 *   Q = U·S·Vᵀ   K = X·T·Yᵀ        Q·Kᵀ = U · (S·Vᵀ·Y·T) · Xᵀ
 * </pre>
 *
 * @param query [inputs + 1, heads · rank], the last row the bias, in the order of the columns that
 *     stay
 * @param key the same of keys
 */
record HeadFactors(double[] query, double[] key) {

  /** The best for heads of a rank. */
  static HeadFactors of(
      HeadSite site,
      int rank,
      Whitening ofQueries,
      Whitening ofKeys,
      LinearAlgebra.Session algebra) {
    Side query = new Side(site, site.query(), rank, ofQueries);
    Side key = new Side(site, site.key(), rank, ofKeys);
    for (int head = 0; head < site.heads(); head++) {
      Svd ofQuery = algebra.svd(query.head(head), query.rank());
      Svd ofKey = algebra.svd(key.head(head), key.rank());
      Svd joint = algebra.svd(core(ofQuery, ofKey), rank);
      double[] roots = Arrays.stream(joint.values().toDoubles()).map(Math::sqrt).toArray();
      query.put(
          head, algebra.multiply(named(ofQuery.left()), false, named(joint.left()), false), roots);
      key.put(
          head, algebra.multiply(named(ofKey.left()), false, named(joint.right()), true), roots);
    }
    return new HeadFactors(query.unwhitened(), key.unwhitened());
  }

  private static Matrix named(Tensor tensor) {
    return new Matrix("vectors of a head", tensor);
  }

  /** S·Vᵀ·Y·T. */
  private static Matrix core(Svd query, Svd key) {
    double[] left = query.right().toDoubles();
    double[] right = key.right().toDoubles();
    double[] rows = query.values().toDoubles();
    double[] columns = key.values().toDoubles();
    int size = left.length / rows.length;
    double[] core = new double[rows.length * columns.length];
    for (int row = 0; row < rows.length; row++) {
      for (int column = 0; column < columns.length; column++) {
        double sum = 0;
        for (int i = 0; i < size; i++) {
          sum += left[row * size + i] * right[column * size + i];
        }
        core[row * columns.length + column] = rows[row] * sum * columns[column];
      }
    }
    long[] sizes = {rows.length, columns.length};
    return new Matrix("queries by keys of a head", Tensor.ofNumbers(DataType.DOUBLE, sizes, core));
  }

  /** Queries or keys. */
  private static final class Side {
    private final HeadSite site;
    private final Projection projection;
    private final int rank;
    private final Whitening whitening;
    private final double[] turned;
    private final int[] kept;
    private final double[] found;

    Side(HeadSite site, Projection projection, int rank, Whitening whitening) {
      this.site = site;
      this.projection = projection;
      this.rank = rank;
      this.whitening = whitening;
      Tensor weight = projection.weight().constant().orElseThrow();
      Tensor wide = Tensor.ofNumbers(DataType.DOUBLE, weight.sizes(), weight.toDoubles());
      String name = "the weight '" + projection.weight().name() + "'";
      this.turned = whitening.turned(new Matrix(name, wide)).toDoubles();
      this.kept = site.columns(projection, IntStream.range(0, rank).toArray());
      this.found = new double[(projection.inputs() + 1) * kept.length];
    }

    /** How many values a head of it has. */
    int rank() {
      return Math.min(projection.inputs() + 1, site.size());
    }

    /** A head, [inputs + 1, places]. */
    Matrix head(int head) {
      int inputs = projection.inputs();
      int width = projection.width();
      int size = site.size();
      double[] biases = projection.biases();
      double[] numbers = new double[(inputs + 1) * size];
      for (int place = 0; place < size; place++) {
        int column = site.columns(projection, place)[head];
        for (int row = 0; row < inputs; row++) {
          numbers[row * size + place] = turned[row * width + column];
        }
        numbers[inputs * size + place] = whitening.root() * biases[column];
      }
      String name = "head " + head + " of the weight '" + projection.weight().name() + "'";
      long[] sizes = {inputs + 1L, size};
      return new Matrix(name, Tensor.ofNumbers(DataType.DOUBLE, sizes, numbers));
    }

    /** Puts a head to the columns that stay of it. */
    void put(int head, Tensor vectors, double[] roots) {
      double[] numbers = vectors.toDoubles();
      for (int place = 0; place < rank; place++) {
        int column = Arrays.binarySearch(kept, site.columns(projection, place)[head]);
        for (int row = 0; row <= projection.inputs(); row++) {
          found[row * kept.length + column] = numbers[row * rank + place] * roots[place];
        }
      }
    }

    double[] unwhitened() {
      int rows = projection.inputs() * kept.length;
      double[] weight = whitening.unwhitened(Arrays.copyOf(found, rows), kept.length);
      double[] all = Arrays.copyOf(weight, found.length);
      for (int i = rows; i < all.length; i++) {
        all[i] = found[i] / whitening.root();
      }
      return all;
    }
  }
}

package io.demitasse.passes.factorize;

import io.demitasse.calibrate.Gram;
import io.demitasse.calibrate.Observation;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import io.demitasse.ops.Op;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Option;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.port.LinearAlgebra;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stores a weight as the product of two thin ones.
 *
 * <pre>
 *   x ─ MatMul W [384, 1536] ─ y      becomes   x ─ MatMul A [384, 150] ─ MatMul B [150, 1536] ─ y
 *
 *   x ─ Conv 1x1, 256 to 512 ─ y      becomes   x ─ Conv 1x1, 256 to 80 ─ Conv 1x1, 80 to 512 ─ y
 *
 *   x ─ Conv 3x3, 256 to 512 ─ y      becomes   x ─ Conv 1x1, 256 to 148 ─ Conv 3x3, 148 to 297 ─ Conv 1x1, 297 to 512 ─ y
 *                                     or        x ─ Conv 3x1, 256 to 256 ─ Conv 1x3, 256 to 512 ─ y
 *                                     or        x ─ Conv 1x1, 256 to 762 ─ Conv 3x1, each by itself ─ Conv 1x3, each by itself ─ Conv 1x1, 762 to 512 ─ y
 *
 *   x ─ MatMul W [384, 1536] ─ y      becomes   x ─ MatMul A ─ MatMul B ─ Add ─ y      with sparse
 *                                               x ─ MatMul S, zero nearly everywhere ─┘
 *
 *   ids ─ Gather T [30522, 384] ─ y   becomes   ids ─ Gather A [30522, 190] ─ MatMul B [190, 384] ─ y
 * </pre>
 *
 * <p>Where it is known what a layer reads, the factors are those with which it errs least on the
 * data, and not those that are nearest to the weight: with L the Cholesky factor of Xᵀ·X,
 *
 * <pre>
 *   Lᵀ · W ≈ U · S · Vᵀ        A = L⁻ᵀ · U · √S        B = √S · Vᵀ
 * </pre>
 *
 * <p>(Wang, Zheng, Wan, Zhang, "SVD-LLM: Truncation-aware Singular Value Decomposition for Large
 * Language Model Compression", ICLR 2025). Of a table that is every row as often as it was found,
 * and besides all rows a little, so that those that were not found are not forgotten.
 *
 * <p>Convolutions of larger windows come apart in channels (Tucker-2: Kim, Park, Yoo, Choi, Yang,
 * Shin, "Compression of Deep Convolutional Neural Networks for Fast and Low Power Mobile
 * Applications", ICLR 2016) or in rows and columns (Jaderberg, Vedaldi, Zisserman, "Speeding up
 * Convolutional Neural Networks with Low Rank Expansions", BMVC 2014), or in channels, rows and
 * columns (canonical polyadic: Lebedev, Ganin, Rakhuba, Oseledets, Lempitsky, "Speeding-up
 * Convolutional Neural Networks Using Fine-tuned CP-Decomposition", ICLR 2015), which takes the
 * fewest multiplications and, where kernels of single channels are slow, more time. The first of
 * their factors is the one that errs least on the data, by products of channels, or of channels and
 * rows; what comes behind it follows from the weight. They stay whole where their factors would not
 * multiply less, as where the first of them stands before a stride. Bias, padding, strides and
 * dilation stay what they were. Convolutions of groups stay.
 *
 * <p>A rank that would not save a number is not taken. Two thin products can take longer than one
 * that is not: that is for whoever tries it to measure. {@code merge-factors} multiplies the
 * factors again.
 */
@PassInfo(
    summary = "Store weights as the product of two thin ones",
    effect = PassInfo.Effect.LOSSY,
    needs = LinearAlgebra.class)
public record Factorize(
    @Option(
            doc = "The share of a weight's numbers that its factors have",
            value = "0.5",
            search = {"0.25", "0.5", "0.75"})
        double ratio,
    @Option(
            doc =
                "The share of a weight's numbers that stand beside the factors of a product, in a"
                    + " matrix of zeros: no kernel of ONNX Runtime uses the zeros, only an archive"
                    + " is smaller",
            value = "0")
        double sparse,
    @Option(doc = "Keep what matters for what a layer reads on the data", value = "true")
        boolean whitened,
    @Option(
            doc =
                "What becomes of convolutions of larger windows: tucker-2 puts one of fewer"
                    + " channels between two of one place, spatial one along rows before one along"
                    + " columns, cp both of each channel between two of one place",
            value = "tucker-2")
        Convolutions convolutions,
    @Option(doc = "Also divide tables of which rows are looked up", value = "true") boolean tables,
    @Option(
            doc =
                "What is added to the diagonal of products of channels, relative to its mean, so"
                    + " that what no sample told apart is taken for nothing",
            value = "0.01")
        double damping,
    @Option(doc = "Leave smaller weights alone", value = "4096", unit = "elements")
        long minimumElements)
    implements ModelPass {

  /** How many places were seen of what each layer reads. */
  private static final String SEEN = "seen";

  /** What becomes of convolutions of more than one place. */
  public enum Convolutions {
    /** They stay. */
    NONE,
    /** Channels, places, channels. */
    TUCKER_2,
    /** Rows, columns. */
    SPATIAL,
    /** Channels, rows of each, columns of each, channels. */
    CP
  }

  public Factorize {
    if (!(ratio > 0 && ratio < 1)) {
      throw new IllegalArgumentException("ratio must be above 0 and below 1, got " + ratio);
    }
    if (!(sparse >= 0 && sparse < ratio)) {
      throw new IllegalArgumentException(
          "sparse must be from 0 on and below ratio, which is " + ratio + ", got " + sparse);
    }
    Gram.requireDamping(damping);
    if (minimumElements < 1) {
      throw new IllegalArgumentException(
          "minimum-elements must be at least 1, got " + minimumElements);
    }
  }

  @Override
  public Set<Observation<?>> observations(Model model, PassContext context) {
    Set<Observation<?>> observations = new LinkedHashSet<>();
    if (whitened) {
      for (Split split : whole(context)) {
        if (unfit(split, context).isEmpty()) {
          split.observation(context).ifPresent(observations::add);
        }
      }
    }
    return observations;
  }

  @Override
  public void apply(Model model, PassContext context) {
    List<Split> splits = new ArrayList<>();
    for (Split split : whole(context)) {
      unfit(split, context)
          .ifPresentOrElse(why -> context.skipped(split.node(), why), () -> splits.add(split));
    }
    if (splits.isEmpty()) {
      return;
    }
    Map<String, Tensor> found =
        context.found("factors", types(splits), () -> factors(splits, context));
    long[] seen = Objects.requireNonNull(found.get(SEEN)).toLongs();
    for (int i = 0; i < splits.size(); i++) {
      Split split = splits.get(i);
      List<Tensor> factors = new ArrayList<>();
      for (int j = 0; j < split.sizes().size(); j++) {
        factors.add(Objects.requireNonNull(found.get(name(i, j))));
      }
      String told = split.told() + remark(split, seen[i], context);
      split.write(factors);
      context.changed(split.node(), told);
    }
  }

  private String remark(Split split, long seen, PassContext context) {
    return whitened && split.observation(context).isPresent()
        ? Whitening.remark(seen, split.inputs())
        : "";
  }

  /** Weights that are no factors yet. */
  private List<Split> whole(PassContext context) {
    List<Split> splits = new ArrayList<>();
    for (Node node : context.nodes()) {
      Split split = isFactor(node) ? null : split(node);
      if (split != null) {
        splits.add(split);
      }
    }
    return splits;
  }

  private @Nullable Split split(Node node) {
    FactorSite site = FactorSite.of(node);
    if (site != null) {
      return sparse > 0 && SparseSplit.fits(node)
          ? SparseSplit.of(site, ratio, sparse)
          : new ProductSplit(site, ratio);
    }
    Convolution convolution = Convolution.of(node);
    if (convolution == null) {
      return null;
    }
    return switch (convolutions) {
      case NONE -> null;
      case TUCKER_2 -> new TuckerSplit(convolution, ratio);
      case SPATIAL -> new SpatialSplit(convolution, ratio);
      case CP -> new CanonicalSplit(convolution, ratio);
    };
  }

  private Optional<String> unfit(Split split, PassContext context) {
    Value weight = split.weight();
    long elements = weight.constant().orElseThrow().elementCount();
    if (elements < minimumElements) {
      return Optional.of(
          "its " + split.name() + " has " + elements + " elements, fewer than " + minimumElements);
    }
    if (Op.GATHER.is(split.node()) && !tables) {
      return Optional.of("tables are left alone");
    }
    return split.unfit(context);
  }

  /** Factors are not divided again. */
  private static boolean isFactor(Node node) {
    return node.name().contains(FactorSite.FIRST)
        || node.inputs().stream()
            .anyMatch(
                input ->
                    input != null
                        && (input.name().contains(FactorSite.FIRST)
                            || (input.producer() != null
                                && input.producer().name().contains(FactorSite.FIRST))));
  }

  private static String name(int split, int factor) {
    return "factor-" + split + "-" + factor;
  }

  private static Map<String, ValueType.OfTensor> types(List<Split> splits) {
    Map<String, ValueType.OfTensor> types = new LinkedHashMap<>();
    for (int i = 0; i < splits.size(); i++) {
      List<long[]> sizes = splits.get(i).sizes();
      for (int j = 0; j < sizes.size(); j++) {
        types.put(name(i, j), new ValueType.OfTensor(DataType.FLOAT, Shape.of(sizes.get(j))));
      }
    }
    types.put(SEEN, new ValueType.OfTensor(DataType.INT64, Shape.of(splits.size())));
    return types;
  }

  private Map<String, Tensor> factors(List<Split> splits, PassContext context) {
    try (LinearAlgebra.Session algebra = context.port(LinearAlgebra.class).open(1)) {
      Map<String, Tensor> factors = new LinkedHashMap<>();
      long[] seen = new long[splits.size()];
      for (int i = 0; i < splits.size(); i++) {
        context.progress(i, splits.size());
        Split split = splits.get(i);
        Gram gram =
            whitened
                ? split.observation(context).flatMap(context.statistics()::get).orElse(null)
                : null;
        seen[i] = gram == null ? 0 : gram.rows();
        String read = split.node().requiredInput(0).name();
        Whitening whitening = Whitening.of(gram, read, damping, algebra);
        List<Tensor> found = split.factors(whitening, algebra);
        for (int j = 0; j < found.size(); j++) {
          factors.put(name(i, j), found.get(j));
        }
      }
      factors.put(SEEN, Tensor.ofLongs(new long[] {seen.length}, seen));
      return factors;
    }
  }
}

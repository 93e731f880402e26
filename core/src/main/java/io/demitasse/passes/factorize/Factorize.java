package io.demitasse.passes.factorize;

import io.demitasse.calibrate.Gram;
import io.demitasse.calibrate.Observation;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.ValueType;
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

/**
 * Stores a weight as the product of two thin ones.
 *
 * <pre>
 *   x ─ MatMul W [384, 1536] ─ y      becomes   x ─ MatMul A [384, 150] ─ MatMul B [150, 1536] ─ y
 *
 *   x ─ Conv 1x1, 256 to 512 ─ y      becomes   x ─ Conv 1x1, 256 to 80 ─ Conv 1x1, 80 to 512 ─ y
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
 * Language Model Compression", ICLR 2025). A rank that would not save a number is not taken. Two
 * thin products can take longer than one that is not: that is for whoever tries it to measure.
 * {@code merge-factors} multiplies the factors again.
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
    @Option(doc = "Keep what matters for what a layer reads on the data", value = "true")
        boolean whitened,
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

  public Factorize {
    if (!(ratio > 0 && ratio < 1)) {
      throw new IllegalArgumentException("ratio must be above 0 and below 1, got " + ratio);
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
      for (FactorSite site : whole(context)) {
        if (unfit(site).isEmpty()) {
          site.observation(context).ifPresent(observations::add);
        }
      }
    }
    return observations;
  }

  /** The rank by which the factors have the share of numbers that they may. */
  private int rank(FactorSite site) {
    double inputs = site.inputs();
    double outputs = site.outputs();
    return (int) (ratio * inputs * outputs / (inputs + outputs));
  }

  private Optional<String> unfit(FactorSite site) {
    long elements = (long) site.inputs() * site.outputs();
    String weight = "its weight '" + site.weight().name() + "' has " + elements + " elements, ";
    if (elements < minimumElements) {
      return Optional.of(weight + "fewer than " + minimumElements);
    }
    if (site.isTable() && !tables) {
      return Optional.of("tables are left alone");
    }
    return rank(site) < 1 ? Optional.of(weight + "and no rank saves any") : Optional.empty();
  }

  @Override
  public void apply(Model model, PassContext context) {
    List<FactorSite> sites = new ArrayList<>();
    for (FactorSite site : whole(context)) {
      unfit(site).ifPresentOrElse(why -> context.skipped(site.node(), why), () -> sites.add(site));
    }
    if (sites.isEmpty()) {
      return;
    }
    Map<String, Tensor> found =
        context.found("factors", types(sites), () -> factors(sites, context));
    for (int i = 0; i < sites.size(); i++) {
      FactorSite site = sites.get(i);
      site.write(
          Objects.requireNonNull(found.get("first-" + i)),
          Objects.requireNonNull(found.get("second-" + i)));
      context.changed(site.node(), "multiplies by two factors of rank " + rank(site));
    }
  }

  /** Weights that are no factors yet. */
  private static List<FactorSite> whole(PassContext context) {
    List<FactorSite> sites = new ArrayList<>();
    for (Node node : context.nodes()) {
      FactorSite site = FactorSite.of(node);
      if (site != null && !isFactor(node)) {
        sites.add(site);
      }
    }
    return sites;
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

  private Map<String, ValueType.OfTensor> types(List<FactorSite> sites) {
    Map<String, ValueType.OfTensor> types = new LinkedHashMap<>();
    for (int i = 0; i < sites.size(); i++) {
      int rank = rank(sites.get(i));
      types.put("first-" + i, floats(sites.get(i).firstSizes(rank)));
      types.put("second-" + i, floats(sites.get(i).secondSizes(rank)));
    }
    return types;
  }

  private static ValueType.OfTensor floats(long... sizes) {
    return new ValueType.OfTensor(DataType.FLOAT, Shape.of(sizes));
  }

  private Map<String, Tensor> factors(List<FactorSite> sites, PassContext context) {
    try (LinearAlgebra.Session algebra = context.port(LinearAlgebra.class).open(1)) {
      Map<String, Tensor> factors = new LinkedHashMap<>();
      for (int i = 0; i < sites.size(); i++) {
        context.progress(i, sites.size());
        FactorSite site = sites.get(i);
        Gram gram =
            whitened
                ? site.observation(context).flatMap(context.statistics()::get).orElse(null)
                : null;
        int rank = rank(site);
        Factors of = Factors.of(site, rank, gram, damping, algebra);
        factors.put("first-" + i, site.first(of.first(), rank));
        factors.put("second-" + i, site.second(of.second(), rank));
      }
      return factors;
    }
  }
}

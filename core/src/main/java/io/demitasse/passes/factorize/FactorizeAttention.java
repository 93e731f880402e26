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
import io.demitasse.prune.ChannelGroup;
import io.demitasse.prune.DependencyGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Gives queries and keys of attention smaller heads, by what the products of both are.
 *
 * <pre>
 *   x ─ MatMul Q [384, 384] ─ 12 heads of 32 ─┐
 *                                             MatMul ─ Div √32 ─ Softmax
 *   x ─ MatMul K [384, 384] ─ 12 heads of 32 ─┘
 *
 *   becomes
 *
 *   x ─ MatMul Q' [384, 192] ─ 12 heads of 16 ─┐
 *                                              MatMul ─ Div √32 ─ Softmax
 *   x ─ MatMul K' [384, 192] ─ 12 heads of 16 ─┘
 * </pre>
 *
 * <p>Of queries and keys nothing counts but their products, so that not each weight by itself is
 * brought to a lower rank, but of each head the product of both (Eckart, Young, "The Approximation
 * of One Matrix by Another of Lower Rank", Psychometrika, 1936), biases in it as a last row:
 *
 * <pre>
 *   [Q; b] · [K; c]ᵀ ≈ U · S · Vᵀ        [Q'; b'] = U · √S        [K'; c'] = V · √S
 * </pre>
 *
 * <p>Where it is known what they read, the product is measured by what scores become on the data,
 * as in {@code factorize}; that inputs and the constant of a bias go together is not looked at.
 * What divides the scores stays what it was, for it has to suit the scores and not the size of
 * heads. Values and the output behind them are not touched. Where anything but a bias, a constant
 * scale, Reshape and Transpose acts on queries or keys, such as rotary embeddings, or where queries
 * and keys have not as many heads, they stay, and the reason is told.
 */
@PassInfo(
    summary = "Give queries and keys of attention smaller heads",
    effect = PassInfo.Effect.LOSSY,
    needs = LinearAlgebra.class)
public record FactorizeAttention(
    @Option(
            doc = "The share of each head's places that stays of queries and keys",
            value = "0.5",
            search = {"0.25", "0.5", "0.75"})
        double ratio,
    @Option(doc = "Keep what matters for what is read on the data", value = "true")
        boolean whitened,
    @Option(
            doc =
                "What is added to the diagonal of products of channels, relative to its mean, so"
                    + " that what no sample told apart is taken for nothing",
            value = "0.01")
        double damping)
    implements ModelPass {
  private static final String SEEN = "seen";

  public FactorizeAttention {
    if (!(ratio > 0 && ratio < 1)) {
      throw new IllegalArgumentException("ratio must be above 0 and below 1, got " + ratio);
    }
    Gram.requireDamping(damping);
  }

  @Override
  public Set<Observation<?>> observations(Model model, PassContext context) {
    Set<Observation<?>> observations = new LinkedHashSet<>();
    if (whitened) {
      for (HeadSite site : sites(DependencyGraph.of(model), context, false)) {
        site.query().observation(context).ifPresent(observations::add);
        site.key().observation(context).ifPresent(observations::add);
      }
    }
    return observations;
  }

  private List<HeadSite> sites(DependencyGraph graph, PassContext context, boolean tell) {
    List<HeadSite> sites = new ArrayList<>();
    for (Node node : context.nodes()) {
      HeadSite site =
          HeadSite.of(
              node,
              graph,
              context.shapes(),
              why -> {
                if (tell) {
                  context.skipped(node, why);
                }
              });
      if (site != null && isFit(site, context, tell)) {
        sites.add(site);
      }
    }
    return sites;
  }

  private boolean isFit(HeadSite site, PassContext context, boolean tell) {
    Set<Node> nodes = new LinkedHashSet<>(site.query().nodes());
    nodes.addAll(site.key().nodes());
    String why = null;
    if (!nodes.stream().allMatch(context::selects)) {
      why = "the step does not select what makes its queries and keys";
    } else if (rank(site) < 1 || rank(site) >= site.size()) {
      why = "of " + site.size() + " places of a head " + rank(site) + " would stay";
    }
    if (why != null && tell) {
      context.skipped(site.scores(), why);
    }
    return why == null;
  }

  private int rank(HeadSite site) {
    int wanted = (int) Math.round(ratio * site.size());
    return Math.min(wanted, 1 + Math.min(site.query().inputs(), site.key().inputs()));
  }

  @Override
  public void apply(Model model, PassContext context) {
    DependencyGraph graph = DependencyGraph.of(model);
    List<HeadSite> sites = sites(graph, context, true);
    if (sites.isEmpty()) {
      return;
    }
    Map<String, Tensor> found = context.found("heads", types(sites), () -> heads(sites, context));
    long[] seen = Objects.requireNonNull(found.get(SEEN)).toLongs();
    Map<ChannelGroup, int[]> gone = new LinkedHashMap<>();
    for (HeadSite site : sites) {
      gone.put(site.places(), IntStream.range(rank(site), site.size()).toArray());
    }
    List<String> told = new ArrayList<>();
    for (int i = 0; i < sites.size(); i++) {
      told.add(told(sites.get(i), seen[i]));
    }
    graph.remove(gone);
    for (int i = 0; i < sites.size(); i++) {
      HeadSite site = sites.get(i);
      write(site.query(), Objects.requireNonNull(found.get("query-" + i)));
      write(site.key(), Objects.requireNonNull(found.get("key-" + i)));
      context.changed(site.scores(), told.get(i));
    }
  }

  private String told(HeadSite site, long seen) {
    return "heads of queries and keys have "
        + rank(site)
        + " places of "
        + site.size()
        + (whitened ? Whitening.remark(seen, site.query().inputs()) : "");
  }

  /** The last row is the bias. */
  private static void write(Projection projection, Tensor found) {
    double[] numbers = found.toDoubles();
    int width = (int) found.size(1);
    int weight = numbers.length - width;
    projection.write(
        Tensor.ofNumbers(
            DataType.FLOAT, new long[] {found.size(0) - 1, width}, Arrays.copyOf(numbers, weight)),
        Tensor.ofNumbers(
            DataType.FLOAT,
            new long[] {width},
            Arrays.copyOfRange(numbers, weight, numbers.length)));
  }

  private Map<String, ValueType.OfTensor> types(List<HeadSite> sites) {
    Map<String, ValueType.OfTensor> types = new LinkedHashMap<>();
    for (int i = 0; i < sites.size(); i++) {
      types.put("query-" + i, type(sites.get(i), sites.get(i).query()));
      types.put("key-" + i, type(sites.get(i), sites.get(i).key()));
    }
    types.put(SEEN, new ValueType.OfTensor(DataType.INT64, Shape.of(sites.size())));
    return types;
  }

  private ValueType.OfTensor type(HeadSite site, Projection projection) {
    return new ValueType.OfTensor(DataType.FLOAT, Shape.of(sizes(site, projection)));
  }

  private long[] sizes(HeadSite site, Projection projection) {
    return new long[] {projection.inputs() + 1L, (long) site.heads() * rank(site)};
  }

  private Map<String, Tensor> heads(List<HeadSite> sites, PassContext context) {
    try (LinearAlgebra.Session algebra = context.port(LinearAlgebra.class).open(1)) {
      Map<String, Tensor> heads = new LinkedHashMap<>();
      long[] seen = new long[sites.size()];
      for (int i = 0; i < sites.size(); i++) {
        context.progress(i, sites.size());
        HeadSite site = sites.get(i);
        Gram ofQueries = gram(site.query(), context);
        Gram ofKeys = gram(site.key(), context);
        seen[i] = Math.min(rows(ofQueries), rows(ofKeys));
        HeadFactors factors =
            HeadFactors.of(
                site,
                rank(site),
                whitening(site.query(), ofQueries, algebra),
                whitening(site.key(), ofKeys, algebra),
                algebra);
        heads.put("query-" + i, stored(sizes(site, site.query()), factors.query()));
        heads.put("key-" + i, stored(sizes(site, site.key()), factors.key()));
      }
      heads.put(SEEN, Tensor.ofLongs(new long[] {seen.length}, seen));
      return heads;
    }
  }

  private static Tensor stored(long[] sizes, double[] numbers) {
    return Tensor.ofNumbers(DataType.FLOAT, sizes, numbers);
  }

  private static long rows(@Nullable Gram gram) {
    return gram == null ? 0 : gram.rows();
  }

  private @Nullable Gram gram(Projection projection, PassContext context) {
    return whitened
        ? projection.observation(context).flatMap(context.statistics()::get).orElse(null)
        : null;
  }

  private Whitening whitening(
      Projection projection, @Nullable Gram gram, LinearAlgebra.Session algebra) {
    return Whitening.of(gram, projection.product().requiredInput(0).name(), damping, algebra);
  }
}

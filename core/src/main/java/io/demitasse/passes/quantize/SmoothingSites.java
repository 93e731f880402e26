package io.demitasse.passes.quantize;

import io.demitasse.affine.ChannelNumbers;
import io.demitasse.affine.NotFoldable;
import io.demitasse.affine.PropagationRule;
import io.demitasse.affine.ScalePropagation;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.Op;
import io.demitasse.pass.PassContext;
import io.demitasse.passes.quantize.SmoothingSite.Reader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where the channels of activations can be given other sizes, and where not, and why. */
final class SmoothingSites {
  /** How many nodes may lie between a product and what gives its input. */
  private static final int FARTHEST = 16;

  private final SmoothActivations options;
  private final PassContext context;
  private final InferredShapes shapes;
  private final PropagationRule rule;
  private final Map<Node, String> refusals = new LinkedHashMap<>();
  private final Set<Node> quantized = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<Node> taken = Collections.newSetFromMap(new IdentityHashMap<>());

  SmoothingSites(SmoothActivations options, PassContext context) {
    this.options = options;
    this.context = context;
    this.shapes = context.shapes();
    this.rule = PropagationRule.throughAttention(shapes);
  }

  /** Products whose input is left alone, with the reason. */
  Map<Node, String> refusals() {
    return Collections.unmodifiableMap(refusals);
  }

  /** All sites, in the order of their products. */
  List<SmoothingSite> find() {
    Map<Value, List<Node>> readers = new LinkedHashMap<>();
    WeightSite.find(
            context,
            List.of(Op.MAT_MUL, Op.GEMM),
            options.minimumElements(),
            SmoothingSites::unmet,
            refusals::put)
        .forEach(
            site ->
                readers
                    .computeIfAbsent(site.node().requiredInput(0), _ -> new ArrayList<>())
                    .add(site.node()));
    readers.values().forEach(quantized::addAll);
    List<SmoothingSite> sites = new ArrayList<>();
    readers.forEach(
        (activation, products) -> {
          if (!taken.containsAll(products)) {
            try {
              SmoothingSite site = site(activation, products);
              site.readers().forEach(reader -> taken.add(reader.node()));
              sites.add(site);
            } catch (NotFoldable e) {
              products.forEach(product -> refusals.put(product, e.reason()));
            }
          }
        });
    return sites;
  }

  private static Optional<String> unmet(WeightSite site) {
    return site.transpose() != null
        ? Optional.of("its weight is transposed in the graph")
        : DynamicQuantization.unmet(site);
  }

  private SmoothingSite site(Value activation, List<Node> products) {
    if (activation.graph().outer() != null || products.getFirst().graph().outer() != null) {
      throw new NotFoldable("it lies in a nested graph, whose values are not seen");
    }
    products.forEach(SmoothingSites::requireFresh);
    List<String> reasons = new ArrayList<>();
    SmoothingSite folded = folded(List.of(activation), products, reasons);
    if (folded != null) {
      return folded;
    }
    String reason =
        reasons.isEmpty()
            ? "nothing before '" + activation.name() + "' takes factors over"
            : reasons.getFirst();
    if (!isMultiplied(activation)) {
      throw new NotFoldable(reason + ", and no multiplication is put there");
    }
    return multiplied(activation, products);
  }

  private static void requireFresh(Node product) {
    if (product.requiredInput(1).name().contains(ScaleSource.SUFFIX)) {
      throw new NotFoldable("the input of " + product + " was smoothed before");
    }
  }

  /**
   * The nearest that can give the activation otherwise; null when nothing can.
   *
   * @param way values that lead to the activation, which is the last
   */
  private @Nullable SmoothingSite folded(
      List<Value> way, List<Node> products, List<String> reasons) {
    Node producer = way.getFirst().producer();
    if (way.size() > FARTHEST || producer == null) {
      return null;
    }
    try {
      Optional<ScaleSource> source = ScaleSource.of(way.getFirst(), shapes, context);
      if (source.isPresent() && source.get().channels() > 1) {
        return folded(source.get(), way, products);
      }
    } catch (NotFoldable e) {
      reasons.add(e.reason());
    }
    return before(producer).stream()
        .map(
            before ->
                folded(Stream.concat(Stream.of(before), way.stream()).toList(), products, reasons))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private SmoothingSite folded(ScaleSource source, List<Value> way, List<Node> products) {
    ChannelNumbers followed = arriving(SmoothingSite.followed(source), way);
    List<Reader> readers = ScalePropagation.of(source.value(), followed, rule, this::reader);
    Set<Node> found = new HashSet<>();
    readers.forEach(reader -> found.add(reader.node()));
    if (!found.containsAll(products)) {
      throw new NotFoldable(source.node() + " gives something else too");
    }
    return new SmoothingSite(source, false, readers);
  }

  /** Numbers of those channels alone that come to the end of a way; 1 for the others. */
  private ChannelNumbers arriving(ChannelNumbers followed, List<Value> way) {
    ChannelNumbers numbers = followed;
    for (int i = 1; i < way.size(); i++) {
      Node node = Objects.requireNonNull(way.get(i).producer());
      numbers = rule.behind(node, node.inputs().indexOf(way.get(i - 1)), numbers).get(way.get(i));
      if (numbers == null) {
        throw new NotFoldable("nothing of it comes to '" + way.getLast().name() + "'");
      }
    }
    Set<Double> arrived = new HashSet<>();
    Arrays.stream(numbers.numbers()).forEach(arrived::add);
    double[] left =
        Arrays.stream(followed.numbers()).map(each -> arrived.contains(each) ? each : 1).toArray();
    return new ChannelNumbers(left, followed.axis());
  }

  private Reader reader(Value.Use use, ChannelNumbers followed) {
    Node node = use.node();
    ScalePropagation.input(use, context).weight(followed);
    requireFresh(node);
    if (taken.contains(node)) {
      throw new NotFoldable("the input of " + node + " is smoothed at another place");
    }
    return new Reader(node, followed, quantized.contains(node));
  }

  /** The inputs of a node whose factors come through it. */
  private static List<Value> before(Node node) {
    Op op = Op.of(node).orElse(null);
    int[] inputs =
        switch (op) {
          case IDENTITY, RELU, LEAKY_RELU, PRELU, TRANSPOSE, RESHAPE, SQUEEZE, UNSQUEEZE ->
              new int[] {0};
          case FLATTEN, SPLIT, SLICE, DIV -> new int[] {0};
          case MUL -> new int[] {0, 1};
          case MAT_MUL -> new int[] {1};
          case CONTRIB_MULTI_HEAD_ATTENTION -> new int[] {2};
          case null, default -> new int[0];
        };
    return Arrays.stream(inputs)
        .mapToObj(node::input)
        .filter(value -> value != null && value.constant().isEmpty())
        .toList();
  }

  /** Whether a multiplication may be put behind a value. */
  private boolean isMultiplied(Value value) {
    return switch (options.multiply()) {
      case NOWHERE -> false;
      case BEHIND_FUNCTIONS -> SmoothingSite.isOfFunction(value);
      case ANYWHERE -> true;
    };
  }

  private SmoothingSite multiplied(Value activation, List<Node> products) {
    int channels = SampledWeight.inputs(products.getFirst());
    ScaleSource source = ScaleSource.inserted(activation, channels, products);
    ChannelNumbers followed = SmoothingSite.followed(source);
    return new SmoothingSite(
        source, true, products.stream().map(product -> reader(product, followed)).toList());
  }

  private Reader reader(Node product, ChannelNumbers followed) {
    return reader(new Value.Use(product, 0), followed);
  }
}

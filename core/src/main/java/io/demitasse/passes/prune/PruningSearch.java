package io.demitasse.passes.prune;

import io.demitasse.calibrate.Gram;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Node;
import io.demitasse.ir.RemovedUnits;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.ShapeInference;
import io.demitasse.pass.PassContext;
import io.demitasse.port.LinearAlgebra;
import io.demitasse.port.Runtime;
import io.demitasse.prune.ChannelGroup;
import io.demitasse.prune.GroupExcerpt;
import io.demitasse.prune.Reader;
import io.demitasse.train.TrainingData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/** Finds out which units go and what the weights of the others become, and applies it. */
final class PruningSearch {
  /** An axis of a single index would be repeated or dropped where one of several is not. */
  private static final int FEWEST = 2;

  private final PruneChannels pass;
  private final PruningSites sites;
  private final PassContext context;

  PruningSearch(PruneChannels pass, PruningSites sites) {
    this.pass = pass;
    this.sites = sites;
    this.context = sites.context();
  }

  private static String removed(int site) {
    return "removed-" + site;
  }

  private static String importance(int site) {
    return "importance-" + site;
  }

  private static String weight(int site, int reader) {
    return "weight-" + site + "-" + reader;
  }

  /**
   * What is found: of each group the units that go, the importance of all, and weights; with
   * nothing in them where all stay.
   */
  Map<String, ValueType.OfTensor> types() {
    Map<String, ValueType.OfTensor> types = new LinkedHashMap<>();
    for (int i = 0; i < sites.all().size(); i++) {
      types.put(removed(i), new ValueType.OfTensor(DataType.INT64, null));
      types.put(importance(i), new ValueType.OfTensor(DataType.FLOAT, null));
      for (int k = 0; k < sites.all().get(i).readers().size(); k++) {
        types.put(weight(i, k), new ValueType.OfTensor(DataType.FLOAT, null));
      }
    }
    return types;
  }

  Map<String, Tensor> run() {
    try (LinearAlgebra.Session algebra = context.port(LinearAlgebra.class).open(1)) {
      List<Allocation.Offer> offers = offers(algebra);
      Map<ChannelGroup, int[]> units = choose(offers);
      Map<String, Tensor> found = new LinkedHashMap<>();
      for (int i = 0; i < sites.all().size(); i++) {
        PruningSite site = sites.all().get(i);
        int[] gone = units.getOrDefault(site.group(), new int[0]);
        long[] list = Arrays.stream(gone).asLongStream().toArray();
        double[] importance =
            gone.length == 0 ? new double[0] : offers.get(i).ladder().importance();
        found.put(removed(i), Tensor.ofLongs(new long[] {list.length}, list));
        found.put(
            importance(i),
            Tensor.ofNumbers(DataType.FLOAT, new long[] {importance.length}, importance));
        for (int k = 0; k < site.readers().size(); k++) {
          found.put(weight(i, k), takenOver(site, site.readers().get(k), units, algebra));
        }
      }
      return found;
    }
  }

  /** Of each site, in order. */
  private List<Allocation.Offer> offers(LinearAlgebra.Session algebra) {
    Ranking ranking = new Ranking(pass.importance(), pass.damping(), sites, algebra, gradients());
    List<Allocation.Offer> offers = new ArrayList<>();
    Map<String, Integer> originals = sites.originals();
    for (PruningSite site : sites.all()) {
      context.progress(offers.size(), sites.all().size());
      ChannelGroup group = site.group();
      int original = Math.max(group.units(), originals.getOrDefault(group.id(), 0));
      int staying = Math.max(FEWEST, (int) Math.ceil(pass.least() * original));
      int most = Math.max(0, group.units() - staying);
      offers.add(new Allocation.Offer(group, ranking.of(site, most), original));
    }
    return offers;
  }

  /** What gradients tell of the units of groups, where importance is told by them. */
  private Function<ChannelGroup, double[]> gradients() {
    if (!pass.importance().needsGradients()) {
      return _ -> new double[0];
    }
    List<double[]> scores =
        new UnitGradients(sites.model(), Map.of(), pass.samples(), context)
            .scores(pass.importance());
    return group -> scores.get(sites.graph().groups().indexOf(group));
  }

  private Map<ChannelGroup, int[]> choose(List<Allocation.Offer> offers) {
    Map<ChannelGroup, int[]> units = new LinkedHashMap<>();
    Map<ChannelGroup, Integer> counts =
        new Allocation(pass, offers, multiplications(), times(offers)).counts();
    for (Allocation.Offer offer : offers) {
      int count = counts.getOrDefault(offer.group(), 0);
      if (count > 0) {
        int[] gone = Arrays.copyOf(offer.ladder().order(), count);
        Arrays.sort(gone);
        units.put(offer.group(), gone);
      }
    }
    return units;
  }

  /** How long groups take, where that counts; groups of open sizes are not known. */
  private UnitTimes times(List<Allocation.Offer> offers) {
    if (pass.saving() != PruneChannels.Saving.TIME
        || pass.allocation() == Allocation.Kind.UNIFORM) {
      return new UnitTimes(_ -> new double[0], pass.multiple());
    }
    TrainingData data = context.trainingData();
    Map<String, long[]> sizes = new LinkedHashMap<>();
    data.examples().get(0).inputs().forEach((name, input) -> sizes.put(name, input.sizes()));
    InferredShapes shapes = ShapeInference.infer(sites.model(), sizes);
    Runtime runtime = context.port(Runtime.class);
    UnitTimes times = new UnitTimes(new MeasuredExcerpts(runtime, data.threads()), pass.multiple());
    for (Allocation.Offer offer : offers) {
      context.progress(offers.indexOf(offer), offers.size());
      GroupExcerpt.of(sites.model(), sites.graph(), offer.group(), shapes)
          .ifPresent(excerpt -> times.measure(offer.group(), excerpt, offer.ladder().order()));
    }
    return times;
  }

  private Multiplications multiplications() {
    List<ChannelGroup> groups = sites.all().stream().map(PruningSite::group).toList();
    return new Multiplications(
        groups,
        pass.saving() == PruneChannels.Saving.SIZE
            ? (_, _) -> 1
            : Places.of(sites.model(), sites.all(), context)::of);
  }

  /** The weight of a layer for which others have taken over, without what goes. */
  private Tensor takenOver(
      PruningSite site,
      Reader reader,
      Map<ChannelGroup, int[]> units,
      LinearAlgebra.Session algebra) {
    int[] gone = units.getOrDefault(site.group(), new int[0]);
    Gram gram =
        pass.takeOver() && gone.length > 0
            ? PruningSite.gram(reader, sites.context(reader.node())).orElse(null)
            : null;
    if (gram == null) {
      return Tensor.ofFloats(new long[] {0});
    }
    ReadLayer layer = ReadLayer.of(site.group(), reader, gram);
    double[][] weights = layer.weights();
    new TakeOver(layer.gram(), pass.damping(), algebra, layer.name())
        .apply(weights, layer.rows(gone));
    return sites.graph().kept(reader.weight().dimension().value(), layer.tensor(weights), units);
  }

  /**
   * Removes the units, and gives the layers behind their weights.
   *
   * @return what goes of each group
   */
  Map<ChannelGroup, int[]> apply(Map<String, Tensor> found) {
    Map<ChannelGroup, int[]> units = new LinkedHashMap<>();
    for (int i = 0; i < sites.all().size(); i++) {
      ChannelGroup group = sites.all().get(i).group();
      int[] gone = units(Objects.requireNonNull(found.get(removed(i))), group);
      if (gone.length > 0) {
        units.put(group, gone);
      }
    }
    if (units.isEmpty()) {
      context.skipped("so few units have to go that none does");
      return units;
    }
    tell(units, found);
    sites.graph().remove(units);
    for (int i = 0; i < sites.all().size(); i++) {
      List<Reader> readers = sites.all().get(i).readers();
      for (int k = 0; k < readers.size(); k++) {
        store(readers.get(k), Objects.requireNonNull(found.get(weight(i, k))));
      }
    }
    return units;
  }

  private static int[] units(Tensor stored, ChannelGroup group) {
    int[] units = Arrays.stream(stored.toLongs()).mapToInt(Math::toIntExact).toArray();
    boolean fits =
        Arrays.stream(units).allMatch(unit -> unit >= 0 && unit < group.units())
            && Arrays.stream(units).distinct().count() == units.length
            && units.length < group.units();
    if (!fits) {
      throw DemitasseException.badRequest(
          "What is stored of "
              + group.id()
              + " are not units of its "
              + group.units()
              + ": the recipe is of another model.");
    }
    return units;
  }

  private void tell(Map<ChannelGroup, int[]> units, Map<String, Tensor> found) {
    for (int i = 0; i < sites.all().size(); i++) {
      ChannelGroup group = sites.all().get(i).group();
      int[] gone = units.get(group);
      if (gone != null) {
        int all = group.units();
        String what = "keeps " + (all - gone.length) + " of " + all + " units of " + group.id();
        Set<Node> nodes = sites.graph().nodes(group);
        nodes.forEach(node -> sites.context(node).changed(node, what));
        if (sites.isOfOne()) {
          double[] importance = importance(Objects.requireNonNull(found.get(importance(i))), group);
          context.removed(removed(group, nodes, gone, importance));
        }
      }
    }
  }

  private RemovedUnits removed(
      ChannelGroup group, Set<Node> nodes, int[] gone, double... importance) {
    return new RemovedUnits(
        context.part(),
        group.id(),
        UnitKind.of(group, nodes),
        UnitKind.size(group),
        group.units(),
        Arrays.stream(gone).sorted().boxed().toList(),
        Arrays.stream(importance).boxed().toList());
  }

  private static double[] importance(Tensor stored, ChannelGroup group) {
    double[] importance = stored.toDoubles();
    if (importance.length != group.units()) {
      throw DemitasseException.badRequest(
          "What is stored of "
              + group.id()
              + " is the importance of "
              + importance.length
              + " units, and it has "
              + group.units()
              + ": the recipe is of another model.");
    }
    return importance;
  }

  private static void store(Reader reader, Tensor weight) {
    if (weight.elementCount() == 0) {
      return;
    }
    Value value = reader.node().requiredInput(reader.input());
    Tensor now = value.constant().orElseThrow();
    if (!Arrays.equals(now.sizes(), weight.sizes())) {
      throw DemitasseException.badRequest(
          "What is stored for '"
              + value.name()
              + "' has the sizes "
              + Arrays.toString(weight.sizes())
              + ", expected "
              + Arrays.toString(now.sizes())
              + ": the recipe is of another model.");
    }
    value.graph().setInitializer(value, weight);
  }
}

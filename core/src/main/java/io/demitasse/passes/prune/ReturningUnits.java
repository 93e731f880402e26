package io.demitasse.passes.prune;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Model;
import io.demitasse.ir.Removal;
import io.demitasse.ir.RemovedUnits;
import io.demitasse.ir.Tensor;
import io.demitasse.pass.PassContext;
import io.demitasse.prune.ChannelGroup;
import io.demitasse.prune.DependencyGraph;
import io.demitasse.prune.Reader;
import io.demitasse.prune.Restoration;
import io.demitasse.rewrite.ConstantContent;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Chooses which of the units that were removed come back, and brings them. */
final class ReturningUnits {
  /**
   * What is left of a unit's weights in the layers that read it: too little to be felt, and not
   * zero, for zeros that pruning made stay zeros while others learn.
   */
  private static final double QUIET = 1e-6;

  private final Restore pass;
  private final Removal removal;
  private final Model model;
  private final PassContext context;
  private final boolean byGradient;

  ReturningUnits(Restore pass, Removal removal, Model model, PassContext context) {
    this.pass = pass;
    this.removal = removal;
    this.model = model;
    this.context = context;
    this.byGradient = pass.by() == Restore.By.GRADIENT;
  }

  /** What those of a group of the removal are stored as. */
  static String name(int group) {
    return "returning-" + group;
  }

  private Model whole() {
    return Restoration.whole(removal, model, !byGradient);
  }

  Map<String, Tensor> choose() {
    Map<String, double[]> scores = byGradient ? gradients(whole()) : importance();
    Map<String, Tensor> chosen = new LinkedHashMap<>();
    for (int i = 0; i < removal.units().size(); i++) {
      RemovedUnits units = removal.units().get(i);
      double[] score = scores.getOrDefault(units.group(), new double[0]);
      long[] best =
          units.removed().stream()
              .filter(unit -> unit < score.length)
              .sorted(Comparator.comparingDouble(unit -> -score[unit]))
              .limit(Math.round(pass.share() * units.removed().size()))
              .mapToLong(Integer::longValue)
              .sorted()
              .toArray();
      chosen.put(name(i), Tensor.ofLongs(new long[] {best.length}, best));
    }
    return chosen;
  }

  /** As it was told when they went; where nobody knew, all the same. */
  private Map<String, double[]> importance() {
    return removal.units().stream()
        .collect(
            Collectors.toMap(
                RemovedUnits::group,
                units ->
                    units.importance().isEmpty()
                        ? new double[units.units()]
                        : units.importance().stream().mapToDouble(Double::doubleValue).toArray()));
  }

  /** Of each unit, where the removed ones are shut out; nothing of what cannot come back so. */
  private Map<String, double[]> gradients(Model whole) {
    Map<String, int[]> shut = new HashMap<>();
    removal.units().forEach(units -> shut.put(units.group(), units.indices()));
    List<double[]> scores =
        new UnitGradients(whole, shut, pass.samples(), context).scores(Importance.TAYLOR);
    Map<String, double[]> byGroup = new HashMap<>();
    List<ChannelGroup> groups = DependencyGraph.of(whole).groups();
    for (int i = 0; i < groups.size(); i++) {
      if (groups.get(i).isExact()) {
        byGroup.put(groups.get(i).id(), scores.get(i));
      }
    }
    return byGroup;
  }

  void bring(Map<String, Tensor> found) {
    if (found.values().stream().allMatch(units -> units.elementCount() == 0)) {
      context.skipped("so few units went, or can come back, that none does");
      return;
    }
    Model whole = whole();
    if (byGradient) {
      quieten(whole, found);
    }
    Model restored = context.restored(whole);
    DependencyGraph graph = DependencyGraph.of(restored);
    Map<ChannelGroup, int[]> going = new LinkedHashMap<>();
    for (int i = 0; i < removal.units().size(); i++) {
      RemovedUnits units = removal.units().get(i);
      Set<Integer> returning = returning(found, i, units);
      List<Integer> staying =
          units.removed().stream().filter(unit -> !returning.contains(unit)).toList();
      if (!returning.isEmpty()) {
        context.changed(
            "brings back "
                + returning.size()
                + " of "
                + units.removed().size()
                + " removed units of "
                + units.group());
      }
      if (!staying.isEmpty()) {
        RemovedUnits still = units.removing(staying);
        going.put(graph.group(units.group()), still.indices());
        context.removed(still);
      }
    }
    graph.remove(going);
  }

  /** Layers read next to nothing of the units that come back, so that all computes as before. */
  private void quieten(Model whole, Map<String, Tensor> found) {
    DependencyGraph graph = DependencyGraph.of(whole);
    for (int i = 0; i < removal.units().size(); i++) {
      RemovedUnits units = removal.units().get(i);
      Set<Integer> returning = returning(found, i, units);
      for (Reader reader : graph.readers(graph.group(units.group()))) {
        double[][] rows = reader.rows();
        returning.forEach(
            unit -> {
              for (int channel : reader.weight().map().gather(unit)) {
                rows[channel] = Arrays.stream(rows[channel]).map(each -> each * QUIET).toArray();
              }
            });
        ConstantContent.replace(reader.weight().dimension().value(), reader.tensor(rows));
      }
    }
  }

  private static Set<Integer> returning(Map<String, Tensor> found, int i, RemovedUnits units) {
    long[] stored = Objects.requireNonNull(found.get(name(i))).toLongs();
    Set<Integer> returning =
        LongStream.of(stored).mapToObj(Math::toIntExact).collect(Collectors.toSet());
    if (!units.removed().containsAll(returning)) {
      throw DemitasseException.badRequest(
          "What is stored to come back of "
              + units.group()
              + " was not removed: the recipe is of another model.");
    }
    return returning;
  }
}

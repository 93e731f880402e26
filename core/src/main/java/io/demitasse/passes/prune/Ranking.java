package io.demitasse.passes.prune;

import io.demitasse.calibrate.Gram;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Tensor;
import io.demitasse.pass.PassContext;
import io.demitasse.port.LinearAlgebra;
import io.demitasse.prune.AxisRows;
import io.demitasse.prune.ChannelGroup;
import io.demitasse.prune.ChannelGroup.Slice;
import io.demitasse.prune.Reader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Puts the units of groups in the order in which they go. */
final class Ranking {
  private final Importance importance;
  private final double damping;
  private final PruningSites sites;
  private final PassContext context;
  private final LinearAlgebra.Session algebra;
  private final Function<ChannelGroup, double[]> gradients;

  /**
   * @param sites that are asked about
   * @param gradients what gradients tell of each unit of a group, where importance is told by them
   */
  Ranking(
      Importance importance,
      double damping,
      PruningSites sites,
      LinearAlgebra.Session algebra,
      Function<ChannelGroup, double[]> gradients) {
    this.gradients = gradients;
    this.importance = importance;
    this.damping = damping;
    this.sites = sites;
    this.context = sites.context();
    this.algebra = algebra;
  }

  /**
   * The ladder of a group; by the length of weights where it needs data and nothing was seen.
   *
   * @param most how many units may go
   */
  Ladder of(PruningSite site, int most) {
    List<Seen> seen = seen(site);
    boolean taken = importance == Importance.OUTPUT_ERROR || importance == Importance.REDUNDANCY;
    if (taken && !seen.isEmpty()) {
      return eliminated(site, seen, most);
    }
    boolean blind = importance.needsData() && seen.isEmpty();
    double[] scores = blind ? lengths(site.group(), 2) : scores(site, seen);
    if (!Arrays.stream(scores).allMatch(Double::isFinite)) {
      throw DemitasseException.badModel(
          "How much the units of "
              + site.group().id()
              + " matter is not a number: some of its weights, or what they give, are not finite."
              + " Look at the weights of that layer.");
    }
    return sorted(scores, most);
  }

  /** A layer and what was seen of what it reads. */
  private record Seen(Reader reader, Gram gram) {}

  private List<Seen> seen(PruningSite site) {
    List<Seen> seen = new ArrayList<>();
    for (Reader reader : site.readers()) {
      PruningSite.gram(reader, sites.context(reader.node()))
          .ifPresent(gram -> seen.add(new Seen(reader, gram)));
    }
    return seen;
  }

  private Ladder eliminated(PruningSite site, List<Seen> seen, int most) {
    List<Elimination> layers = new ArrayList<>();
    double[] energies = new double[seen.size()];
    for (int i = 0; i < energies.length; i++) {
      ReadLayer layer = ReadLayer.of(site.group(), seen.get(i).reader(), seen.get(i).gram());
      double[][] weights =
          importance == Importance.REDUNDANCY ? alone(layer.gram()) : layer.weights();
      energies[i] = energy(layer.gram(), weights);
      layers.add(new Elimination(inverse(layer), weights, layer.units()));
    }
    double[] importance =
        IntStream.range(0, site.group().units())
            .mapToDouble(unit -> cost(layers, energies, unit))
            .toArray();
    int[] order = new int[most];
    double[] harms = new double[most];
    double harm = 0;
    for (int step = 0; step < most; step++) {
      context.progress(step, most);
      int least = -1;
      double cost = Double.POSITIVE_INFINITY;
      for (int unit = 0; unit < site.group().units(); unit++) {
        double each = layers.getFirst().has(unit) ? cost(layers, energies, unit) : cost;
        if (each < cost) {
          cost = each;
          least = unit;
        }
      }
      int next = least;
      layers.forEach(layer -> layer.remove(next));
      harm += cost;
      order[step] = next;
      harms[step] = harm;
    }
    return new Ladder(order, harms, importance);
  }

  /** A layer that reads each channel by itself, each as large as the others. */
  private static double[][] alone(Gram gram) {
    double[][] weights = new double[gram.channels()][gram.channels()];
    for (int channel = 0; channel < weights.length; channel++) {
      double square = gram.of(channel, channel);
      weights[channel][channel] = square > 0 ? 1 / Math.sqrt(square) : 0;
    }
    return weights;
  }

  private static double cost(List<Elimination> layers, double[] energies, int unit) {
    double cost = 0;
    for (int i = 0; i < energies.length; i++) {
      cost += layers.get(i).cost(unit) / energies[i];
    }
    return cost / energies.length;
  }

  /** The squares of all that a layer gives, summed up. */
  private static double energy(Gram gram, double[][] weights) {
    double energy = 0;
    for (int i = 0; i < weights.length; i++) {
      double[] sums = new double[weights[i].length];
      for (int k = 0; k < weights.length; k++) {
        double factor = gram.of(i, k);
        for (int m = 0; m < sums.length && factor != 0; m++) {
          sums[m] += factor * weights[k][m];
        }
      }
      for (int m = 0; m < sums.length; m++) {
        energy += sums[m] * weights[i][m];
      }
    }
    return Math.max(energy, Double.MIN_NORMAL);
  }

  private double[][] inverse(ReadLayer layer) {
    int n = layer.gram().channels();
    String name = "the Gram matrix of '" + layer.name() + "'";
    double[] inverse =
        algebra
            .inverse(new LinearAlgebra.Matrix(name, layer.gram().dampedMatrix(damping)))
            .toDoubles();
    return IntStream.range(0, n)
        .mapToObj(row -> Arrays.copyOfRange(inverse, row * n, (row + 1) * n))
        .toArray(double[][]::new);
  }

  private double[] scores(PruningSite site, List<Seen> seen) {
    return switch (importance) {
      case BATCH_NORM_SCALE -> NormScales.of(site.group());
      case TAYLOR, FISHER -> gradients.apply(site.group());
      case OUTPUT_ERROR, REDUNDANCY, WANDA -> seenScores(site, seen, true);
      case ACTIVATION -> seenScores(site, seen, false);
      case L1 -> lengths(site.group(), 1);
      case L2 -> lengths(site.group(), 2);
      case GEOMETRIC_MEDIAN -> distances(site.group());
      case RANDOM -> random(site.group().units(), context.random());
    };
  }

  private static double[] random(int count, RandomGenerator random) {
    return random.doubles(count).toArray();
  }

  private static double[] seenScores(PruningSite site, List<Seen> seen, boolean weighted) {
    double[] scores = new double[site.group().units()];
    for (Seen each : seen) {
      double[][] weights = each.reader().rows();
      for (int unit = 0; unit < scores.length; unit++) {
        for (int channel : each.reader().data().map().gather(unit)) {
          double square = 0;
          for (double weight : weights[channel]) {
            square += weight * weight;
          }
          scores[unit] += each.gram().of(channel, channel) * (weighted ? square : 1);
        }
      }
    }
    return scores;
  }

  /** Of all float weights of each unit the sum of powers. */
  private static double[] lengths(ChannelGroup group, int power) {
    double[] sums = new double[group.units()];
    for (double[][] rows : unitRows(group)) {
      for (int unit = 0; unit < sums.length; unit++) {
        for (double weight : rows[unit]) {
          sums[unit] += power == 1 ? Math.abs(weight) : weight * weight;
        }
      }
    }
    return sums;
  }

  private static double[] distances(ChannelGroup group) {
    double[] sums = new double[group.units()];
    for (double[][] rows : unitRows(group)) {
      for (int unit = 0; unit < sums.length; unit++) {
        for (int other = 0; other < sums.length; other++) {
          double square = 0;
          for (int i = 0; i < Math.min(rows[unit].length, rows[other].length); i++) {
            double apart = rows[unit][i] - rows[other][i];
            square += apart * apart;
          }
          sums[unit] += Math.sqrt(square);
        }
      }
    }
    return sums;
  }

  /** The weights of each unit, weight by weight. */
  private static List<double[][]> unitRows(ChannelGroup group) {
    List<double[][]> all = new ArrayList<>();
    for (Slice slice : group.constants()) {
      Tensor tensor = slice.dimension().value().constant().orElseThrow();
      if (tensor.dataType().isFloatingPoint() && tensor.rank() > 1) {
        all.add(rows(slice, tensor, group.units()));
      }
    }
    return all;
  }

  /** One row a unit: those of all its indices behind each other. */
  private static double[][] rows(Slice slice, Tensor tensor, int units) {
    double[][] rows = AxisRows.of(tensor, slice.dimension().axis());
    return IntStream.range(0, units)
        .mapToObj(
            unit ->
                IntStream.of(slice.map().gather(unit))
                    .mapToObj(index -> rows[index])
                    .flatMapToDouble(Arrays::stream)
                    .toArray())
        .toArray(double[][]::new);
  }

  private Ladder sorted(double[] scores, int most) {
    int[] order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(unit -> scores[unit]))
            .limit(most)
            .mapToInt(Integer::intValue)
            .toArray();
    double whole = Math.max(Arrays.stream(scores).sum(), Double.MIN_NORMAL);
    double[] shares = Arrays.stream(scores).map(score -> score / whole).toArray();
    double[] harms = new double[order.length];
    double harm = 0;
    for (int i = 0; i < order.length; i++) {
      harm += importance.isComparable() ? scores[order[i]] : shares[order[i]];
      harms[i] = harm;
    }
    return new Ladder(order, harms, shares);
  }
}

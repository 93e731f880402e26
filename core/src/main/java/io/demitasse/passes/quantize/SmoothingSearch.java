package io.demitasse.passes.quantize;

import io.demitasse.calibrate.SampledRuns;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.ValueType;
import io.demitasse.pass.PassContext;
import io.demitasse.passes.quantize.SmoothingScales.Form;
import io.demitasse.passes.quantize.SmoothingSite.Reader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Finds out what the channels of each site are multiplied by: what makes the quantized products of
 * the numbers that were seen err least.
 */
final class SmoothingSearch {
  private static final String OUTCOME = ":outcome";

  private final SmoothActivations options;
  private final PassContext context;
  private final LinearQuantizer forWeights;

  SmoothingSearch(SmoothActivations options, PassContext context) {
    this.options = options;
    this.context = context;
    this.forWeights = LinearQuantizer.forWeights(true, options.reduceRange());
  }

  /**
   * What was found out about a site.
   *
   * @param factors of each channel; floats
   * @param form of the scales; -1 where they are all 1
   * @param strength of the scales
   * @param before root mean square of the error relative to the products, NaN where nothing was
   *     seen
   * @param after the same with the factors
   */
  record Finding(double[] factors, int form, float strength, float before, float after) {

    boolean changes() {
      return form >= 0;
    }

    /** What was chosen, or why nothing was. */
    String text() {
      if (Float.isNaN(before)) {
        return "no data show what its input is like";
      }
      String errors = String.format(Locale.ROOT, "error %.2g for %.2g", after, before);
      return changes()
          ? SmoothingScales.of(form, strength) + ", " + errors
          : "its input is smooth enough: " + errors + " at best";
    }
  }

  /** The types of what is found out. */
  static Map<String, ValueType.OfTensor> types(List<SmoothingSite> sites) {
    Map<String, ValueType.OfTensor> types = new LinkedHashMap<>();
    for (SmoothingSite site : sites) {
      types.put(site.name(), vector(site.source().channels()));
      types.put(site.name() + OUTCOME, vector(4));
    }
    return types;
  }

  private static ValueType.OfTensor vector(long size) {
    return new ValueType.OfTensor(DataType.FLOAT, Shape.of(size));
  }

  /** What was found out about a site, as it was stored. */
  static Finding finding(SmoothingSite site, Map<String, Tensor> found) {
    double[] factors = Objects.requireNonNull(found.get(site.name())).toDoubles();
    float[] outcome = Objects.requireNonNull(found.get(site.name() + OUTCOME)).toFloats();
    return new Finding(factors, (int) outcome[0], outcome[1], outcome[2], outcome[3]);
  }

  /** Finds out about all sites. */
  Map<String, Tensor> run(List<SmoothingSite> sites) {
    Map<String, Tensor> found = new LinkedHashMap<>();
    for (int i = 0; i < sites.size(); i++) {
      context.progress(i, sites.size());
      SmoothingSite site = sites.get(i);
      Finding finding = find(site);
      found.put(
          site.name(),
          Tensor.ofNumbers(DataType.FLOAT, new long[] {finding.factors.length}, finding.factors));
      found.put(
          site.name() + OUTCOME,
          Tensor.ofFloats(
              new long[] {4}, finding.form, finding.strength, finding.before, finding.after));
    }
    return found;
  }

  /** A product that is tried: what it reads, and its weight. */
  private record Trial(Reader reader, SampledRuns seen, SampledWeight weight) {}

  private Finding find(SmoothingSite site) {
    List<Trial> trials = new ArrayList<>();
    for (Reader reader : site.quantized()) {
      Optional<SampledRuns> seen = context.statistics().get(reader.observation(context));
      if (seen.isEmpty()) {
        return unchanged(site, Float.NaN, Float.NaN);
      }
      trials.add(new Trial(reader, seen.get(), SampledWeight.of(reader.node())));
    }
    return best(site, trials);
  }

  private Finding best(SmoothingSite site, List<Trial> trials) {
    List<QuantizationError> errors =
        trials.stream()
            .map(trial -> new QuantizationError(trial.seen, trial.weight, forWeights))
            .toList();
    Largest largest = Largest.of(site, trials);
    double[] ones = ones(site);
    float before = (float) error(trials, errors, ones);
    Finding least = unchanged(site, before, before);
    for (SmoothingScales scales : tried(site)) {
      double[] factors = largest.factors(scales);
      float after = (float) error(trials, errors, factors);
      Finding finding =
          new Finding(factors, scales.form().code(), (float) scales.strength(), before, after);
      if (!options.search() || after < least.after) {
        least = finding;
      }
    }
    boolean worth = !options.search() || least.after <= (1 - options.leastGain()) * before;
    return worth && !Arrays.equals(least.factors, ones)
        ? least
        : unchanged(site, before, least.after);
  }

  private List<SmoothingScales> tried(SmoothingSite site) {
    if (options.search()) {
      return SmoothingScales.LADDER;
    }
    return List.of(
        site.isOfFunction()
            ? SmoothingScales.LOWERED
            : new SmoothingScales(Form.BALANCED, options.strength()));
  }

  /**
   * How large what was seen of the channels of a site is, and what they are multiplied by.
   *
   * @param read the channels that products read, in rising order
   */
  private record Largest(int channels, int[] read, double[] activations, double[] weights) {

    static Largest of(SmoothingSite site, List<Trial> trials) {
      int channels = site.source().channels();
      BitSet read = new BitSet(channels);
      double[] activations = new double[channels];
      double[] weights = new double[channels];
      for (Trial trial : trials) {
        for (int input = 0; input < trial.weight.inputs(); input++) {
          int channel = trial.reader.channel(input);
          if (channel >= 0) {
            read.set(channel);
            activations[channel] = Math.max(activations[channel], trial.seen.maxima()[input]);
            weights[channel] = Math.max(weights[channel], trial.weight.maxima()[input]);
          }
        }
      }
      int[] all = read.stream().toArray();
      return new Largest(channels, all, picked(activations, all), picked(weights, all));
    }

    private static double[] picked(double[] numbers, int[] channels) {
      return Arrays.stream(channels).mapToDouble(channel -> numbers[channel]).toArray();
    }

    /** What channels are multiplied by that are divided by scales, as floats. */
    double[] factors(SmoothingScales scales) {
      double[] each = scales.of(activations, weights);
      double[] factors = new double[channels];
      Arrays.fill(factors, 1);
      for (int i = 0; i < read.length; i++) {
        factors[read[i]] = (float) (1 / each[i]);
      }
      return factors;
    }
  }

  /** Over all products, each of which counts the same. */
  private static double error(
      List<Trial> trials, List<QuantizationError> errors, double[] factors) {
    double sum = 0;
    for (int i = 0; i < trials.size(); i++) {
      sum += errors.get(i).of(trials.get(i).reader.of(factors, 1));
    }
    return Math.sqrt(sum / trials.size());
  }

  private static Finding unchanged(SmoothingSite site, float before, float after) {
    return new Finding(ones(site), -1, 0, before, after);
  }

  private static double[] ones(SmoothingSite site) {
    double[] ones = new double[site.source().channels()];
    Arrays.fill(ones, 1);
    return ones;
  }
}

package io.demitasse.evaluate;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Paired timings of two models on one workload.
 *
 * @param ratio time of the candidate over time of the baseline: of what {@link Latency#time} tells
 *     of both, so that a reader may divide
 * @param ratios one for each pair of fresh sessions
 */
public record TimingComparison(
    String workload,
    Latency baseline,
    Latency candidate,
    Interval ratio,
    List<Double> ratios,
    Verdict verdict) {
  public TimingComparison {
    ratios = List.copyOf(ratios);
  }

  /**
   * Compares the runs of pairs of sessions.
   *
   * @param baseline the times of one session of each pair, in milliseconds
   * @param candidate the times of the other, in the same order of pairs
   */
  static TimingComparison of(String workload, List<double[]> baseline, List<double[]> candidate) {
    List<Double> ratios =
        IntStream.range(0, baseline.size())
            .mapToObj(
                pair ->
                    Latency.lowerQuartile(candidate.get(pair))
                        / Latency.lowerQuartile(baseline.get(pair)))
            .toList();
    Interval ratio =
        Intervals.geometricMean(ratios.stream().mapToDouble(Double::doubleValue).toArray());
    return new TimingComparison(
        workload, Latency.of(baseline), Latency.of(candidate), ratio, ratios, Verdict.of(ratio));
  }

  /**
   * A sentence for each workload whose verdict is another where sessions are opened as usual. There
   * are fewer pairs of those, so that they cannot decide is no other verdict.
   *
   * @param measured without threads that spin, in pairs of sessions that are alive at once
   * @param asUsed the same workloads, with them, one session at a time
   */
  public static List<String> differing(
      List<TimingComparison> measured, List<TimingComparison> asUsed) {
    return IntStream.range(0, asUsed.size())
        .filter(i -> asUsed.get(i).verdict() != Verdict.UNDECIDED)
        .filter(i -> measured.get(i).verdict() != asUsed.get(i).verdict())
        .mapToObj(i -> measured.get(i).differs(asUsed.get(i)))
        .toList();
  }

  private String differs(TimingComparison used) {
    return String.format(
        Locale.ROOT,
        "with sessions as users open them, whose waiting threads spin, %s takes %.2f times"
            + " as long (%.2f to %.2f): %s; measured without it was %.2f: %s",
        workload,
        used.ratio.value(),
        used.ratio.low(),
        used.ratio.high(),
        used.verdict.text(),
        ratio.value(),
        verdict.text());
  }

  /**
   * What the candidate takes.
   *
   * @param relative as a share of the baseline's time; else in milliseconds
   */
  public Interval time(boolean relative) {
    return relative ? ratio : candidate.time();
  }

  /** The same under another name. */
  public TimingComparison named(String name) {
    return new TimingComparison(name, baseline, candidate, ratio, ratios, verdict);
  }

  /** The geometric mean of the ratios of several; 1 where there are none. */
  public static double meanRatio(List<TimingComparison> timings) {
    return Math.exp(
        timings.stream()
            .mapToDouble(timing -> Math.log(timing.ratio().value()))
            .average()
            .orElse(0));
  }
}

package io.demitasse.evaluate;

import java.util.List;

/**
 * Paired timings of two models on one workload.
 *
 * @param ratio time of the candidate over time of the baseline
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

  /** The same under another name. */
  public TimingComparison named(String name) {
    return new TimingComparison(name, baseline, candidate, ratio, ratios, verdict);
  }
}

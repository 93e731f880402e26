package io.demitasse.media.metric;

import java.util.Arrays;

/**
 * Places at which the first right candidate of each query came, from 1: how retrieval is judged
 * across modalities (Karpathy, Fei-Fei, "Deep Visual-Semantic Alignments for Generating Image
 * Descriptions", CVPR 2015).
 *
 * @param places at least one
 */
@SuppressWarnings("ArrayRecordComponent")
public record Ranks(int[] places) {

  /** For each query 1 where its first right candidate is among the first, else 0. */
  public double[] within(int first) {
    return Arrays.stream(places).mapToDouble(place -> place <= first ? 1 : 0).toArray();
  }

  /** The share of queries whose first right candidate is among the first. */
  public double recall(int first) {
    return Arrays.stream(within(first)).average().orElse(Double.NaN);
  }

  /** The middle place, or the mean of the two in the middle. */
  public double median() {
    int[] sorted = places.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2.0;
  }
}

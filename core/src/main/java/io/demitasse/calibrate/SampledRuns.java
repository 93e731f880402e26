package io.demitasse.calibrate;

import java.util.Arrays;
import java.util.List;

/**
 * What a value was in some runs, and how large its channels were in all.
 *
 * @param maxima the largest magnitude of each channel over all runs
 * @param runs of each of some runs its rows, channel after channel in each row
 */
public record SampledRuns(float[] maxima, List<float[]> runs) {
  public SampledRuns {
    runs = List.copyOf(runs);
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof SampledRuns other
        && Arrays.equals(maxima, other.maxima)
        && Arrays.deepEquals(runs.toArray(), other.runs.toArray());
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(maxima) + Arrays.deepHashCode(runs.toArray());
  }
}

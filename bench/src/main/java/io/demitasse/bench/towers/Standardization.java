package io.demitasse.bench.towers;

import java.util.List;

/**
 * Takes the mean off each feature and divides by its deviation, so that all count alike while a
 * head learns.
 *
 * @param mean of each feature
 * @param deviation of each feature, above 0
 */
@SuppressWarnings("ArrayRecordComponent")
record Standardization(float[] mean, float[] deviation) {
  private static final double LEAST = 1e-6;

  /**
   * What makes some rows standard.
   *
   * @param rows at least one, all of one length
   */
  static Standardization of(List<float[]> rows) {
    int size = rows.getFirst().length;
    float[] mean = new float[size];
    float[] deviation = new float[size];
    for (int i = 0; i < size; i++) {
      int feature = i;
      double average = rows.stream().mapToDouble(row -> row[feature]).average().orElseThrow();
      double variance =
          rows.stream()
              .mapToDouble(row -> (row[feature] - average) * (row[feature] - average))
              .average()
              .orElseThrow();
      mean[i] = (float) average;
      deviation[i] = (float) Math.sqrt(variance + LEAST);
    }
    return new Standardization(mean, deviation);
  }

  float[] apply(float[] row) {
    float[] standard = new float[row.length];
    for (int i = 0; i < row.length; i++) {
      standard[i] = (row[i] - mean[i]) / deviation[i];
    }
    return standard;
  }
}

package io.demitasse.media.task;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Ranks of answers among all labels, by the cosine of their embeddings. Of equally near labels the
 * earlier goes first; an embedding that is not finite is farthest from everything.
 */
final class Ranking {
  private Ranking() {}

  /**
   * The rank of each query's label among all labels, from 1.
   *
   * @param queries one embedding each
   * @param labels one embedding each, as long as those of the queries
   * @param answers for each query the index of its label
   */
  static int[] of(float[][] queries, float[][] labels, int[] answers) {
    return of(
        queries, labels, Arrays.stream(answers).mapToObj(answer -> new int[] {answer}).toList());
  }

  /**
   * The rank of the nearest right label of each query among all labels, from 1.
   *
   * @param answers for each query the indices of its labels, at least one, in ascending order
   */
  static int[] of(float[][] queries, float[][] labels, List<int[]> answers) {
    float[][] unitQueries = unit(queries);
    float[][] unitLabels = unit(labels);
    return IntStream.range(0, answers.size())
        .parallel()
        .map(
            query ->
                rank(
                    unitQueries[query],
                    unitLabels,
                    nearest(unitQueries[query], unitLabels, answers.get(query))))
        .toArray();
  }

  /**
   * The other way: the rank of the nearest of a label's queries among all queries, from 1.
   *
   * @return one number for each label that answers a query, in their order
   */
  static int[] ofLabels(float[][] queries, float[][] labels, List<int[]> answers) {
    Map<Integer, List<Integer>> asking = new TreeMap<>();
    for (int query = 0; query < answers.size(); query++) {
      for (int label : answers.get(query)) {
        asking.computeIfAbsent(label, _ -> new ArrayList<>()).add(query);
      }
    }
    return of(
        asking.keySet().stream().map(label -> labels[label]).toArray(float[][]::new),
        queries,
        asking.values().stream()
            .map(of -> of.stream().mapToInt(Integer::intValue).toArray())
            .toList());
  }

  /** The cosine of each query to each label; negative infinity where one is not finite. */
  static double[][] cosines(float[][] queries, float[][] labels) {
    float[][] unitLabels = unit(labels);
    return Arrays.stream(unit(queries))
        .map(
            query ->
                Arrays.stream(unitLabels).mapToDouble(label -> nearness(query, label)).toArray())
        .toArray(double[][]::new);
  }

  /** The first of the nearest of some labels. */
  private static int nearest(float[] query, float[][] labels, int[] among) {
    int nearest = among[0];
    for (int label : among) {
      nearest = nearness(query, labels[label]) > nearness(query, labels[nearest]) ? label : nearest;
    }
    return nearest;
  }

  private static int rank(float[] query, float[][] labels, int answer) {
    double own = nearness(query, labels[answer]);
    int rank = 1;
    for (int label = 0; label < labels.length; label++) {
      double other = nearness(query, labels[label]);
      if (other > own || (other == own && label < answer)) {
        rank++;
      }
    }
    return own == Double.NEGATIVE_INFINITY ? labels.length : rank;
  }

  private static double nearness(float[] a, float[] b) {
    double product = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
    }
    return Double.isNaN(product) ? Double.NEGATIVE_INFINITY : product;
  }

  private static float[][] unit(float[][] vectors) {
    return Arrays.stream(vectors).map(Ranking::unit).toArray(float[][]::new);
  }

  private static float[] unit(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    double scale = squares == 0 ? 0 : 1 / Math.sqrt(squares);
    float[] unit = new float[vector.length];
    for (int i = 0; i < vector.length; i++) {
      unit[i] = (float) (vector[i] * scale);
    }
    return unit;
  }
}

package io.demitasse.media.task;

import java.util.Arrays;
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
    float[][] unitQueries = unit(queries);
    float[][] unitLabels = unit(labels);
    return IntStream.range(0, answers.length)
        .parallel()
        .map(query -> rank(unitQueries[query], unitLabels, answers[query]))
        .toArray();
  }

  /**
   * The other way: the rank of the nearest of a label's queries among all queries, from 1.
   *
   * @return one number for each label that answers a query, in their order
   */
  static int[] ofLabels(float[][] queries, float[][] labels, int[] answers) {
    float[][] unitQueries = unit(queries);
    float[][] unitLabels = unit(labels);
    return IntStream.range(0, labels.length)
        .parallel()
        .filter(label -> IntStream.of(answers).anyMatch(answer -> answer == label))
        .map(
            label ->
                rank(
                    unitLabels[label],
                    unitQueries,
                    nearest(unitLabels[label], unitQueries, answers, label)))
        .toArray();
  }

  /** The first of the nearest queries that a label answers. */
  private static int nearest(float[] vector, float[][] queries, int[] answers, int label) {
    int nearest = -1;
    for (int query = 0; query < answers.length; query++) {
      if (answers[query] == label
          && (nearest < 0
              || nearness(vector, queries[query]) > nearness(vector, queries[nearest]))) {
        nearest = query;
      }
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

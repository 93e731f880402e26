package io.demitasse.media.metric;

import java.util.List;

/**
 * The longest common subsequence of words, as a share of what was said and of what is right.
 *
 * <p>After Lin, "ROUGE: A Package for Automatic Evaluation of Summaries", ACL workshop 2004; of
 * several right texts the best precision and the best recall count, and recall weighs more (beta
 * 1.2), as the captions of COCO are scored (Chen et al., "Microsoft COCO Captions: Data Collection
 * and Evaluation Server", 2015).
 */
public final class RougeL {
  private static final double BETA = 1.2;

  private RougeL() {}

  /**
   * The F measure of a text, 0 to 1.
   *
   * @param truth at least one right text
   */
  public static double of(List<String> said, List<List<String>> truth) {
    double precision = 0;
    double recall = 0;
    for (List<String> right : truth) {
      int common = common(said, right);
      precision = Math.max(precision, said.isEmpty() ? 0 : (double) common / said.size());
      recall = Math.max(recall, right.isEmpty() ? 0 : (double) common / right.size());
    }
    double weighed = recall + BETA * BETA * precision;
    return weighed == 0 ? 0 : (1 + BETA * BETA) * precision * recall / weighed;
  }

  /** Words that stand in both in the same order. */
  private static int common(List<String> one, List<String> other) {
    int[] row = new int[other.size() + 1];
    for (String word : one) {
      int corner = 0;
      for (int j = 1; j < row.length; j++) {
        int above = row[j];
        row[j] = word.equals(other.get(j - 1)) ? corner + 1 : Math.max(above, row[j - 1]);
        corner = above;
      }
    }
    return row[other.size()];
  }
}

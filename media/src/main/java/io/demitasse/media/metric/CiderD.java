package io.demitasse.media.metric;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How much a caption says of what people say of a picture: the cosine of counts of one to four
 * words, in which words that stand in captions of many pictures weigh little.
 *
 * <p>After Vedantam, Zitnick, Parikh, "CIDEr: Consensus-based Image Description Evaluation", CVPR
 * 2015, in the form CIDEr-D: counts are clipped to those of the right caption, and a Gaussian of
 * the difference in words (sigma 6) keeps captions from growing. Scores are 0 to 10. Words are not
 * stemmed, as the evaluation server of COCO does it.
 */
public final class CiderD {
  private static final double SIGMA = 6;
  private static final double SCALE = 10;

  /** In how many pictures' captions each sequence of words stands. */
  private final Map<List<String>, Integer> frequencies = new HashMap<>();

  /** The logarithm of the number of pictures. */
  private final double pictures;

  /**
   * Counts in how many pictures' captions words stand. With one picture all weigh nothing.
   *
   * @param truth the right captions of each picture, at least one each
   */
  public CiderD(List<List<List<String>>> truth) {
    for (List<List<String>> captions : truth) {
      Set<List<String>> different = new HashSet<>();
      for (int length = 1; length <= NGrams.LONGEST; length++) {
        for (List<String> caption : captions) {
          different.addAll(NGrams.of(caption, length).keySet());
        }
      }
      different.forEach(words -> frequencies.merge(words, 1, Integer::sum));
    }
    pictures = Math.log(Math.max(1, truth.size()));
  }

  /**
   * Weighed counts of a caption.
   *
   * @param weights by sequence of words, by their length less one
   * @param norms of the weights of each length
   */
  private record Weighed(int words, List<Map<List<String>, Double>> weights, double[] norms) {}

  /**
   * The score of a caption.
   *
   * @param truth at least one right caption
   */
  public double of(List<String> said, List<List<String>> truth) {
    Weighed own = weighed(said);
    return SCALE
        * truth.stream().mapToDouble(right -> alike(own, weighed(right))).sum()
        / truth.size();
  }

  private Weighed weighed(List<String> caption) {
    List<Map<List<String>, Double>> weights = new ArrayList<>();
    double[] norms = new double[NGrams.LONGEST];
    for (int length = 1; length <= NGrams.LONGEST; length++) {
      Map<List<String>, Double> weighed = new HashMap<>();
      NGrams.of(caption, length)
          .forEach((words, count) -> weighed.put(words, count * rarity(words)));
      weights.add(weighed);
      norms[length - 1] =
          Math.sqrt(weighed.values().stream().mapToDouble(weight -> weight * weight).sum());
    }
    return new Weighed(caption.size(), weights, norms);
  }

  private double rarity(List<String> words) {
    return pictures - Math.log(Math.max(1, frequencies.getOrDefault(words, 0)));
  }

  private static double alike(Weighed said, Weighed right) {
    double sum = 0;
    for (int i = 0; i < NGrams.LONGEST; i++) {
      double product = 0;
      for (Map.Entry<List<String>, Double> each : said.weights().get(i).entrySet()) {
        double weight = right.weights().get(i).getOrDefault(each.getKey(), 0.0);
        product += Math.min(each.getValue(), weight) * weight;
      }
      double norms = said.norms()[i] * right.norms()[i];
      sum += norms == 0 ? 0 : product / norms;
    }
    double longer = said.words() - right.words();
    return Math.exp(-longer * longer / (2 * SIGMA * SIGMA)) * sum / NGrams.LONGEST;
  }
}

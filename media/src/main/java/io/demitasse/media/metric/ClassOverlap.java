package io.demitasse.media.metric;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Pixels of each class in what was said and in what is right of a picture. Mean intersection over
 * union, as Everingham et al., "The PASCAL Visual Object Classes Challenge: A Retrospective", IJCV
 * 2015, judge segmentation, is made of those of all pictures together.
 *
 * @param shared pixels that are of a class in both, by class
 * @param said pixels that were said to be of it
 * @param truth pixels that are
 */
@SuppressWarnings("ArrayRecordComponent")
public record ClassOverlap(long[] shared, long[] said, long[] truth) {
  /** What stands in a mask where no class is asked for. */
  public static final int IGNORED = 255;

  /**
   * Counts in one picture.
   *
   * @param said the class of each pixel; negative for none
   * @param truth the same as it is right; {@value #IGNORED} where nothing is asked
   * @throws IllegalArgumentException when they are of different sizes
   */
  public static ClassOverlap of(int[] said, int[] truth) {
    if (said.length != truth.length) {
      throw new IllegalArgumentException(
          "masks of " + said.length + " and " + truth.length + " pixels");
    }
    int classes =
        1 + Math.max(Arrays.stream(said).max().orElse(0), Arrays.stream(truth).max().orElse(0));
    ClassOverlap counts =
        new ClassOverlap(
            new long[Math.max(0, classes)],
            new long[Math.max(0, classes)],
            new long[Math.max(0, classes)]);
    for (int i = 0; i < said.length; i++) {
      if (truth[i] != IGNORED) {
        counts.truth[truth[i]]++;
        if (said[i] >= 0) {
          counts.said[said[i]]++;
          counts.shared[said[i]] += said[i] == truth[i] ? 1 : 0;
        }
      }
    }
    return counts;
  }

  /** The same of some pictures together. */
  private static ClassOverlap sum(List<ClassOverlap> pictures) {
    int classes = pictures.stream().mapToInt(picture -> picture.truth.length).max().orElse(0);
    ClassOverlap sum = new ClassOverlap(new long[classes], new long[classes], new long[classes]);
    for (ClassOverlap picture : pictures) {
      for (int i = 0; i < picture.truth.length; i++) {
        sum.shared[i] += picture.shared[i];
        sum.said[i] += picture.said[i];
        sum.truth[i] += picture.truth[i];
      }
    }
    return sum;
  }

  /**
   * The mean over classes of shared pixels over those that are of the class in either; classes that
   * are in neither have no part in it. Not a number where there is none.
   */
  public static double mean(List<ClassOverlap> pictures) {
    ClassOverlap sum = sum(pictures);
    return IntStream.range(0, sum.truth.length)
        .filter(i -> sum.said[i] + sum.truth[i] > 0)
        .mapToDouble(i -> (double) sum.shared[i] / (sum.said[i] + sum.truth[i] - sum.shared[i]))
        .average()
        .orElse(Double.NaN);
  }

  /** The share of pixels whose class is right. */
  public static double accuracy(List<ClassOverlap> pictures) {
    ClassOverlap sum = sum(pictures);
    return (double) Arrays.stream(sum.shared).sum() / Arrays.stream(sum.truth).sum();
  }
}

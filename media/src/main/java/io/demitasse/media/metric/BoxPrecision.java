package io.demitasse.media.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Boxes of a picture that were found, beside those that are there, by category: what mean average
 * precision is made of, as COCO defines it (Lin et al., "Microsoft COCO: Common Objects in
 * Context", ECCV 2014): over intersections over union of .50, .55, ... .95, precision at 101
 * recalls, the mean over categories that are there. Of a picture the 100 surest boxes of a category
 * count. Crowds are boxes like others.
 *
 * @param categories what was found of each, and what is there
 */
public record BoxPrecision(Map<Integer, Matches> categories) {
  private static final int MOST = 100;
  private static final int RECALLS = 100;
  private static final double[] OVERLAPS =
      IntStream.range(0, 10).mapToDouble(i -> .5 + .05 * i).toArray();

  private static final int ALL_OVERLAPS = (1 << OVERLAPS.length) - 1;

  /** What two equal numbers may differ by after rounding. */
  private static final double ROUNDING = 1e-9;

  public BoxPrecision {
    categories = Map.copyOf(categories);
  }

  /** A box between two places, in pixels. */
  public record Box(double left, double top, double right, double bottom) {
    private double area() {
      return Math.max(0, right - left) * Math.max(0, bottom - top);
    }

    /** The area that both share over the area that they cover. */
    public double overlap(Box other) {
      double shared =
          Math.max(0, Math.min(right, other.right) - Math.max(left, other.left))
              * Math.max(0, Math.min(bottom, other.bottom) - Math.max(top, other.top));
      double covered = area() + other.area() - shared;
      return covered > 0 ? shared / covered : 0;
    }
  }

  /**
   * A box that was found.
   *
   * @param score the higher the surer
   */
  public record Found(Box box, int category, double score) {}

  /** A box that is there. */
  public record Truth(Box box, int category) {}

  /**
   * What was found of a category in a picture.
   *
   * @param found the surest last: the score in the upper half, so that it can be sorted, and in the
   *     lower half a 0 in bit {@code i} where the box is right at overlap {@code i}
   * @param truth how many are there
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Matches(long[] found, int truth) {}

  /** Of equally sure boxes the one that overlaps less comes first. */
  private static long key(double score, int overlaps) {
    int bits = Float.floatToIntBits((float) score);
    long sortable = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
    return (sortable << Integer.SIZE) | (~overlaps & ALL_OVERLAPS);
  }

  /** Matches boxes of one picture. */
  public static BoxPrecision of(List<Found> found, List<Truth> truth) {
    Map<Integer, List<Found>> foundBy = new TreeMap<>();
    Map<Integer, List<Box>> truthBy = new TreeMap<>();
    found.forEach(box -> foundBy.computeIfAbsent(box.category(), _ -> new ArrayList<>()).add(box));
    truth.forEach(
        box -> truthBy.computeIfAbsent(box.category(), _ -> new ArrayList<>()).add(box.box()));
    Map<Integer, Matches> matches = new HashMap<>();
    truthBy.forEach(
        (category, boxes) ->
            matches.put(category, matches(foundBy.getOrDefault(category, List.of()), boxes)));
    foundBy.forEach((category, boxes) -> matches.putIfAbsent(category, matches(boxes, List.of())));
    return new BoxPrecision(matches);
  }

  private static Matches matches(List<Found> found, List<Box> truth) {
    List<Found> surest =
        found.stream()
            .sorted(Comparator.comparingDouble(Found::score).reversed())
            .limit(MOST)
            .toList();
    int[] overlaps = new int[surest.size()];
    for (int i = 0; i < OVERLAPS.length; i++) {
      boolean[] taken = new boolean[truth.size()];
      for (int box = 0; box < overlaps.length; box++) {
        int best = best(surest.get(box).box(), truth, taken, OVERLAPS[i]);
        if (best >= 0) {
          taken[best] = true;
          overlaps[box] |= 1 << i;
        }
      }
    }
    return new Matches(
        IntStream.range(0, overlaps.length)
            .mapToLong(box -> key(surest.get(box).score(), overlaps[box]))
            .toArray(),
        truth.size());
  }

  /** The box that overlaps most of those that are free; -1 where none overlaps enough. */
  private static int best(Box box, List<Box> truth, boolean[] taken, double least) {
    int best = -1;
    double most = least - ROUNDING;
    for (int i = 0; i < taken.length; i++) {
      double overlap = taken[i] ? 0 : box.overlap(truth.get(i));
      if (overlap > most) {
        most = overlap;
        best = i;
      }
    }
    return best;
  }

  /** Mean average precision over all overlaps; not a number where nothing is there. */
  public static double mean(List<BoxPrecision> pictures) {
    return mean(pictures, OVERLAPS.length);
  }

  /** Mean average precision where boxes have to overlap by half. */
  public static double atHalf(List<BoxPrecision> pictures) {
    return mean(pictures, 1);
  }

  private static double mean(List<BoxPrecision> pictures, int overlaps) {
    Map<Integer, List<Matches>> byCategory = new TreeMap<>();
    for (BoxPrecision picture : pictures) {
      picture.categories.forEach(
          (category, matches) ->
              byCategory.computeIfAbsent(category, _ -> new ArrayList<>()).add(matches));
    }
    return byCategory.values().stream()
        .filter(all -> all.stream().anyMatch(matches -> matches.truth() > 0))
        .mapToDouble(all -> precision(all, overlaps))
        .average()
        .orElse(Double.NaN);
  }

  /** The mean over overlaps of the average precision of a category. */
  private static double precision(List<Matches> pictures, int overlaps) {
    long[] found = pictures.stream().flatMapToLong(each -> LongStream.of(each.found())).toArray();
    Arrays.sort(found);
    int truth = pictures.stream().mapToInt(Matches::truth).sum();
    return IntStream.range(0, overlaps)
        .mapToDouble(overlap -> precision(found, truth, overlap))
        .average()
        .orElseThrow();
  }

  /** The mean over recalls 0, .01, ... 1 of the best precision at that recall or a higher one. */
  private static double precision(long[] found, int truth, int overlap) {
    double[] best = new double[RECALLS + 1];
    int right = 0;
    for (int i = 0; i < found.length; i++) {
      right += (int) ((~found[found.length - 1 - i] >> overlap) & 1);
      int reached = (int) Math.floor((double) right / truth * RECALLS + ROUNDING);
      best[reached] = Math.max(best[reached], right / (i + 1.0));
    }
    for (int recall = RECALLS - 1; recall >= 0; recall--) {
      best[recall] = Math.max(best[recall], best[recall + 1]);
    }
    return DoubleStream.of(best).average().orElseThrow();
  }
}

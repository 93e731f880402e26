package io.demitasse.evaluate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * What samples of each class are taken for. Of many classes those are shown that are most often
 * mistaken, and all others together.
 *
 * @param classes names, in the order of rows and columns; empty where there is nothing to show
 * @param before by the original: for each class the samples that are of it are one row, by what
 *     they were taken for
 * @param after the same by the result
 */
public record Confusion(
    List<String> classes, List<List<Integer>> before, List<List<Integer>> after) {
  /** Nothing to show. */
  public static final Confusion NONE = new Confusion(List.of(), List.of(), List.of());

  /** The most classes that are shown by themselves. */
  public static final int MOST = 20;

  private static final String OTHERS = "others";

  public Confusion {
    classes = List.copyOf(classes);
    before = before.stream().map(List::copyOf).toList();
    after = after.stream().map(List::copyOf).toList();
  }

  /**
   * One sample.
   *
   * @param truth the class it is of, from 0
   * @param before what the original takes it for; -1 where that is no class
   * @param after what the result takes it for, likewise
   */
  public record Judged(int truth, int before, int after) {}

  /**
   * Counts samples.
   *
   * @param samples in any order
   * @param classes how many there are
   * @param name of a class
   */
  public static Confusion of(List<Judged> samples, int classes, IntFunction<String> name) {
    List<Integer> shown = shown(samples, classes);
    boolean whole =
        shown.size() == classes
            && samples.stream().allMatch(each -> each.before() >= 0 && each.after() >= 0);
    List<String> names = new ArrayList<>(shown.stream().map(name::apply).toList());
    if (!whole) {
      names.add(OTHERS);
    }
    int[][] before = new int[names.size()][names.size()];
    int[][] after = new int[names.size()][names.size()];
    for (Judged each : samples) {
      int row = place(shown, each.truth());
      before[row][place(shown, each.before())]++;
      after[row][place(shown, each.after())]++;
    }
    return new Confusion(names, rows(before), rows(after));
  }

  /** In their own order; what is not shown stands behind them. */
  private static int place(List<Integer> shown, int found) {
    int place = Collections.binarySearch(shown, found);
    return place >= 0 ? place : shown.size();
  }

  private static List<Integer> shown(List<Judged> samples, int classes) {
    int[] mistakes = new int[classes];
    for (Judged each : samples) {
      if (each.after() != each.truth()) {
        mistakes[each.truth()]++;
        if (each.after() >= 0) {
          mistakes[each.after()]++;
        }
      }
    }
    return IntStream.range(0, classes)
        .boxed()
        .sorted(Comparator.comparing((Integer each) -> mistakes[each]).reversed())
        .limit(MOST)
        .sorted()
        .toList();
  }

  private static List<List<Integer>> rows(int[][] counts) {
    return java.util.Arrays.stream(counts).map(row -> IntStream.of(row).boxed().toList()).toList();
  }
}

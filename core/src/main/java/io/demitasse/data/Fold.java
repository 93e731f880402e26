package io.demitasse.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;

/**
 * One fold of k-fold cross-validation, by places of samples.
 *
 * <pre>
 *   samples       0 1 2 3 4 5 6 7
 *   fold 1        J . . J . . . J      J judges, . calibrates
 *   fold 2        . J J . J J J .
 * </pre>
 *
 * <p>A sample's fold is told by a hash of it, as its place in a {@link Division} is, so that equal
 * samples never stand on both sides.
 *
 * @param judge at least one place
 * @param calibrate all that are calibrated on but those of this fold; at least one place
 */
public record Fold(List<Integer> judge, List<Integer> calibrate) {
  /** The most folds that samples are divided into. */
  public static final int MOST = 5;

  /** As many samples as a fold has on average, at least. */
  public static final int LEAST = 4;

  public Fold {
    judge = List.copyOf(judge);
    calibrate = List.copyOf(calibrate);
  }

  /**
   * Divides what judges into folds.
   *
   * @param key what a sample is hashed by, by its place
   * @param judge places of what judges
   * @param calibrate places of what is calibrated on
   * @return disjoint folds that cover all that judges; none where they cannot be calibrated without
   *     what judges them, as where there are fewer than twice {@value #LEAST} samples
   */
  static List<Fold> of(IntFunction<String> key, List<Integer> judge, List<Integer> calibrate) {
    int count = Math.min(MOST, judge.size() / LEAST);
    List<Fold> folds = new ArrayList<>();
    for (int fold = 0; fold < count; fold++) {
      int number = fold;
      List<Integer> inside =
          judge.stream().filter(i -> number(key.apply(i), count) == number).toList();
      List<Integer> outside =
          calibrate.stream().filter(i -> number(key.apply(i), count) != number).toList();
      if (!inside.isEmpty() && outside.isEmpty()) {
        return List.of();
      }
      if (!inside.isEmpty()) {
        folds.add(new Fold(inside, outside));
      }
    }
    return Collections.unmodifiableList(folds);
  }

  private static int number(String key, int folds) {
    return (int) (Division.hash(key) * folds);
  }
}

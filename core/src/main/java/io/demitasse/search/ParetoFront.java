package io.demitasse.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Points of which some beat others.
 *
 * @param objectives of a point, always as many; all the better the lower they are
 */
record ParetoFront<T>(Function<T, double[]> objectives) {

  /** Those that no other beats, in their order; of equal ones the first. */
  List<T> unbeaten(List<T> points) {
    List<T> front = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      T point = points.get(i);
      int place = i;
      boolean beaten =
          IntStream.range(0, points.size())
              .filter(other -> other != place)
              .anyMatch(
                  other ->
                      beats(points.get(other), point)
                          || (other < place && equal(points.get(other), point)));
      if (!beaten) {
        front.add(point);
      }
    }
    return front;
  }

  /** Whether one is nowhere worse than another, and somewhere better. */
  private boolean beats(T one, T other) {
    double[] a = objectives.apply(one);
    double[] b = objectives.apply(other);
    return IntStream.range(0, a.length).allMatch(i -> a[i] <= b[i]) && !Arrays.equals(a, b);
  }

  private boolean equal(T one, T other) {
    return Arrays.equals(objectives.apply(one), objectives.apply(other));
  }

  /**
   * Some that stand for all: each next one is the farthest from those before it, where every
   * objective is measured by how far all points reach in it.
   *
   * @param taken what is there already and counts as taken; may be empty
   * @return at most as many as are wanted, none of those taken
   */
  List<T> spread(List<T> points, List<T> taken, int wanted) {
    double[] reach = reach(points, taken);
    List<T> left = new ArrayList<>(points);
    List<T> near = new ArrayList<>(taken);
    List<T> chosen = new ArrayList<>();
    while (chosen.size() < wanted && !left.isEmpty()) {
      T next =
          near.isEmpty()
              ? left.getFirst()
              : left.stream()
                  .max(Comparator.comparingDouble(point -> nearest(point, near, reach)))
                  .orElseThrow();
      left.remove(next);
      near.add(next);
      chosen.add(next);
    }
    return chosen;
  }

  private double[] reach(List<T> points, List<T> taken) {
    List<double[]> all = new ArrayList<>();
    points.forEach(point -> all.add(objectives.apply(point)));
    taken.forEach(point -> all.add(objectives.apply(point)));
    int count = all.isEmpty() ? 0 : all.getFirst().length;
    return IntStream.range(0, count)
        .mapToDouble(
            i -> {
              double most = all.stream().mapToDouble(each -> each[i]).max().orElseThrow();
              double least = all.stream().mapToDouble(each -> each[i]).min().orElseThrow();
              return most > least ? most - least : 1;
            })
        .toArray();
  }

  private double nearest(T point, List<T> others, double[] reach) {
    double[] here = objectives.apply(point);
    return others.stream()
        .mapToDouble(
            other -> {
              double[] there = objectives.apply(other);
              return IntStream.range(0, here.length)
                  .mapToDouble(i -> (here[i] - there[i]) / reach[i])
                  .map(distance -> distance * distance)
                  .sum();
            })
        .min()
        .orElse(0);
  }
}

package io.demitasse.torch.graph;

import io.demitasse.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Steps in segments, of which backward one is computed again at a time, so that what gradients need
 * of one segment is in memory, and what flows between them (Chen et al., "Training Deep Nets with
 * Sublinear Memory Cost", 2016).
 *
 * @param steps in order, segment by segment
 * @param between values that one segment makes and a later one reads
 * @param bytes that these take, with the largest segment
 */
record Segments(List<List<Plan.Step>> steps, Set<Value> between, long bytes) {
  /** A segment may be smaller or larger than the mean by this factor, to end at a narrow place. */
  private static final double SPREAD = .5;

  /**
   * The division that takes the least memory.
   *
   * @param steps at least one
   * @param bytes what each value takes
   */
  static Segments of(List<Plan.Step> steps, Map<Value, Long> bytes) {
    Sizes sizes = new Sizes(steps, bytes);
    Segments best = sizes.cut(List.of());
    int most = (int) (2 * Math.ceil(Math.sqrt(steps.size())));
    for (int count = 2; count <= most; count++) {
      Segments other = sizes.cut(sizes.places(count));
      best = other.bytes < best.bytes ? other : best;
    }
    return best;
  }

  /** Values that a segment makes and others read, or that are wanted. */
  Set<Value> givenBy(int segment, Set<Value> wanted) {
    Set<Value> given = new LinkedHashSet<>();
    for (Plan.Step step : steps.get(segment)) {
      for (Value output : step.outputs()) {
        if (output != null && (between.contains(output) || wanted.contains(output))) {
          given.add(output);
        }
      }
    }
    return given;
  }

  /** Values that a segment reads of earlier ones. */
  Set<Value> readBy(int segment) {
    Set<Value> read = new LinkedHashSet<>();
    steps.get(segment).forEach(step -> read.addAll(step.read()));
    read.retainAll(between);
    read.removeAll(givenBy(segment, Set.of()));
    return read;
  }

  /** What steps make, and what is alive behind each. */
  private static final class Sizes {
    private final List<Plan.Step> steps;
    private final Map<Value, Long> bytes;
    private final Map<Value, Integer> made = new HashMap<>();
    private final Map<Value, Integer> last = new HashMap<>();
    private final long[] making;
    private final long[] alive;

    Sizes(List<Plan.Step> steps, Map<Value, Long> bytes) {
      this.steps = steps;
      this.bytes = bytes;
      this.making = new long[steps.size()];
      this.alive = new long[steps.size()];
      for (int place = 0; place < steps.size(); place++) {
        for (Value output : steps.get(place).outputs()) {
          if (output != null) {
            made.put(output, place);
            making[place] += size(output);
          }
        }
        for (Value value : steps.get(place).read()) {
          if (made.containsKey(value)) {
            last.put(value, place);
          }
        }
      }
      last.forEach(
          (value, end) -> {
            for (int place = Objects.requireNonNull(made.get(value)); place < end; place++) {
              alive[place] += size(value);
            }
          });
    }

    private long size(Value value) {
      return bytes.getOrDefault(value, 0L);
    }

    /** Behind which steps to cut for about so many segments: where little is alive. */
    List<Integer> places(int count) {
      long all = 0;
      for (long each : making) {
        all += each;
      }
      double mean = (double) all / count;
      List<Integer> places = new ArrayList<>();
      double sum = 0;
      int best = -1;
      for (int place = 0; place < steps.size() - 1; place++) {
        sum += making[place];
        if (sum >= mean * (1 - SPREAD) && (best < 0 || alive[place] < alive[best])) {
          best = place;
        }
        if (sum >= mean * (1 + SPREAD)) {
          places.add(best);
          place = best;
          sum = 0;
          best = -1;
        }
      }
      return places;
    }

    Segments cut(List<Integer> places) {
      List<List<Plan.Step>> segments = new ArrayList<>();
      Set<Value> between = new HashSet<>();
      long largest = 0;
      int start = 0;
      List<Integer> ends = new ArrayList<>(places);
      ends.add(steps.size() - 1);
      for (int end : ends) {
        segments.add(steps.subList(start, end + 1));
        long sum = 0;
        for (int place = start; place <= end; place++) {
          sum += making[place];
        }
        largest = Math.max(largest, sum);
        int first = start;
        last.forEach(
            (value, place) -> {
              int maker = Objects.requireNonNull(made.get(value));
              if (maker >= first && maker <= end && place > end) {
                between.add(value);
              }
            });
        start = end + 1;
      }
      long kept = between.stream().mapToLong(this::size).sum();
      return new Segments(segments, between, kept + largest);
    }
  }
}

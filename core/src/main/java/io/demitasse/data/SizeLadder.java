package io.demitasse.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * The sizes to try for an open dimension, after the usual one.
 *
 * @param usual where to begin
 * @param rungs further sizes, in the order in which they are tried
 */
record SizeLadder(long usual, List<Long> rungs) {
  static final SizeLadder OF_BATCH = new SizeLadder(1, List.of(2L, 3L, 4L, 8L));
  static final SizeLadder OF_PAST = new SizeLadder(0, List.of(1L, 8L, 16L, 31L, 32L));

  /** Attempts are this many at most. */
  private static final int ATTEMPTS = 64;

  /** Lengths are doubled so far, and a usual one that is long already five times. */
  private static final long LONGEST = 16_384;

  /** Sides of pictures: what networks halve five times goes before. */
  private static final long[] SIDES = {
    640, 512, 384, 320, 256, 224, 192, 160, 128, 96, 64, 32, 448, 336, 299, 768, 1024, 16, 8, 4, 2,
    1
  };

  SizeLadder {
    rungs = List.copyOf(rungs);
  }

  /** Half, a quarter ... of a length down to one, then twice, four times ... of it. */
  static SizeLadder ofLength(long usual) {
    LongStream shorter = LongStream.iterate(usual / 2, length -> length >= 1, length -> length / 2);
    long longest = Math.max(LONGEST, 32 * usual);
    LongStream longer =
        LongStream.iterate(
            2 * Math.max(1, usual), length -> length <= longest, length -> 2 * length);
    return new SizeLadder(usual, LongStream.concat(shorter, longer).boxed().toList());
  }

  /** Smaller pictures first: they take less of everything. */
  static SizeLadder ofPicture(long usual) {
    LongStream smaller = LongStream.of(SIDES).filter(side -> side < usual);
    LongStream larger = LongStream.of(SIDES).filter(side -> side > usual).sorted();
    return new SizeLadder(usual, LongStream.concat(smaller, larger).boxed().toList());
  }

  /**
   * What to try for dimensions together.
   *
   * @param ladders by dimension
   * @param hints sizes to try before the rungs
   * @return sizes by dimension; the first is empty: the usual ones
   */
  static List<Map<String, Long>> attempts(Map<String, SizeLadder> ladders, List<Long> hints) {
    Map<SizeLadder, List<String>> alike = new LinkedHashMap<>();
    ladders.forEach(
        (name, ladder) -> alike.computeIfAbsent(ladder, _ -> new ArrayList<>()).add(name));
    Set<Map<String, Long>> attempts = new LinkedHashSet<>();
    attempts.add(Map.of());
    alike.forEach((_, names) -> climb(names, hints, attempts));
    alike.forEach((ladder, names) -> climb(names, ladder.rungs, attempts));
    if (alike.size() > 1) {
      together(alike, attempts);
    }
    alike.forEach(
        (ladder, names) -> names.forEach(name -> climb(List.of(name), ladder.rungs, attempts)));
    return attempts.stream().limit(ATTEMPTS).toList();
  }

  private static void climb(List<String> names, List<Long> sizes, Set<Map<String, Long>> attempts) {
    for (long size : sizes) {
      Map<String, Long> attempt = new LinkedHashMap<>();
      names.forEach(name -> attempt.put(name, size));
      attempts.add(attempt);
    }
  }

  /** All lengths as many rungs up. */
  private static void together(
      Map<SizeLadder, List<String>> alike, Set<Map<String, Long>> attempts) {
    List<SizeLadder> lengths =
        alike.keySet().stream()
            .filter(ladder -> !ladder.equals(OF_BATCH) && !ladder.equals(OF_PAST))
            .toList();
    int highest = lengths.stream().mapToInt(ladder -> ladder.rungs.size()).min().orElse(0);
    for (int rung = 0; rung < highest; rung++) {
      Map<String, Long> attempt = new LinkedHashMap<>();
      for (SizeLadder ladder : lengths) {
        long size = ladder.rungs.get(rung);
        Objects.requireNonNull(alike.get(ladder)).forEach(name -> attempt.put(name, size));
      }
      attempts.add(attempt);
    }
  }
}

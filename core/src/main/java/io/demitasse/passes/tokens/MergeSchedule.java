package io.demitasse.passes.tokens;

import java.util.ArrayList;
import java.util.List;

/**
 * How many tokens go at each of several places.
 *
 * @param tokens how many there are before the first
 * @param counts how many are left behind each
 */
record MergeSchedule(int tokens, List<Integer> counts) {
  MergeSchedule {
    counts = List.copyOf(counts);
  }

  /** What options say of a stream, spread evenly; at most every other token goes at a place. */
  static MergeSchedule of(MergeTokens options, int tokens, int places) {
    int all = (int) Math.round(Math.max(0, tokens - options.kept()) * (1 - options.ratio()));
    List<Integer> counts = new ArrayList<>();
    int left = tokens;
    for (int place = 1; place <= places; place++) {
      int wanted =
          options.perBlock() > 0
              ? options.perBlock()
              : left - (tokens - (int) ((long) all * place / places));
      left -= Math.min(wanted, TokenMerge.most(left, options.kept()));
      counts.add(left);
    }
    return new MergeSchedule(tokens, counts);
  }

  int before(int place) {
    return place == 0 ? tokens : counts.get(place - 1);
  }

  int merged(int place) {
    return before(place) - counts.get(place);
  }

  String told(int place) {
    return merged(place) + " of its " + before(place) + " tokens go into others";
  }

  boolean isIdle() {
    return counts.isEmpty() || counts.getLast() == tokens;
  }
}

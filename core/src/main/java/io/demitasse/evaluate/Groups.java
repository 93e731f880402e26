package io.demitasse.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Records of samples by what a field of these says, such as who speaks. Groups of fewer than
 * {@value #LEAST} records, and records of which nothing is known, are told together as {@value
 * #OTHERS}.
 *
 * @param field the name of the field
 * @param places of the records of each group, by its name, the others last
 */
public record Groups(String field, Map<String, List<Integer>> places) {
  /** A group of fewer records is not told by itself: its figures would be chance. */
  public static final int LEAST = 20;

  /** All that are in no group of their own. */
  public static final String OTHERS = "others";

  private static final Pattern METRIC = Pattern.compile("(.+?)\\[([^\\[\\]=]+)=(.*)]");

  public Groups {
    Map<String, List<Integer>> copy = new LinkedHashMap<>();
    places.forEach((group, records) -> copy.put(group, List.copyOf(records)));
    places = java.util.Collections.unmodifiableMap(copy);
  }

  /**
   * A metric of one group, {@code top1[speaker=ann]}.
   *
   * @param metric of all samples
   */
  public record Metric(String metric, String field, String group) {
    @Override
    public String toString() {
      return metric + "[" + field + "=" + group + "]";
    }

    /** Reads such a name; empty where it is that of a metric of all samples. */
    public static Optional<Metric> parse(String name) {
      Matcher matcher = METRIC.matcher(name);
      return matcher.matches()
          ? Optional.of(new Metric(matcher.group(1), matcher.group(2), matcher.group(3)))
          : Optional.empty();
    }
  }

  /**
   * Groups records.
   *
   * @param groups of each record, in order; empty where it is in none
   */
  public static Groups of(String field, List<Optional<String>> groups) {
    Map<String, List<Integer>> all = new TreeMap<>();
    for (int i = 0; i < groups.size(); i++) {
      all.computeIfAbsent(groups.get(i).orElse(OTHERS), _ -> new ArrayList<>()).add(i);
    }
    Map<String, List<Integer>> large = new LinkedHashMap<>();
    List<Integer> others = new ArrayList<>();
    all.forEach(
        (group, places) -> {
          if (places.size() < LEAST || group.equals(OTHERS)) {
            others.addAll(places);
          } else {
            large.put(group, places);
          }
        });
    if (!others.isEmpty()) {
      others.sort(null);
      large.put(OTHERS, others);
    }
    return new Groups(field, large);
  }

  /** The names of a metric by group. */
  List<String> names(String metric) {
    return places.keySet().stream()
        .map(group -> new Metric(metric, field, group).toString())
        .toList();
  }

  /**
   * A score by group: told, and limiting nothing.
   *
   * @param score of as many records as were grouped, in their order
   */
  public List<Task.Score> of(Task.Score score) {
    List<Task.Score> scores = new ArrayList<>();
    places.forEach(
        (group, records) ->
            scores.add(
                Task.Score.informational(
                    new Metric(score.metric(), field, group).toString(),
                    score.statistic().only(records))));
    return scores;
  }
}

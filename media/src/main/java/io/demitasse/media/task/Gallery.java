package io.demitasse.media.task;

import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.error.DemitasseException;
import io.demitasse.media.data.Dataset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Queries, then all different texts among which each has its own.
 *
 * @param samples all queries, then all texts
 * @param answers for each query the places of its texts among the texts, in ascending order; none
 *     where none belongs to it
 */
record Gallery(Dataset samples, List<int[]> answers) {
  Gallery {
    answers = List.copyOf(answers);
  }

  /**
   * Puts texts behind queries.
   *
   * @param texts of each query, by its place
   */
  static Gallery of(Dataset queries, IntFunction<List<String>> texts) {
    Map<String, Integer> places = new LinkedHashMap<>();
    List<int[]> answers = new ArrayList<>();
    for (int query = 0; query < queries.size(); query++) {
      List<String> own = texts.apply(query);
      own.forEach(text -> places.putIfAbsent(text, places.size()));
      answers.add(own.stream().mapToInt(places::get).sorted().distinct().toArray());
    }
    int count = queries.size();
    List<Sample> labels = new ArrayList<>();
    places.keySet().forEach(text -> labels.add(new Sample.Text("label '" + text + "'", text)));
    return new Gallery(
        new Dataset(
            queries.loaded(),
            count + labels.size(),
            i -> i < count ? queries.get(i) : labels.get(i - count),
            queries.advice(),
            i -> i < count ? queries.declared(i) : Optional.empty()),
        answers);
  }

  int queries() {
    return answers.size();
  }

  int texts() {
    return samples.size() - queries();
  }

  /**
   * Fewer queries would find their texts without looking.
   *
   * @param task whose name the message says
   */
  void requireSeveral(String task) {
    if (queries() < 2 || texts() < 2) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "The task %s needs two pictures and two different texts at least to choose from, but"
                  + " %s has %d and %d. Every rank would be the first.",
              task,
              samples.name(),
              queries(),
              texts()));
    }
  }

  /** The same on some queries; all texts stay to choose from, so that it is as hard. */
  Gallery only(List<Integer> some) {
    List<Integer> kept = new ArrayList<>(some);
    IntStream.range(queries(), samples.size()).forEach(kept::add);
    return new Gallery(
        new Dataset(samples.loaded(), kept.size(), i -> samples.get(kept.get(i))),
        some.stream().map(answers::get).toList());
  }

  /**
   * Queries, then as many texts: so that a choice spread evenly over them runs every part, however
   * few texts there are.
   */
  Samples calibration() {
    int count = queries();
    return new Dataset(
        samples.loaded(),
        2 * count,
        i -> samples.get(i < count ? i : count + (int) ((long) (i - count) * texts() / count)));
  }

  /** What was kept of the queries. */
  <T> List<T> ofQueries(List<T> all) {
    return all.subList(0, queries());
  }

  /** What was kept of the texts. */
  <T> List<T> ofTexts(List<T> all) {
    return all.subList(queries(), all.size());
  }
}

package io.demitasse.saliency;

import io.demitasse.data.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The words of a sample's text, each of which can be dropped.
 *
 * @param field that holds the text; empty where the sample is the text
 */
record Words(Sample sample, String field, List<String> words) {
  /** Of a longer text, so many words from its start. */
  private static final int MOST = 48;

  /**
   * Of a sample.
   *
   * @param fields that are given as text
   * @return empty where it has none, or a single word
   */
  static Optional<Words> of(Sample sample, Set<String> fields) {
    Optional<Words> found =
        sample instanceof Sample.Text(String _, String text, var _)
            ? Optional.of(of(sample, "", text))
            : fields.stream()
                .flatMap(
                    field -> sample.fields().text(field).stream().map(t -> of(sample, field, t)))
                .findFirst();
    return found.filter(words -> words.words.size() > 1);
  }

  private static Words of(Sample sample, String field, String text) {
    return new Words(sample, field, List.of(text.strip().split("\\s+")));
  }

  int count() {
    return Math.min(MOST, words.size());
  }

  /** Those that are dropped one after the other. */
  List<String> places() {
    return words.subList(0, count());
  }

  Sample without(int place) {
    List<String> left = new ArrayList<>(words);
    left.remove(place);
    String text = String.join(" ", left);
    return field.isEmpty()
        ? new Sample.Text(sample.id(), text, sample.fields())
        : sample.with(sample.fields().with(field, text));
  }
}

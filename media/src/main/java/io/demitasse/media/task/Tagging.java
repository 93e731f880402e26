package io.demitasse.media.task;

import io.demitasse.data.Sample;
import io.demitasse.evaluate.Statistic;
import io.demitasse.evaluate.Supervision;
import io.demitasse.evaluate.Task.Score;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.ir.Tensor;
import io.demitasse.media.data.FieldNames.Role;
import io.demitasse.media.text.TextTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A tag for each word of a text, told at the first token of the word.
 *
 * <p>Metrics: {@code entity f1}, 2 right / (said + there) over whole entities of all texts, type
 * and both ends right (Tjong Kim Sang and De Meulder, "Introduction to the CoNLL-2003 Shared Task",
 * CoNLL 2003), which a budget holds; {@code token accuracy}, the share of words with the right tag,
 * which it holds where tags name no entities. Words that a text was cut before are not judged.
 *
 * @param output float {@code [1, tokens, tags]}
 * @param byTag the class of each tag that samples have
 * @param names of all classes
 */
record Tagging(
    String output, TextTokenizer tokenizer, Map<String, Integer> byTag, List<String> names)
    implements Judgment<Tagging.Tagged> {
  static final String NAME = "tagging";

  private static final String F1 = "entity f1";
  private static final String ACCURACY = "token accuracy";

  Tagging {
    byTag = Map.copyOf(byTag);
    names = List.copyOf(names);
  }

  /** Counts of one text: entities that are right, said and there; words that are right, and all. */
  record Tagged(int right, int said, int there, int rightWords, int words) {}

  @Override
  public String name() {
    return NAME;
  }

  private boolean namesEntities() {
    return byTag.keySet().stream().map(this::named).allMatch(Entities::isOne)
        && byTag.keySet().stream().map(this::named).anyMatch(tag -> !tag.equals("O"));
  }

  private String named(String tag) {
    return names.get(place(tag));
  }

  private int place(String tag) {
    return Objects.requireNonNull(byTag.get(tag), tag);
  }

  @Override
  public List<String> metrics() {
    return namesEntities() ? List.of(F1, ACCURACY) : List.of(ACCURACY);
  }

  static List<String> words(Sample sample) {
    return sample.fields().texts(Role.TOKENS.field());
  }

  static List<String> tags(Sample sample) {
    return sample.fields().texts(Role.TAGS.field());
  }

  @Override
  public Tagged judged(Sample sample, Map<String, Tensor> outputs) {
    Tensor scores = Outputs.require(outputs, output);
    int[] places = tokenizer.firstTokens(words(sample));
    List<String> tags = tags(sample);
    List<String> there = new ArrayList<>();
    List<String> said = new ArrayList<>();
    int right = 0;
    for (int word = 0; word < places.length; word++) {
      if (places[word] >= 0) {
        there.add(named(tags.get(word)));
        said.add(said(scores, places[word]));
        right += there.getLast().equals(said.getLast()) ? 1 : 0;
      }
    }
    Set<Entities.Entity> expected = Entities.of(there);
    Set<Entities.Entity> found = Entities.of(said);
    int both = (int) found.stream().filter(expected::contains).count();
    return new Tagged(both, found.size(), expected.size(), right, there.size());
  }

  /** No tag where the scores are of another size, or no numbers. */
  private String said(Tensor scores, int token) {
    int classes = names.size();
    if (scores.rank() != 3 || scores.size(-1) != classes || scores.size(1) <= token) {
      return "";
    }
    int largest = Classes.largest(scores.toFloats((long) token * classes, classes));
    return largest < 0 ? "" : names.get(largest);
  }

  @Override
  public List<Score> scores(List<Tagged> records) {
    Statistic accuracy = Statistic.of(records, Tagging::accuracy);
    return namesEntities()
        ? List.of(
            Score.limited(F1, Statistic.of(records, Tagging::f1)),
            Score.informational(ACCURACY, accuracy))
        : List.of(Score.limited(ACCURACY, accuracy));
  }

  private static double f1(List<Tagged> records) {
    long right = 0;
    long both = 0;
    for (Tagged each : records) {
      right += each.right();
      both += each.said() + (long) each.there();
    }
    return both == 0 ? Double.NaN : 2.0 * right / both;
  }

  private static double accuracy(List<Tagged> records) {
    long right = 0;
    long words = 0;
    for (Tagged each : records) {
      right += each.rightWords();
      words += each.words();
    }
    return words == 0 ? Double.NaN : (double) right / words;
  }

  @Override
  public Map<String, Integer> least(TaskSplits.Request request) {
    boolean entities = namesEntities();
    int accuracy = request.least(ACCURACY, !entities, Spread.OF_RATES);
    return entities
        ? Map.of(F1, request.least(F1, true, Spread.OF_RATES), ACCURACY, accuracy)
        : Map.of(ACCURACY, accuracy);
  }

  @Override
  public Optional<Supervision> supervision() {
    return Optional.of(Supervision.of(output, Supervision.Kind.TOKENS, this::target));
  }

  private Tensor target(Sample sample) {
    int[] places = tokenizer.firstTokens(words(sample));
    List<String> tags = tags(sample);
    int length = tokenizer.encode(String.join(" ", words(sample))).length();
    long[] target = new long[length];
    Arrays.fill(target, Supervision.NOTHING_ASKED);
    for (int word = 0; word < places.length; word++) {
      if (places[word] >= 0) {
        target[places[word]] = place(tags.get(word));
      }
    }
    return Tensor.ofLongs(new long[] {1, length}, target);
  }
}

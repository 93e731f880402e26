package io.demitasse.media.task;

import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskProvider.Request;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.media.data.BuiltInSentences;
import io.demitasse.media.data.Dataset;
import io.demitasse.media.data.FieldNames.Role;
import io.demitasse.media.data.LabelClasses;
import io.demitasse.media.program.EmbeddingProgram;
import io.demitasse.media.program.SingleProgram;
import io.demitasse.media.text.TextTokenizer;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes tasks that judge by labels.
 *
 * @param samples all that were given; null where none were
 */
record LabelTasks(Request request, @Nullable Dataset samples) {
  static final List<String> NAMES =
      List.of(
          Classification.NAME,
          Regression.NAME,
          TextSimilarity.NAME,
          Tagging.NAME,
          LanguageModeling.NAME);

  private static final String LABELED =
      "a folder of a folder for each class, a table (.csv, .tsv) or JSON lines (.jsonl) with a"
          + " label, arrays (.npz) with labels, or pictures of the MNIST family";

  /** The task of a name, one of {@link #NAMES}. */
  Task task() {
    return switch (request.task()) {
      case Classification.NAME -> classification();
      case Regression.NAME -> regression();
      case TextSimilarity.NAME -> similarity();
      case Tagging.NAME -> tagging();
      default -> languageModeling();
    };
  }

  private Model model() {
    if (!request.bundle().parts().keySet().equals(Set.of(Bundle.SINGLE))) {
      throw refused("a model by itself, but " + request.origin() + " has several");
    }
    return request.bundle().part(Bundle.SINGLE);
  }

  private DemitasseException refused(String needed) {
    return DemitasseException.badRequest(
        "The task " + request.task() + " needs " + needed + ". Use the task agreement.");
  }

  /** Samples of which something is known; those of which it is not are left out. */
  private Dataset known(Function<Sample, Optional<String>> problem, String needed) {
    if (samples == null) {
      throw DemitasseException.badRequest(
          "The task " + request.task() + " needs data: " + needed + ".");
    }
    return samples.without(problem, needed);
  }

  /** Two texts are read as one where samples have two. */
  private Program program() {
    return request.program() instanceof SingleProgram single && single.tokenizer() != null
        ? new PairProgram(single)
        : request.program();
  }

  private Task classification() {
    ScoreOutput output = ScoreOutput.ofClasses(model(), request.task());
    Dataset labeled =
        known(sample -> missing(sample, Role.LABEL, "label that is one text or number"), LABELED);
    TreeSet<String> labels = new TreeSet<>();
    for (int i = 0; i < labeled.size(); i++) {
      labels.add(labeled.get(i).fields().text(Role.LABEL.field()).orElseThrow());
    }
    int classes = classes(output, labels.size());
    LabelClasses found = LabelClasses.of(labels, "labels", request.origin(), classes);
    if (found.byLabel().isEmpty()) {
      throw refused("labels that are classes of the model, but " + found.how());
    }
    requireSeveral(new HashSet<>(found.byLabel().values()), labels.first());
    int there = new HashSet<>(found.byLabel().values()).size();
    Dataset noted = labeled.noting("classes: " + found.how());
    return new LabelTask<>(
        new Classification(output.name(), classes, found.byLabel()),
        there == classes
            ? noted
            : noted.noting(
                String.format(
                    Locale.ROOT, "samples are of %,d of the model's %,d classes", there, classes)),
        new OneOutput(program(), output.name()));
  }

  /** As many as the model says, else as there are labels. */
  private static int classes(ScoreOutput output, int labels) {
    return (int) output.classes().orElse(Math.max(2, labels));
  }

  private void requireSeveral(Set<Integer> classes, String label) {
    if (classes.size() < 2) {
      throw refused(
          "samples of two classes at least, but all of "
              + request.data()
              + " are of the class '"
              + label
              + "'");
    }
  }

  private static Optional<String> missing(Sample sample, Role role, String what) {
    return sample.fields().text(role.field()).filter(text -> !text.isBlank()).isPresent()
        ? Optional.empty()
        : Optional.of("has no " + what);
  }

  private static Optional<String> withoutNumber(Sample sample) {
    return Regression.truth(sample).isPresent()
        ? Optional.empty()
        : Optional.of(
            sample
                .fields()
                .text(Role.SCORE.field())
                .or(() -> sample.fields().text(Role.LABEL.field()))
                .map(text -> "has '" + text + "', which is no finite number")
                .orElse("has no score, and no label that is a number"));
  }

  private void requireDifferent(Dataset scored) {
    double first = Regression.truth(scored.get(0)).orElseThrow();
    if (IntStream.range(1, scored.size())
        .allMatch(i -> Regression.truth(scored.get(i)).orElseThrow() == first)) {
      throw refused(
          String.format(
              Locale.ROOT, "numbers that differ, but all are %s", Double.toString(first)));
    }
  }

  private Task regression() {
    ScoreOutput output = ScoreOutput.ofNumbers(model(), request.task());
    Dataset scored =
        known(
            LabelTasks::withoutNumber,
            "a table (.csv, .tsv) or JSON lines (.jsonl) with a score, or arrays (.npz) with"
                + " labels");
    requireDifferent(scored);
    return new LabelTask<>(
        new Regression(output.name(), output.shape().rank()),
        scored,
        new OneOutput(program(), output.name()));
  }

  private Task similarity() {
    Dataset pairs =
        known(
            sample -> missing(sample, Role.SECOND, "second text").or(() -> withoutNumber(sample)),
            "a table (.csv, .tsv) or JSON lines (.jsonl) of text, text2 and score");
    requireDifferent(pairs);
    Optional<ScoreOutput> one =
        request.program() instanceof SingleProgram
            ? ScoreOutput.all(model()).stream().filter(ScoreOutput::isOneNumber).findFirst()
            : Optional.empty();
    return new LabelTask<>(
        new TextSimilarity(
            one.map(ScoreOutput::name), one.map(output -> output.shape().rank()).orElse(0)),
        pairs,
        one.<Program>map(output -> new OneOutput(program(), output.name()))
            .orElseGet(() -> new BothTexts(embedding())));
  }

  private EmbeddingProgram embedding() {
    if (request.program() instanceof EmbeddingProgram embedding && !embedding.embeds().isEmpty()) {
      return embedding;
    }
    throw refused("a text encoder with its tokenizer, or a model of one number for two texts");
  }

  private TextTokenizer tokenizer() {
    if (request.program() instanceof SingleProgram single && single.tokenizer() != null) {
      return single.tokenizer();
    }
    throw refused("a model that takes texts, with its tokenizer.json beside it");
  }

  private Task tagging() {
    ScoreOutput output = ScoreOutput.ofPositions(model(), request.task());
    TextTokenizer tokenizer = tokenizer();
    Dataset tagged =
        known(
            LabelTasks::untagged,
            "JSON lines (.jsonl) such as {\"tokens\": [\"Ann\", \"sings\"], \"tags\": [\"B-PER\","
                + " \"O\"]}");
    TreeSet<String> tags = new TreeSet<>();
    for (int i = 0; i < tagged.size(); i++) {
      tags.addAll(Tagging.tags(tagged.get(i)));
    }
    int classes = classes(output, tags.size());
    LabelClasses found = LabelClasses.of(tags, "tags", request.origin(), classes);
    if (found.byLabel().isEmpty()) {
      throw refused("tags that are classes of the model, but " + found.how());
    }
    requireSeveral(new HashSet<>(found.byLabel().values()), tags.first());
    return new LabelTask<>(
        new Tagging(output.name(), tokenizer, found.byLabel(), names(found, classes)),
        tagged.noting("tags: " + found.how()),
        new OneOutput(request.program(), output.name()));
  }

  private static Optional<String> untagged(Sample sample) {
    int words = Tagging.words(sample).size();
    int tags = Tagging.tags(sample).size();
    return words > 0 && words == tags
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT, "has %d tokens and %d tags, expected as many of each", words, tags));
  }

  /** What all classes are called: as beside the model, else as samples have them. */
  private List<String> names(LabelClasses found, int classes) {
    Map<Integer, String> names = new TreeMap<>();
    found.byLabel().forEach((label, place) -> names.put(place, label));
    names.putAll(LabelClasses.names(request.origin(), classes));
    return IntStream.range(0, classes)
        .mapToObj(i -> names.getOrDefault(i, Integer.toString(i)))
        .collect(Collectors.toList());
  }

  private Task languageModeling() {
    ScoreOutput output = ScoreOutput.ofPositions(model(), request.task());
    TextTokenizer tokenizer = tokenizer();
    Program program = new TokenLikelihoods(request.program(), output.name());
    LanguageModeling judgment = new LanguageModeling(output.name(), tokenizer);
    return samples == null
        ? new LabelTask<>(judgment, new BuiltInSentences(), program)
        : new LabelTask<>(
            judgment, samples.without(sample -> tooShort(sample, tokenizer), "texts"), program);
  }

  private static Optional<String> tooShort(Sample sample, TextTokenizer tokenizer) {
    return sample instanceof Sample.Text text && tokenizer.encode(text.text()).length() > 1
        ? Optional.empty()
        : Optional.of("is no text of two tokens at least");
  }
}

package io.demitasse.media.task;

import io.demitasse.data.Sample;
import io.demitasse.evaluate.Groups;
import io.demitasse.evaluate.Statistic;
import io.demitasse.evaluate.Supervision;
import io.demitasse.evaluate.Task.Score;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.ir.Tensor;
import io.demitasse.media.data.FieldNames.Role;
import io.demitasse.media.metric.ExactMatch;
import io.demitasse.media.metric.TextNormalization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.stream.Stream;

/**
 * The answer to a question about a picture.
 *
 * <p>Metrics: {@code accuracy}, the share of answers that are a right one, in lower case and
 * without punctuation, is held by a budget; {@code accuracy[kind=color]}, the same by kind of
 * question: what a field of that name says, else the first word of the question.
 *
 * @param kinds all that there may be
 */
record QuestionAnswering(Answers answers, SortedSet<String> kinds)
    implements Judgment<QuestionAnswering.Answered> {
  static final String NAME = "question-answering";

  private static final String ACCURACY = "accuracy";
  private static final String KIND = "kind";
  private static final TextNormalization COMPARED = TextNormalization.BASIC;

  /** Whether an answer is right, and what the question is of. */
  record Answered(boolean right, String kind) {}

  /** Why a sample cannot be judged, with all that it lacks. */
  static Optional<String> problem(Sample sample) {
    List<String> lacking = new ArrayList<>();
    if (!(sample instanceof Sample.File)) {
      lacking.add("picture");
    }
    if (sample.fields().text(Role.TEXT.field()).filter(text -> !text.isBlank()).isEmpty()) {
      lacking.add("question");
    }
    if (answers(sample).stream().allMatch(answer -> COMPARED.of(answer).isEmpty())) {
      lacking.add("answer");
    }
    return lacking.isEmpty()
        ? Optional.empty()
        : Optional.of("has no " + String.join(", and no ", lacking));
  }

  private static List<String> answers(Sample sample) {
    return sample.fields().texts(Role.LABEL.field());
  }

  private static String question(Sample sample) {
    return sample.fields().text(Role.TEXT.field()).orElseThrow();
  }

  /** What a question is of. */
  static String kind(Sample sample) {
    return sample
        .fields()
        .text(KIND)
        .filter(kind -> !kind.isBlank())
        .or(() -> COMPARED.words(question(sample)).stream().findFirst())
        .orElse(Groups.OTHERS);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> metrics() {
    return Stream.concat(
            Stream.of(ACCURACY),
            Stream.concat(kinds.stream(), Stream.of(Groups.OTHERS))
                .distinct()
                .map(kind -> new Groups.Metric(ACCURACY, KIND, kind).toString()))
        .toList();
  }

  @Override
  public Answered judged(Sample sample, Map<String, Tensor> outputs) {
    return new Answered(isRight(sample, answers.said(outputs)), kind(sample));
  }

  private static boolean isRight(Sample sample, String said) {
    return !COMPARED.of(said).isEmpty() && ExactMatch.of(said, answers(sample), COMPARED);
  }

  @Override
  public List<Score> scores(List<Answered> records) {
    Score accuracy = Score.limited(ACCURACY, Statistic.mean(records, each -> each.right() ? 1 : 0));
    List<Score> scores = new ArrayList<>(List.of(accuracy));
    scores.addAll(
        Groups.of(KIND, records.stream().map(each -> Optional.of(each.kind())).toList())
            .of(accuracy));
    return scores;
  }

  @Override
  public Map<String, Integer> least(TaskSplits.Request request) {
    return Map.of(ACCURACY, request.least(ACCURACY, true, Spread.OF_RATES));
  }

  @Override
  public String group(Sample sample) {
    return kind(sample);
  }

  @Override
  public boolean hasWords() {
    return true;
  }

  @Override
  public Wording worded(Sample sample, Map<String, Tensor> outputs) {
    String said = answers.said(outputs);
    return new Wording(
        question(sample), said, answers(sample).getFirst(), isRight(sample, said) ? 1 : 0);
  }

  /** Where all answers are classes of the model. */
  @Override
  public Optional<Supervision> supervision() {
    return answers.byLabel().isEmpty()
        ? Optional.empty()
        : Optional.of(
            Supervision.of(
                answers.output(),
                Supervision.Kind.CLASS,
                sample ->
                    Tensor.ofLongs(
                        new long[] {1},
                        Objects.requireNonNull(
                            answers.byLabel().get(answers(sample).getFirst())))));
  }
}

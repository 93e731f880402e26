package io.demitasse.media.task;

import io.demitasse.data.Program;
import io.demitasse.data.Samples;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Difference;
import io.demitasse.evaluate.Review;
import io.demitasse.evaluate.Statistic;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.ir.Tensor;
import io.demitasse.media.task.OutputAgreement.Exact;
import io.demitasse.media.task.OutputAgreement.Real;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * Agreement with the original model: no labels are needed.
 *
 * <p>Metrics, one value a sample: {@code cosine} and {@code sqnr} (dB, at most 100) of the
 * embedding where the program gives one, else the mean over all floating-point outputs; {@code
 * top1}, the share of positions with the same largest entry along the last axis, over outputs that
 * are scores of classes; {@code equal}, the share of equal elements, over integer outputs. A metric
 * is left out where the original gives no output for it. Other shapes than the original's, and
 * values that are not finite where the original's are, score 0.
 *
 * @param program whose outputs are compared
 */
public record AgreementTask(Samples samples, Program program) implements Task {
  /** The name this task goes by. */
  public static final String NAME = "agreement";

  private static final List<String> METRICS = List.of("cosine", "sqnr", "top1", "equal");

  public AgreementTask {
    program = program instanceof EmbeddingOnly ? program : new EmbeddingOnly(program);
  }

  /** The same on some of its samples. */
  AgreementTask only(List<Integer> places) {
    return new AgreementTask(samples.only(places), program);
  }

  @Override
  public TaskSplits splits(TaskSplits.Request request) {
    return TaskSplits.of(
        new TaskSplits.Scored(samples, samples.size(), "samples", _ -> "", least(request)),
        request,
        this::only);
  }

  /** How many values each side needs, by metric. */
  static Map<String, Integer> least(TaskSplits.Request request) {
    return Map.of(
        "cosine", request.least("cosine", true, Spread.OF_COSINES),
        "top1", request.least("top1", false, Spread.OF_RATES),
        "equal", request.least("equal", false, Spread.OF_RATES));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Optional<Task> chosen(List<Integer> places) {
    return Optional.of(only(places));
  }

  @Override
  public List<String> metrics() {
    return METRICS;
  }

  @Override
  public Review<?, List<Score>> scores() {
    return new Review<>(AgreementTask::agreement, AgreementTask::judged);
  }

  /**
   * How the outputs of a sample agree with the original's, by name.
   *
   * @throws DemitasseException (bad request) when the first sample has nothing to compare
   */
  static Map<String, OutputAgreement> agreement(
      int sample, Map<String, Tensor> outputs, Map<String, Tensor> reference) {
    Map<String, OutputAgreement> agreement = OutputAgreement.of(outputs, reference);
    if (sample == 0 && agreement.isEmpty()) {
      throw DemitasseException.badRequest(
          "The outputs of this model cannot be compared: " + reference + ".");
    }
    return agreement;
  }

  /** Which metrics there are is told by the first sample. */
  static List<Score> judged(List<Map<String, OutputAgreement>> samples) {
    Map<String, OutputAgreement> first = samples.getFirst();
    List<String> real = names(first, agreement -> agreement instanceof Real);
    List<String> classes =
        names(first, agreement -> agreement instanceof Real output && output.ofClasses());
    List<String> exact = names(first, agreement -> agreement instanceof Exact);
    List<Score> scores = new ArrayList<>();
    if (!real.isEmpty()) {
      scores.add(Score.limited("cosine", means(samples, real, Real.class, Real::cosine)));
      scores.add(Score.informational("sqnr", means(samples, real, Real.class, Real::decibels)));
    }
    if (!classes.isEmpty()) {
      scores.add(Score.informational("top1", means(samples, classes, Real.class, Real::top1)));
    }
    if (!exact.isEmpty()) {
      Statistic equal = means(samples, exact, Exact.class, Exact::equal);
      scores.add(new Score("equal", equal, scores.isEmpty()));
    }
    return scores;
  }

  private static List<String> names(
      Map<String, OutputAgreement> sample, Predicate<OutputAgreement> wanted) {
    return sample.entrySet().stream()
        .filter(output -> wanted.test(output.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** For each sample the mean over some outputs, of which one that is missing counts 0. */
  private static <A extends OutputAgreement> Statistic means(
      List<Map<String, OutputAgreement>> samples,
      List<String> names,
      Class<A> kind,
      ToDoubleFunction<A> value) {
    return Statistic.mean(
        samples,
        sample -> {
          double sum = 0;
          for (String name : names) {
            OutputAgreement output = sample.get(name);
            sum += kind.isInstance(output) ? value.applyAsDouble(kind.cast(output)) : 0;
          }
          return sum / names.size();
        });
  }

  @Override
  public Optional<Review<?, List<Difference>>> differences(int limit) {
    return Optional.of(Differences.review(samples, limit));
  }
}

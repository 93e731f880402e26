package io.demitasse.media.task;

import io.demitasse.data.Program;
import io.demitasse.data.Samples;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Difference;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleBiFunction;
import org.jspecify.annotations.Nullable;

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

  /** Elements that are read at a time. */
  private static final int PIECE = 1 << 14;

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
  public List<String> metrics() {
    return METRICS;
  }

  @Override
  public List<Score> score(List<Map<String, Tensor>> outputs, List<Map<String, Tensor>> reference) {
    if (outputs.size() != reference.size() || outputs.isEmpty()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "outputs of %d samples cannot be compared with %d",
              outputs.size(),
              reference.size()));
    }
    Set<String> real = new TreeSet<>();
    Set<String> classes = new TreeSet<>();
    Set<String> exact = new TreeSet<>();
    reference.getFirst().forEach((name, tensor) -> sort(name, tensor, real, classes, exact));
    List<Score> scores = new ArrayList<>();
    Comparison comparison = new Comparison(outputs, reference);
    if (!real.isEmpty()) {
      scores.add(Score.limited("cosine", comparison.means(real, AgreementTask::cosine)));
      scores.add(Score.informational("sqnr", comparison.means(real, AgreementTask::decibels)));
    }
    if (!classes.isEmpty()) {
      scores.add(Score.informational("top1", comparison.means(classes, Classes::agreement)));
    }
    if (!exact.isEmpty()) {
      double[] equal = comparison.means(exact, AgreementTask::equalShare);
      scores.add(new Score("equal", equal, scores.isEmpty()));
    }
    if (scores.isEmpty()) {
      throw DemitasseException.badRequest(
          "The outputs of this model cannot be compared: " + reference.getFirst() + ".");
    }
    return scores;
  }

  @Override
  public List<Difference> differences(
      List<Map<String, Tensor>> outputs, List<Map<String, Tensor>> reference, int limit) {
    Score agreement = score(outputs, reference).getFirst();
    return Differences.of(samples, outputs, reference, agreement).stream().limit(limit).toList();
  }

  private static void sort(
      String name, Tensor tensor, Set<String> real, Set<String> classes, Set<String> exact) {
    DataType type = tensor.dataType();
    if (type.isFloatingPoint() && type.bits() >= 16) {
      real.add(name);
      if (Classes.areIn(name, tensor)) {
        classes.add(name);
      }
    } else if (!type.isFloatingPoint() && type.bits() >= 8 && type.bits() <= 64) {
      exact.add(name);
    }
  }

  private static double cosine(Tensor output, Tensor original) {
    return Similarity.cosine(output, original);
  }

  private static double decibels(Tensor output, Tensor original) {
    return Similarity.decibels(output, original);
  }

  private static double equalShare(Tensor output, Tensor original) {
    long count = output.elementCount();
    long equal = 0;
    for (long done = 0; done < count; done += PIECE) {
      int piece = (int) Math.min(PIECE, count - done);
      long[] values = output.toLongs(done, piece);
      long[] expected = original.toLongs(done, piece);
      for (int i = 0; i < piece; i++) {
        equal += values[i] == expected[i] ? 1 : 0;
      }
    }
    return count == 0 ? 1 : (double) equal / count;
  }

  /** The outputs of both models for all samples. */
  private record Comparison(
      List<Map<String, Tensor>> outputs, List<Map<String, Tensor>> reference) {

    /** The mean over the named outputs, for each sample. */
    double[] means(Set<String> names, ToDoubleBiFunction<Tensor, Tensor> measure) {
      double[] perSample = new double[reference.size()];
      for (int sample = 0; sample < perSample.length; sample++) {
        double sum = 0;
        for (String name : names) {
          sum += one(outputs.get(sample).get(name), reference.get(sample).get(name), measure);
        }
        perSample[sample] = sum / names.size();
      }
      return perSample;
    }
  }

  private static double one(
      @Nullable Tensor output,
      @Nullable Tensor original,
      ToDoubleBiFunction<Tensor, Tensor> measure) {
    boolean alike =
        output != null
            && original != null
            && output.dataType().isFloatingPoint() == original.dataType().isFloatingPoint()
            && Arrays.equals(output.sizes(), original.sizes());
    return alike ? measure.applyAsDouble(output, original) : 0;
  }
}

package io.demitasse.evaluate;

import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.objective.Loss;
import io.demitasse.objective.Term;
import io.demitasse.port.Runtime;
import io.demitasse.port.Trainer;
import io.demitasse.train.TrainingData;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What parts of a bundle can learn from: the samples of a task that are to train on, as the
 * original gives them to its parts.
 *
 * @param runtime runs what comes before a part
 * @param bundle the original
 * @param files it lies in
 * @param splits of the task
 * @param teachers to learn from in place of the original, by name; may be none
 * @param threads to run and to train with
 * @param memory bytes that activations may take while a part learns; at least 1
 * @param time what a training may take, asked when it begins; empty where nothing limits it
 * @param device to train on
 */
public record TrainingSamples(
    Runtime runtime,
    Bundle bundle,
    BundleFiles files,
    TaskSplits splits,
    Map<String, Bundle> teachers,
    int threads,
    long memory,
    Supplier<Optional<Duration>> time,
    Trainer.Device device) {

  /** What a teacher is called that is the model itself as it was. */
  private static final String ORIGINAL = "original";

  /** What the targets of labels are called. */
  private static final String LABELS = "labels";

  /** Sequences are filled up to multiples of it, so that some of each length come together. */
  private static final int LENGTHS = 16;

  /** Temperature of what belongs together, as image-text models use it. */
  private static final double CONTRAST = .07;

  /** Samples that what was learned is judged by, where there are so many. */
  private static final int JUDGING = 256;

  /** More where much is learned from: one for so many, so that judging takes little of the time. */
  private static final int LEARNED_FOR_ONE = 20;

  /** To be learned from on the processor. */
  public TrainingSamples(
      Runtime runtime,
      Bundle bundle,
      BundleFiles files,
      TaskSplits splits,
      Map<String, Bundle> teachers,
      int threads,
      long memory,
      Supplier<Optional<Duration>> time) {
    this(runtime, bundle, files, splits, teachers, threads, memory, time, Trainer.Device.CPU);
  }

  public TrainingSamples {
    teachers = Collections.unmodifiableMap(new LinkedHashMap<>(teachers));
  }

  /**
   * Opens what a part can learn from.
   *
   * @throws DemitasseException (bad request) where there are no samples to train on
   */
  public Opened open(String part) {
    Samples train = splits.train();
    if (train.size() == 0) {
      throw DemitasseException.badRequest(
          "There are no samples to train on: "
              + (splits.sizes().shared().isEmpty()
                  ? "the task does not divide its samples"
                  : String.join("; ", splits.sizes().shared()))
              + ". Put some into a folder 'train' of the data, or give more of them.");
    }
    return new Opened(part);
  }

  /** What a part can learn from, with the sessions of the original that it takes. */
  public final class Opened implements AutoCloseable {
    private final RunningParts running =
        RunningParts.of(runtime, files, Runtime.SessionOptions.of(threads), (_, _) -> {});
    private final TrainingData data;

    private Opened(String part) {
      try {
        data = data(part);
      } catch (RuntimeException | Error e) {
        running.close();
        throw e;
      }
    }

    private TrainingData data(String part) {
      Optional<Supervision> supervision =
          splits.choose().supervision().filter(known -> isAbout(known, part));
      Function<Sample, Map<String, Tensor>> targets =
          sample ->
              supervision
                  .map(known -> Map.of(LABELS, target(known, part, sample)))
                  .orElse(Map.of());
      PartExamples examples = examples(part, splits.train(), targets);
      int judged = Math.max(JUDGING, splits.train().size() / LEARNED_FOR_ONE);
      PartExamples judging = examples(part, splits.choose().samples().spread(judged), targets);
      boolean labeled = examples.isOnceEach() && judging.isOnceEach();
      return new TrainingData(
          examples.padded(TrainingData.ATTENTION_MASK, LENGTHS),
          judging.padded(TrainingData.ATTENTION_MASK, LENGTHS),
          supervision.filter(_ -> labeled).map(TrainingSamples::term),
          teachers(part),
          splits.choose().program().specialTokens(part),
          threads,
          memory,
          time.get(),
          device);
    }

    private Map<String, Model> teachers(String part) {
      if (teachers.isEmpty()) {
        return Map.of(ORIGINAL, bundle.part(part));
      }
      Map<String, Model> models = new LinkedHashMap<>();
      teachers.forEach((name, teacher) -> models.put(name, teacher.part(part)));
      return models;
    }

    private PartExamples examples(
        String part, Samples samples, Function<Sample, Map<String, Tensor>> targets) {
      return PartExamples.of(
          new PartExamples.Source(
              part, samples, splits.choose().program().forTraining(), running, targets));
    }

    public TrainingData data() {
      return data;
    }

    @Override
    public void close() {
      running.close();
    }
  }

  /** Whether it is this part alone that gives what labels are about. */
  private boolean isAbout(Supervision supervision, String part) {
    List<String> giving =
        bundle.parts().entrySet().stream()
            .filter(each -> gives(each.getValue(), supervision.outputs()))
            .map(Map.Entry::getKey)
            .toList();
    return giving.equals(List.of(part));
  }

  /**
   * What the labels say of a sample.
   *
   * @throws DemitasseException (bad request) where that is a class which the output does not have
   */
  private Tensor target(Supervision supervision, String part, Sample sample) {
    Tensor target = supervision.target(sample);
    long classes = classes(supervision, part);
    if (classes > 0) {
      for (long label : target.toLongs()) {
        if (label != Supervision.NOTHING_ASKED && (label < 0 || label >= classes)) {
          throw DemitasseException.badRequest(
              String.format(
                  Locale.ROOT,
                  "Sample %s is of class %d, and output '%s' has classes from 0 to %d. Give the"
                      + " model an output for each class, or leave such samples out.",
                  sample.id(),
                  label,
                  supervision.output(),
                  classes - 1));
        }
      }
    }
    return target;
  }

  /** How many classes an output has; 0 where it has none, or nobody knows. */
  private long classes(Supervision supervision, String part) {
    boolean classes =
        supervision.kind() == Supervision.Kind.CLASS
            || supervision.kind() == Supervision.Kind.TOKENS;
    return bundle.part(part).graph().outputs().stream()
        .filter(output -> classes && output.name().equals(supervision.output()))
        .flatMap(output -> output.shape().stream())
        .filter(shape -> shape.rank() > 0)
        .map(shape -> shape.dim(-1))
        .mapToLong(dim -> dim instanceof Dim.Fixed(long size) ? size : 0)
        .findFirst()
        .orElse(0);
  }

  private static boolean gives(Model model, List<String> outputs) {
    return model.graph().outputs().stream().map(Value::name).toList().containsAll(outputs);
  }

  /** How far outputs are from labels. */
  private static Term term(Supervision supervision) {
    String output = supervision.output();
    return switch (supervision.kind()) {
      case CLASS, TOKENS -> new Term.Labels(new Loss.CrossEntropy(0), output, LABELS, 1);
      case LABELS -> new Term.Labels(new Loss.Binary(), output, LABELS, 1);
      case VALUES -> new Term.Labels(new Loss.MeanSquaredError(), output, LABELS, 1);
      case SEQUENCE -> new Term.Labels(new Loss.Ctc(0, false), output, LABELS, 1);
      case PAIRS -> new Term.Contrast(output, supervision.outputs().getLast(), CONTRAST, 1);
    };
  }
}

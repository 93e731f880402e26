package io.demitasse.media.task;

import io.demitasse.data.Program;
import io.demitasse.data.Samples;
import io.demitasse.evaluate.Difference;
import io.demitasse.evaluate.Review;
import io.demitasse.evaluate.Statistic;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.media.data.Dataset;
import io.demitasse.media.data.LabelClasses;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.ShapeInference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Agreement of a picture classifier, and its accuracy where pictures lie in folders of classes.
 *
 * <p>Metrics: {@code accuracy}, one value a sample, 1 where the class that scores highest is that
 * of the sample's folder; then those of {@link AgreementTask}.
 */
final class LabeledPictures implements Task {
  private static final String ACCURACY = "accuracy";

  private final AgreementTask agreement;
  private final int[] labels;

  private LabeledPictures(AgreementTask agreement, int[] labels) {
    this.agreement = agreement;
    this.labels = labels;
  }

  /**
   * The task that samples of a folder allow, which is agreement alone where they have no labels.
   * Samples that could have some say why not.
   *
   * @param origin the model's file or its folder; names of classes may lie beside it
   */
  static Task of(Dataset samples, Program program, Model model, Path origin) {
    OptionalInt classes = classes(model);
    List<Optional<String>> folders =
        IntStream.range(0, samples.size())
            .mapToObj(
                i -> LabelClasses.folder(samples.get(i).id(), samples.declared(i).isPresent()))
            .toList();
    TreeSet<String> names = new TreeSet<>();
    folders.forEach(folder -> folder.ifPresent(names::add));
    if (classes.isEmpty() || names.isEmpty()) {
      return new AgreementTask(samples, program);
    }
    if (!folders.stream().allMatch(Optional::isPresent)) {
      return new AgreementTask(
          samples.noting(
              "accuracy is not measured: some pictures lie in folders of classes and some do not"),
          program);
    }
    LabelClasses found = LabelClasses.of(names, "folders", origin, classes.getAsInt());
    boolean measured = !found.byLabel().isEmpty();
    AgreementTask agreement =
        new AgreementTask(
            samples.noting("accuracy is " + (measured ? "" : "not ") + "measured: " + found.how()),
            program);
    return !measured
        ? agreement
        : new LabeledPictures(
            agreement,
            folders.stream()
                .mapToInt(folder -> found.byLabel().get(folder.orElseThrow()))
                .toArray());
  }

  /**
   * How many classes a model scores in its one output, float {@code [B, classes]}, no embedding.
   */
  private static OptionalInt classes(Model model) {
    List<Value> outputs = model.graph().outputs();
    Value output = outputs.getFirst();
    if (outputs.size() != 1 || output.name().contains("embed")) {
      return OptionalInt.empty();
    }
    InferredShapes known = ShapeInference.infer(model, Map.of());
    return known
        .shape(output)
        .filter(shape -> known.dataType(output).filter(DataType::isFloatingPoint).isPresent())
        .filter(shape -> shape.rank() == 2 && !isManyRows(shape.dim(0)))
        .map(shape -> shape.dim(1))
        .filter(dim -> dim instanceof Dim.Fixed(long count) && count >= 2 && count < 1 << 24)
        .map(dim -> OptionalInt.of((int) ((Dim.Fixed) dim).size()))
        .orElse(OptionalInt.empty());
  }

  private static boolean isManyRows(Dim dim) {
    return dim instanceof Dim.Fixed(long rows) && rows != 1;
  }

  @Override
  public String name() {
    return agreement.name();
  }

  @Override
  public Samples samples() {
    return agreement.samples();
  }

  @Override
  public TaskSplits splits(TaskSplits.Request request) {
    Map<String, Integer> least = new HashMap<>(AgreementTask.least(request));
    least.put(ACCURACY, request.least(ACCURACY, true, Spread.OF_RATES));
    Samples all = samples();
    return TaskSplits.of(
        new TaskSplits.Scored(all, all.size(), "samples", i -> String.valueOf(labels[i]), least),
        request,
        this::only);
  }

  private Task only(List<Integer> places) {
    return new LabeledPictures(
        agreement.only(places), places.stream().mapToInt(i -> labels[i]).toArray());
  }

  @Override
  public Program program() {
    return agreement.program();
  }

  @Override
  public List<String> metrics() {
    List<String> metrics = new ArrayList<>(List.of(ACCURACY));
    metrics.addAll(agreement.metrics());
    return metrics;
  }

  /** What is kept of a sample. */
  private record Judged(boolean right, Map<String, OutputAgreement> agreement) {}

  @Override
  public Review<?, List<Score>> scores() {
    return new Review<>(
        (sample, outputs, reference) ->
            new Judged(
                isRight(outputs, labels[sample]),
                AgreementTask.agreement(sample, outputs, reference)),
        LabeledPictures::judged);
  }

  private static List<Score> judged(List<Judged> samples) {
    List<Score> scores = new ArrayList<>();
    scores.add(Score.limited(ACCURACY, Statistic.mean(samples, sample -> sample.right() ? 1 : 0)));
    scores.addAll(AgreementTask.judged(samples.stream().map(Judged::agreement).toList()));
    return scores;
  }

  /** Scores that are not numbers name no class. */
  private static boolean isRight(Map<String, Tensor> outputs, int label) {
    Tensor scores = outputs.values().iterator().next();
    return Classes.largest(scores.toFloats()) == label;
  }

  @Override
  public Optional<Review<?, List<Difference>>> differences(int limit) {
    return agreement.differences(limit);
  }
}

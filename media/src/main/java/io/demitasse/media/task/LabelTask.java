package io.demitasse.media.task;

import io.demitasse.data.Program;
import io.demitasse.data.Samples;
import io.demitasse.evaluate.Confusion;
import io.demitasse.evaluate.Difference;
import io.demitasse.evaluate.Example;
import io.demitasse.evaluate.Review;
import io.demitasse.evaluate.Supervision;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.media.program.DeclaredProgram;
import java.util.List;
import java.util.Optional;

/**
 * A model judged by labels, sample by sample.
 *
 * @param <R> what is kept of a sample
 * @param samples each with what it is judged by among its fields
 */
record LabelTask<R>(Judgment<R> judgment, Samples samples, Program program) implements Task {
  /** Samples that tell what is far from right. */
  private static final int FEW = 500;

  /** With as many, it takes long to tell it by all of them. */
  private static final int MANY = 4 * FEW;

  @Override
  public String name() {
    return judgment.name();
  }

  @Override
  public TaskSplits splits(TaskSplits.Request request) {
    return TaskSplits.of(
        new TaskSplits.Scored(
            samples,
            samples.size(),
            "samples",
            i -> judgment.group(samples.get(i)),
            judgment.least(request)),
        request,
        this::only);
  }

  @Override
  public Optional<Task> subset() {
    return samples.size() < MANY
        ? Optional.empty()
        : Optional.of(new LabelTask<>(judgment, samples.spread(FEW), program));
  }

  private Task only(List<Integer> places) {
    return new LabelTask<>(judgment, samples.only(places), program);
  }

  @Override
  public Optional<Task> chosen(List<Integer> places) {
    return Optional.of(only(places));
  }

  @Override
  public List<String> metrics() {
    return judgment.metrics();
  }

  @Override
  public Review<?, List<Score>> scores() {
    return new Review<R, List<Score>>(
        (sample, outputs, _) -> judgment.judged(samples.get(sample), outputs), judgment::scores);
  }

  /** What the original and the result make of a sample. */
  private record Both<R>(R before, R after) {}

  @Override
  public Optional<Review<?, Confusion>> confusion() {
    return judgment.hasClasses() ? Optional.of(confusions()) : Optional.empty();
  }

  private Review<?, Confusion> confusions() {
    return new Review<Both<R>, Confusion>(
        (sample, outputs, reference) ->
            new Both<>(
                judgment.judged(samples.get(sample), reference),
                judgment.judged(samples.get(sample), outputs)),
        all ->
            judgment
                .confusion(
                    all.stream().map(Both::before).toList(), all.stream().map(Both::after).toList())
                .orElse(Confusion.NONE));
  }

  private ChangedWords changed() {
    return new ChangedWords(samples, metrics().getFirst(), judgment::worded);
  }

  @Override
  public Optional<Review<?, List<Example>>> examples(int limit) {
    return judgment.hasWords() && changed().ofPictures()
        ? Optional.of(changed().examples(limit))
        : Optional.empty();
  }

  @Override
  public Optional<Review<?, List<Difference>>> differences(int limit) {
    return judgment.hasWords() && !changed().ofPictures()
        ? Optional.of(changed().differences(limit))
        : Optional.empty();
  }

  @Override
  public Optional<Supervision> supervision() {
    return judgment.isOfTexts() && program instanceof DeclaredProgram generating
        ? generating.supervision()
        : judgment.supervision();
  }
}

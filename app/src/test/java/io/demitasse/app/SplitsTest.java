package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.Compressed;
import io.demitasse.Demitasse;
import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Difference;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.evaluate.Review;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.evaluate.Statistic;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Tensor;
import io.demitasse.pipeline.Event;
import io.demitasse.recipe.Preset;
import io.demitasse.report.Report;
import io.demitasse.report.Reports;
import io.demitasse.run.Evaluation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A search chooses by some samples, and its result is judged by others. */
final class SplitsTest {
  private static final int COUNT = 400;

  @TempDir private Path folder;
  private Path model;
  private final Counting program = new Counting();

  @BeforeEach
  void writeModel() throws IOException {
    model = SmallEncoder.in(folder.resolve("model"));
  }

  @Test
  void whatJudgesIsNotRunBeforeTheLastMeasurement() {
    Numbers task = new Numbers(samples(COUNT), program, Set.of());
    Set<String> judging = ids(task.splits(TaskSplits.Request.PLAIN).judge().samples());
    Set<String> seen = new HashSet<>();

    try (Compressed small =
        job(task)
            .events(
                event -> {
                  if (event.equals(
                      new Event.Started("measuring the result against the original"))) {
                    seen.addAll(program.runs.keySet());
                  }
                })
            .compress()) {
      assertThat(small.report().candidates()).anyMatch(Report.Tried::kept);
    }

    assertThat(seen).isNotEmpty().doesNotContainAnyElementsOf(judging);
    assertThat(program.runs.keySet()).containsAll(judging);
  }

  @Test
  void theReportIsOfTheSamplesThatJudge() {
    Numbers task = new Numbers(samples(COUNT), program, Set.of());
    TaskSplits splits = task.splits(TaskSplits.Request.PLAIN);
    Set<String> judging = ids(splits.judge().samples());

    try (Compressed small = job(task).compress()) {
      Report.Accuracy accuracy = small.report().accuracy();
      ScoreComparison number = score(accuracy.scores(), "number");
      assertThat(number.samples()).isEqualTo(judging.size());
      assertThat(number.baseline().value())
          .isEqualTo(judging.stream().mapToInt(Numbers::number).average().orElseThrow());
      assertThat(accuracy.differences())
          .isNotEmpty()
          .allMatch(difference -> judging.contains(difference.sample()));
      assertThat(accuracy.splits().sizes()).isEqualTo(splits.sizes());
      assertThat(accuracy.splits().told())
          .isEqualTo("judged on 165 samples, chosen on 189, calibrated on 46");
      assertThat(Reports.json(small.report()))
          .contains("judged on 165 samples, chosen on 189, calibrated on 46");
      Set<Integer> chosenOn = new HashSet<>();
      small
          .report()
          .candidates()
          .forEach(tried -> tried.scores().forEach(each -> chosenOn.add(each.samples())));
      assertThat(chosenOn).containsExactly(189);
    }
  }

  @Test
  void aLimitThatOnlyTheChoiceKeptIsNotMet() {
    Set<String> judging =
        ids(
            new Numbers(samples(COUNT), program, Set.of())
                .splits(TaskSplits.Request.PLAIN)
                .judge()
                .samples());
    Numbers harsh = new Numbers(samples(COUNT), program, judging);

    try (Compressed small = job(harsh).compress()) {
      assertThat(small.report().candidates()).anyMatch(Report.Tried::kept);
      assertThat(small.report().budget().met()).isFalse();
      assertThat(small.report().budget().reasons())
          .singleElement()
          .asString()
          .startsWith("closeness drops by 0.5000, up to 0.5000 with 95 % confidence")
          .contains("it was chosen by other samples, where the loss is 0.0000, up to 0.0000");
    }
    assertThatThrownBy(() -> job(harsh).strict(true).compress())
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("it was chosen by other samples");
  }

  @Test
  void fewAreSharedAndToldOf() {
    Numbers task = new Numbers(samples(20), program, Set.of());
    List<Event> events = new ArrayList<>();

    try (Compressed small = job(task).events(events::add).compress()) {
      Report.Splits splits = small.report().accuracy().splits();
      assertThat(splits.told())
          .startsWith("judged on 20 samples, chosen on 20, calibrated on 20; weaker evidence");
      assertThat(splits.sizes().shared()).hasSize(1);
      assertThat(events).contains(new Event.Noted(splits.told()));
    }
  }

  @Test
  void whereNothingIsChosenAllSamplesAreScored() {
    Evaluation evaluation = job(new Numbers(samples(COUNT), program, Set.of())).evaluate(model);

    assertThat(score(evaluation.scores(), "number").samples()).isEqualTo(COUNT);
  }

  /** Where time hardly counts, so that what is kept does not depend on it. */
  private Demitasse job(Task task) {
    return Demitasse.open(model)
        .effort(new PairedTiming.Effort(3, 3, 1))
        .threads(2)
        .preset(Preset.SMALLEST)
        .budget("latency<=1000000%")
        .task(task);
  }

  private static ScoreComparison score(List<ScoreComparison> scores, String metric) {
    return scores.stream().filter(score -> score.metric().equals(metric)).findFirst().orElseThrow();
  }

  private static Samples samples(int count) {
    return Samples.of(
        "numbers",
        IntStream.range(0, count)
            .mapToObj(i -> new Sample.Tensors("sample " + i, Map.of()))
            .toList());
  }

  private static Set<String> ids(Samples samples) {
    Set<String> ids = new HashSet<>();
    IntStream.range(0, samples.size()).forEach(i -> ids.add(samples.get(i).id()));
    return ids;
  }

  /** Runs the model, and counts how often on which sample. */
  private static final class Counting implements Program {
    private final Map<String, Integer> runs = new ConcurrentHashMap<>();

    @Override
    public String name() {
      return "counting";
    }

    @Override
    public Map<String, Tensor> run(Sample sample, Parts parts) {
      runs.merge(sample.id(), 1, Integer::sum);
      long[] sizes = {1, 2};
      return parts.run(
          Bundle.SINGLE,
          Map.of(
              "input_ids", Tensor.ofLongs(sizes, 101, Numbers.number(sample.id())),
              "attention_mask", Tensor.ofLongs(sizes, 1, 1)));
    }
  }

  /**
   * The numbers of samples, and whether the outputs are those of the original.
   *
   * @param strictOn samples on which any other output is wrong by a half
   */
  private record Numbers(Samples samples, Program program, Set<String> strictOn) implements Task {
    static int number(String id) {
      return Integer.parseInt(id.substring(id.indexOf(' ') + 1));
    }

    @Override
    public String name() {
      return "numbers";
    }

    @Override
    public TaskSplits splits(TaskSplits.Request request) {
      return TaskSplits.of(
          new TaskSplits.Scored(
              samples, samples.size(), "samples", _ -> "", Map.of("closeness", 30)),
          request,
          places -> new Numbers(samples.only(places), program, strictOn));
    }

    @Override
    public List<String> metrics() {
      return List.of("closeness", "number");
    }

    /** What is kept of a sample. */
    private record Kept(double closeness, int number) {}

    @Override
    public Review<?, List<Score>> scores() {
      return new Review<>(
          (sample, outputs, reference) ->
              new Kept(
                  strictOn.contains(id(sample)) && differs(outputs, reference) ? .5 : 1,
                  number(id(sample))),
          all ->
              List.of(
                  Score.limited("closeness", Statistic.mean(all, Kept::closeness)),
                  Score.informational("number", Statistic.mean(all, Kept::number))));
    }

    private static boolean differs(Map<String, Tensor> outputs, Map<String, Tensor> reference) {
      Tensor before = reference.get("last_hidden_state");
      Tensor after = outputs.get("last_hidden_state");
      return !java.util.Arrays.equals(before.toFloats(), after.toFloats());
    }

    private String id(int place) {
      return samples.get(place).id();
    }

    @Override
    public Optional<Review<?, List<Difference>>> differences(int limit) {
      return Optional.of(
          new Review<>(
              (sample, outputs, reference) ->
                  new Difference(id(sample), "", "", "", "closeness", 1),
              all -> all.stream().limit(limit).toList()));
    }
  }
}

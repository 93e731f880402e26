package io.demitasse.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.data.Fields;
import io.demitasse.data.IdentityProgram;
import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a budget holds, told by groups of samples. */
class GroupedTaskTest {
  /** A task that scores what the program gives, and whether that is positive. */
  private record Given(Samples samples) implements Task {
    @Override
    public String name() {
      return "given";
    }

    @Override
    public Program program() {
      return new IdentityProgram();
    }

    @Override
    public TaskSplits splits(TaskSplits.Request request) {
      return TaskSplits.of(
          new TaskSplits.Scored(
              samples,
              samples.size(),
              "samples",
              _ -> "",
              Map.of("value", request.least("value", true, .1))),
          request,
          places -> new Given(samples.only(places)));
    }

    @Override
    public List<String> metrics() {
      return List.of("value", "sum", "told");
    }

    @Override
    public Review<?, List<Score>> scores() {
      return new Review<Double, List<Score>>(
          (_, outputs, _) -> (double) outputs.get("y").toFloats()[0],
          values ->
              List.of(
                  Score.limited("value", Statistic.mean(values, value -> value)),
                  Score.limited(
                      "sum",
                      Statistic.of(
                          values, drawn -> drawn.stream().mapToDouble(each -> each).sum())),
                  Score.informational("told", Statistic.mean(values, value -> value))));
    }
  }

  /** So many samples of each speaker, of which one in four says nothing. */
  private static Samples samples(String... speakers) {
    List<Sample> samples = new ArrayList<>();
    for (String speaker : speakers) {
      samples.add(
          new Sample.Text(
              "sample " + samples.size(),
              "text " + samples.size(),
              speaker.isEmpty() ? Fields.NONE : Fields.NONE.with("speaker", speaker)));
    }
    return Samples.of("speeches", samples);
  }

  private static String[] times(int ann, int bob, int cid) {
    List<String> speakers = new ArrayList<>();
    IntStream.range(0, ann).forEach(_ -> speakers.add("ann"));
    IntStream.range(0, bob).forEach(_ -> speakers.add("bob"));
    IntStream.range(0, cid).forEach(_ -> speakers.add("cid"));
    speakers.add("");
    return speakers.toArray(String[]::new);
  }

  private static List<Map<String, Tensor>> outputs(int count) {
    return IntStream.range(0, count).mapToObj(i -> Map.of("y", Tensor.scalar((float) i))).toList();
  }

  @Test
  void eachLimitedMetricIsToldByGroupAndSmallGroupsTogether() {
    GroupedTask task = GroupedTask.of(new Given(samples(times(20, 25, 3))), "speaker");

    List<Task.Score> scores = task.scores().of(outputs(49), outputs(49));

    assertThat(scores)
        .extracting(Task.Score::metric)
        .containsExactly(
            "value",
            "sum",
            "told",
            "value[speaker=ann]",
            "value[speaker=bob]",
            "value[speaker=others]",
            "sum[speaker=ann]",
            "sum[speaker=bob]",
            "sum[speaker=others]");
    assertThat(scores.get(3).value()).isEqualTo(9.5);
    assertThat(scores.get(5).statistic().size()).isEqualTo(4);
    assertThat(scores.get(5).value()).isEqualTo((45 + 46 + 47 + 48) / 4.0);
    assertThat(scores.get(6).value()).isEqualTo(190);
    assertThat(scores.subList(3, 9)).noneMatch(Task.Score::limited);
    assertThat(task.metrics()).contains("value[speaker=ann]", "sum[speaker=others]");
  }

  @Test
  void whatJudgesIsGroupedAndWhatChoosesIsNot() {
    GroupedTask task = GroupedTask.of(new Given(samples(times(200, 100, 0))), "speaker");

    TaskSplits splits = task.splits(TaskSplits.Request.PLAIN);

    assertThat(splits.isDivided()).isTrue();
    assertThat(splits.choose().metrics()).hasSize(3);
    assertThat(splits.judge().metrics()).contains("value[speaker=bob]");
  }

  @Test
  void anUndividedTaskStaysUndivided() {
    TaskSplits splits =
        GroupedTask.of(new Given(samples(times(20, 0, 0))), "speaker")
            .splits(TaskSplits.Request.PLAIN);

    assertThat(splits.isDivided()).isFalse();
    assertThat(splits.judge().metrics()).contains("value[speaker=ann]");
  }

  @Test
  void aFieldThatNoSampleHasIsRefused() {
    Given task = new Given(samples(times(3, 0, 0)));

    assertThatThrownBy(() -> GroupedTask.of(task, "speakr"))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("speaker");
    assertThatThrownBy(() -> GroupedTask.of(new Given(samples("")), "speaker"))
        .hasMessageContaining("they have no fields");
  }

  @Test
  void namesOfGroupsAreReadAsTheyAreWritten() {
    Groups.Metric metric = new Groups.Metric("top1", "speaker", "ann [x=1]");

    assertThat(metric).hasToString("top1[speaker=ann [x=1]]");
    assertThat(Groups.Metric.parse("top1[speaker=ann [x=1]]")).hasValue(metric);
    assertThat(Groups.Metric.parse("top1")).isEmpty();
    assertThat(Groups.Metric.parse("character accuracy, 14 px")).isEmpty();
  }

  @Test
  void thoseThatLostMostComeFirst() {
    Interval none = new Interval(0, 0, 0);
    ScoreComparison all = new ScoreComparison("top1", none, none, none, 9, true);
    ScoreComparison ann = group("top1[speaker=ann]", .1);
    ScoreComparison bob = group("top1[speaker=bob]", .3);

    List<ScoreComparison> scores = List.of(all, ann, bob);

    assertThat(ScoreComparison.ofGroups(scores)).containsExactly(bob, ann);
    assertThat(ScoreComparison.ofAll(scores)).containsExactly(all);
    assertThat(Optional.of(all).filter(ScoreComparison::concernsGroup)).isEmpty();
  }

  private static ScoreComparison group(String metric, double loss) {
    Interval interval = new Interval(loss, loss, loss);
    return new ScoreComparison(metric, interval, interval, interval, 20, false);
  }
}

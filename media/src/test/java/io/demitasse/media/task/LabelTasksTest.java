package io.demitasse.media.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.Compressed;
import io.demitasse.Demitasse;
import io.demitasse.data.Fields;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Confusion;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.evaluate.Supervision;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.Task.Score;
import io.demitasse.evaluate.TaskProvider;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.media.program.SingleProgram;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import io.demitasse.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Classification and regression of numbers in tables. */
class LabelTasksTest {
  @TempDir private Path folder;

  private static Model model(int outputs) {
    return TextGraph.parse(
        String.format(
            Locale.ROOT,
            "ir 8, opset 17\n\ngraph main(x: float[B,2]) -> (y) {\n  w = float[2,%d] ~ 1\n  y ="
                + " MatMul(x, w)\n}\n",
            outputs));
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private Task task(String name, Model model, Path data, Map<String, String> options) {
    Path file = folder.resolve("model.onnx");
    return TaskProvider.find(
        new TaskProvider.Request(
            name,
            Bundle.of(model),
            SingleProgram.of(model, file, SingleProgram.Options.DEFAULT),
            file,
            data,
            options,
            7));
  }

  private Task classification(int classes, String... labels) throws IOException {
    String rows =
        "a,b,label\n"
            + String.join("", Arrays.stream(labels).map(label -> "1,2," + label + "\n").toList());
    return task("classification", model(classes), write("data.csv", rows), Map.of());
  }

  private static List<Map<String, Tensor>> outputs(float[]... rows) {
    return Arrays.stream(rows)
        .map(row -> Map.of("y", Tensor.ofFloats(new long[] {1, row.length}, row)))
        .toList();
  }

  private static Score score(List<Score> scores, String metric) {
    return scores.stream().filter(each -> each.metric().equals(metric)).findFirst().orElseThrow();
  }

  private static List<Score> scores(Task task, float[]... rows) {
    return task.scores().of(outputs(rows), outputs(rows));
  }

  @Test
  void classesAreCountedByHand() throws IOException {
    Task task = classification(3, "0", "1", "2", "2");

    List<Score> scores =
        scores(
            task,
            new float[] {.8f, .1f, .1f},
            new float[] {.6f, .4f, 0},
            new float[] {0, .2f, .8f},
            new float[] {Float.NaN, 0, 1});

    assertThat(score(scores, "top1").perSample()).containsExactly(1, 0, 1, 0);
    // Class 0: 2 of 1 there and 2 said; class 1: none; class 2: 2 of 2 there and 1 said.
    assertThat(score(scores, "macro f1").value())
        .isCloseTo((2 / 3.0 + 0 + 2 / 3.0) / 3, within(1e-12));
    // Bins of .8 (both right), .6 (wrong) and 0 (no class).
    assertThat(score(scores, "calibration").value()).isCloseTo(1 - (.4 + .6) / 4, within(1e-6));
    assertThat(scores).extracting(Score::metric).contains("recall[label=others]");
    assertThat(scores).filteredOn(Score::limited).extracting(Score::metric).containsExactly("top1");
    assertThat(task.metrics())
        .containsAll(scores.stream().map(Score::metric).toList())
        .doesNotContain("top5");
  }

  @Test
  void logitsAreAsSureAsTheirSoftmax() {
    assertThat(Classes.confidence(new float[] {2, 0}))
        .isCloseTo(1 / (1 + Math.exp(-2)), within(1e-9));
    assertThat(Classes.confidence(new float[] {.7f, .3f})).isCloseTo(.7, within(1e-6));
    assertThat(Classes.confidence(new float[] {1000, -1000})).isEqualTo(1);
    assertThat(Classes.confidence(new float[] {Float.NaN, 1})).isZero();
  }

  @Test
  void theFiveBestAreToldWhereThereAreMore() throws IOException {
    Task task = classification(7, "0", "1", "6", "6");
    float[] falling = {7, 6, 5, 4, 3, 2, 1};

    List<Score> scores = scores(task, falling, falling, falling, new float[] {1, 2, 3, 4, 5, 6, 7});

    assertThat(score(scores, "top5").perSample()).containsExactly(1, 1, 0, 1);
    assertThat(score(scores, "top1").perSample()).containsExactly(1, 0, 0, 1);
  }

  @Test
  void eachClassOfEnoughSamplesHasItsRecall() throws IOException {
    String[] labels = new String[45];
    Arrays.fill(labels, 0, 20, "dog");
    Arrays.fill(labels, 20, 45, "cat");
    Task task = classification(2, labels);
    float[][] rows = new float[45][];
    Arrays.fill(rows, 0, 25, new float[] {0, 1});
    Arrays.fill(rows, 25, 45, new float[] {1, 0});

    List<Score> scores = scores(task, rows);

    assertThat(score(scores, "recall[label=dog]").value()).isEqualTo(1);
    assertThat(score(scores, "recall[label=cat]").value()).isEqualTo(.8);
  }

  @Test
  void whatClassesAreTakenForIsCounted() throws IOException {
    Task task = classification(2, "cat", "dog");

    Confusion confusion =
        task.confusion()
            .orElseThrow()
            .of(
                outputs(new float[] {1, 0}, new float[] {1, 0}),
                outputs(new float[] {1, 0}, new float[] {0, 1}));

    assertThat(confusion.classes()).containsExactly("cat", "dog");
    assertThat(confusion.before()).containsExactly(List.of(1, 0), List.of(0, 1));
    assertThat(confusion.after()).containsExactly(List.of(1, 0), List.of(1, 0));
  }

  @Test
  void aTrainerIsToldTheClassOfASample() throws IOException {
    Task task = classification(3, "0", "2");

    Supervision supervision = task.supervision().orElseThrow();

    assertThat(supervision.output()).isEqualTo("y");
    assertThat(supervision.kind()).isEqualTo(Supervision.Kind.CLASS);
    Tensor target = supervision.target(task.samples().get(1));
    assertThat(target).hasToString("int64[1]");
    assertThat(target.toLongs()).containsExactly(2);
  }

  @Test
  void labelsThatAreNoClassesAreRefused() throws IOException {
    assertRefused(() -> classification(3, "cat", "dog"), "nothing tells which of the model's 3");
    assertRefused(() -> classification(2, "1", "2"), "not all are from 0 to 1");
    assertRefused(() -> classification(2, "1", "1"), "all of", "of the class '1'");
    assertRefused(
        () -> classification(2, "0", ""), "1 of 2 samples", "has no label that is one text");
    Path file = write("plain.csv", "a,b\n1,2\n");
    assertRefused(
        () -> task("classification", model(2), file, Map.of()), "has no label that is one text");
  }

  @Test
  void fewBadLabelsAreSkippedAndTold() throws IOException {
    String[] labels = new String[20];
    Arrays.fill(labels, "0");
    labels[3] = "";
    labels[4] = "1";

    Task task = classification(3, labels);

    assertThat(task.samples().size()).isEqualTo(19);
    assertThat(task.samples().account())
        .anyMatch(line -> line.contains("line 5: has no label"))
        .anyMatch(line -> line.contains("2 of the model's 3 classes"));
    assertThat(task.samples().get(3).fields().text("label")).hasValue("1");
  }

  private static void assertRefused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable made, String... why) {
    assertThatThrownBy(made).isInstanceOf(DemitasseException.class).hasMessageContainingAll(why);
  }

  private Task regression(String... scores) throws IOException {
    String rows =
        "a,b,score\n"
            + String.join("", Arrays.stream(scores).map(score -> "1,2," + score + "\n").toList());
    return task("regression", model(1), write("data.csv", rows), Map.of());
  }

  @Test
  void numbersAreComparedByHand() throws IOException {
    Task task = regression("1", "2", "3");

    List<Score> scores = scores(task, new float[] {1}, new float[] {3}, new float[] {3});

    assertThat(score(scores, "r2").value()).isEqualTo(.5);
    assertThat(score(scores, "negative mae").value()).isEqualTo(-1 / 3.0);
    assertThat(scores).filteredOn(Score::limited).extracting(Score::metric).containsExactly("r2");
    List<Score> right = scores(task, new float[] {1}, new float[] {2}, new float[] {3});
    assertThat(score(right, "r2").value()).isEqualTo(1);
    List<Score> broken = scores(task, new float[] {Float.NaN}, new float[] {2}, new float[] {3});
    assertThat(score(broken, "r2").value()).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(task.supervision().orElseThrow().target(task.samples().get(2)).toFloats())
        .containsExactly(3);
  }

  @Test
  void numbersThatAreNoneOrAllEqualAreRefused() throws IOException {
    assertRefused(() -> regression("1", "1", "1"), "numbers that differ, but all are 1.0");
    assertRefused(() -> regression("1", "many"), "has 'many', which is no finite number");
    assertRefused(
        () -> task("regression", model(3), write("c.csv", "a,b,score\n1,2,3\n"), Map.of()),
        "needs a float output [B,1] or [B], but the model gives [y");
  }

  /** Samples are told apart by their numbers, so the model is right where these are large. */
  private Path rows(int count) throws IOException {
    StringBuilder rows = new StringBuilder("a,b,label,speaker\n");
    for (int i = 0; i < count; i++) {
      boolean first = i % 2 == 0;
      rows.append(first ? "3,0.1,0," : "0.1,3,1,").append(i % 3 == 0 ? "ann" : "bob").append('\n');
    }
    return write("rows.csv", rows.toString());
  }

  @Test
  void aModelIsCompressedByItsAccuracyAndToldByGroup() throws IOException {
    Model model =
        TextGraph.parse(
            """
            ir 8, opset 17
            graph g(x: float[B,2]) -> (logits) {
              w = float[2,2] {1, 0, 0, 1}
              nothing = float[] {0}
              a = MatMul(x, w)
              logits = Add(a, nothing)
            }
            """);
    Path file = folder.resolve("model.onnx");
    Ports.find().format().write(model, file, ModelFormat.WriteOptions.DEFAULT);

    try (Compressed small =
        Demitasse.open(file)
            .task("classification")
            .data(rows(400))
            .taskOption("groups", "speaker")
            .budget("drop<=50%")
            .effort(new PairedTiming.Effort(3, 3, 1))
            .threads(1)
            .compress()) {
      Report.Accuracy accuracy = small.report().accuracy();
      assertThat(accuracy.scores())
          .extracting(ScoreComparison::metric)
          .containsExactly("top1", "macro f1", "calibration");
      assertThat(accuracy.scores().getFirst().candidate().value()).isEqualTo(1);
      assertThat(accuracy.groups())
          .extracting(ScoreComparison::metric)
          .contains("top1[speaker=ann]", "top1[speaker=bob]", "recall[label=0]");
      assertThat(accuracy.confusion().classes()).containsExactly("0", "1");
      assertThat(accuracy.splits().sizes().shared()).isEmpty();
    }
  }

  @Test
  void partsOfADivisionScoreAsTheWholeDoes() throws IOException {
    Task whole = task("classification", model(2), rows(240), Map.of());
    TaskSplits splits = whole.splits(TaskSplits.Request.PLAIN);
    Task judge = splits.judge();

    assertThat(splits.isDivided()).isTrue();
    float[][] all =
        IntStream.range(0, 240).mapToObj(i -> new float[] {i % 5, 2}).toArray(float[][]::new);
    double[] wholly = score(scores(whole, all), "top1").perSample();
    float[][] some =
        IntStream.range(0, judge.samples().size())
            .mapToObj(i -> all[line(judge.samples().get(i).id()) - 2])
            .toArray(float[][]::new);
    double[] judged = score(scores(judge, some), "top1").perSample();
    for (int i = 0; i < judged.length; i++) {
      assertThat(judged[i]).isEqualTo(wholly[line(judge.samples().get(i).id()) - 2]);
    }
  }

  @Test
  void manySamplesAreSketchedByFew() throws IOException {
    Task many = task("classification", model(2), rows(2000), Map.of());

    assertThat(many.subset().orElseThrow().samples().size()).isEqualTo(500);
    assertThat(many.subset().orElseThrow().metrics()).isEqualTo(many.metrics());
    assertThat(task("classification", model(2), rows(1999), Map.of()).subset()).isEmpty();
  }

  @Test
  void samplesOfAProgramHaveLabelsToo() {
    Samples given =
        Samples.of(
            "rows",
            IntStream.range(0, 4)
                .mapToObj(
                    i ->
                        new Sample.Tensors(
                            "row " + i,
                            Map.of("x", Tensor.ofFloats(new long[] {1, 2}, 1, i)),
                            Fields.NONE.with("label", Tensor.scalar(i % 2))))
                .toList());
    Path model = folder.resolve("model.onnx");
    Ports.find().format().write(model(2), model, ModelFormat.WriteOptions.DEFAULT);

    List<ScoreComparison> scores =
        Demitasse.open(model).task("classification").data(given).evaluate(model).scores();

    assertThat(scores.getFirst().metric()).isEqualTo("top1");
    assertThat(scores.getFirst().samples()).isEqualTo(4);
    assertThat(scores.getFirst().degradation().high()).isZero();
  }

  private static int line(String id) {
    return Integer.parseInt(id.substring("line ".length()));
  }
}

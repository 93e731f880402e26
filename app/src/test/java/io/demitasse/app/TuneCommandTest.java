package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Model;
import io.demitasse.ir.TextGraph;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A classifier that is trained, and one that it teaches. */
final class TuneCommandTest {
  @TempDir private Path folder;
  private Path table;

  /** Pairs of numbers and which of them is larger. */
  @BeforeEach
  void make() throws IOException {
    Random random = new Random(5);
    StringBuilder rows = new StringBuilder("a;b;label\n");
    for (int i = 0; i < 600; i++) {
      double a = random.nextDouble();
      double b = random.nextDouble();
      rows.append(String.format(Locale.ROOT, "%.4f;%.4f;%s%n", a, b, a > b ? "left" : "right"));
    }
    table = Files.writeString(folder.resolve("rows.csv"), rows);
    Files.writeString(folder.resolve("labels.txt"), "left\nright\n");
  }

  private Path write(String name, int hidden, int seed) {
    Path file = folder.resolve(name);
    Ports.find()
        .format()
        .write(
            TextGraph.parse(
                """
                ir 8, opset 17
                graph main(x: float[B,2]) -> (logits) {
                  w = float[2,%1$d] ~ %2$d
                  v = float[%1$d,2] ~ %2$d
                  h = MatMul(x, w)
                  r = Tanh(h)
                  logits = MatMul(r, v)
                }
                """
                    .formatted(hidden, seed)),
            file,
            ModelFormat.WriteOptions.DEFAULT);
    return file;
  }

  private Invocation tune(Path model, Path out, Object... more) {
    return Invocation.of(
        with(
            more,
            "tune",
            model,
            "--data",
            table,
            "--task",
            "classification",
            "--timing",
            1,
            "-o",
            out,
            "--set",
            "rate=0.02",
            "--set",
            "epochs=20"));
  }

  private static Object[] with(Object[] more, Object... first) {
    Object[] all = java.util.Arrays.copyOf(first, first.length + more.length);
    System.arraycopy(more, 0, all, first.length, more.length);
    return all;
  }

  @Test
  void aModelLearnsAndIsReplayedByteForByte() throws IOException {
    Path model = write("model.onnx", 8, 3);
    Path tuned = folder.resolve("tuned.onnx");

    Invocation run = tune(model, tuned);

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.toString())
        .contains("✓ fine-tune", "trained on", "drop<=any")
        .containsPattern("top1 +0\\.\\d+ .* (0\\.9\\d+|1\\.0+) ");
    Path again = folder.resolve("again.onnx");
    Invocation replay =
        Invocation.of(
            "compress",
            model,
            "--recipe",
            folder.resolve("tuned.recipe.yaml"),
            "--timing",
            1,
            "-o",
            again);
    assertThat(replay.code()).as(replay.toString()).isZero();
    assertThat(Files.readAllBytes(again)).isEqualTo(Files.readAllBytes(tuned));
  }

  @Test
  void aStudentLearnsFromATeacherAndIsComparedWithIt() {
    Path large = folder.resolve("large.onnx");
    assertThat(tune(write("model.onnx", 16, 3), large).code()).isZero();

    Invocation run =
        Invocation.of(
            "distill",
            write("small.onnx", 4, 8),
            "--teacher",
            large,
            "--data",
            table,
            "--task",
            "classification",
            "--timing",
            1,
            "-o",
            folder.resolve("taught.onnx"),
            "--set",
            "rate=0.02",
            "--set",
            "epochs=30");

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.toString())
        .contains("✓ distill", "scores are compared with those of the teacher " + large)
        .containsPattern("top1 +(0\\.9\\d+|1\\.0+) .* (0\\.9\\d+|1\\.0+) ");
  }

  @Test
  void maskedTokensAreThoseOfTheTokenizerBesideTheModel() throws IOException {
    Path encoder = SmallEncoder.in(folder);
    Path model = folder.resolve("guessing.onnx");
    Model guessing =
        TextGraph.parse(
            """
            ir 8, opset 17
            graph main(input_ids: int64[batch,sequence], attention_mask: int64[batch,sequence])
                -> (logits: float[batch,sequence,30522]) {
              words = float[30522,8] ~ 1
              head = float[8,30522] ~ 2
              x = Gather(words, input_ids)
              m = ReduceMean(x) <axes=[1], keepdims=1>
              s = Add(x, m)
              logits = MatMul(s, head)
            }
            """);
    Ports.find().format().write(guessing, model, ModelFormat.WriteOptions.DEFAULT);
    Files.delete(encoder);

    Invocation run =
        Invocation.of(
            "tune",
            model,
            "--objective",
            "masked-tokens",
            "--data",
            SmallEncoder.texts(folder, 80),
            "--timing",
            1,
            "-o",
            folder.resolve("tuned.onnx"),
            "--set",
            "rate=0.05");

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.toString()).contains("✓ self-supervise");
  }

  @Test
  void viewsAreComparedWhereAugmentationsAreAskedFor() throws IOException {
    Path model = write("model.onnx", 8, 3);
    Path out = folder.resolve("near.onnx");

    assertThat(tune(model, out, "--objective", "contrast").toString())
        .contains("Two views of an example are equal where nothing varies them");
    Invocation run = tune(model, out, "--objective", "contrast", "--set", "noise=0.1");
    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.toString()).contains("✓ self-supervise");
    assertThat(Files.readString(folder.resolve("near.recipe.yaml")))
        .contains("objective: contrast", "noise: 0.1");
  }

  @Test
  void whatIsWrongIsToldBeforeAnythingRuns() {
    Path model = write("model.onnx", 8, 3);
    Path out = folder.resolve("out.onnx");

    assertThat(tune(model, out, "--set", "rate=1e-30").toString())
        .contains("changed nothing: training made nothing better: Nothing was better for");
    assertThat(tune(model, out, "--set", "rat=1").toString())
        .contains("pass 'fine-tune' has no option 'rat'");
    assertThat(tune(model, out, "--set", "crop=1").toString())
        .contains("'crop' is for pictures", "x: float[1,2]");
    assertThat(tune(model, out, "--objective", "masked").toString()).contains("masked-tokens");
    assertThat(tune(model, out, "--device", "gpu").toString())
        .contains("A device to train on is cpu or cuda, got 'gpu'.");
    assertThat(tune(model, out, "--device", "cuda").toString())
        .contains("takes libtorch for CUDA, which is not on the class path: add pytorch");
    assertThat(tune(model, out, "--set", "rate=-1").toString())
        .contains("rate must be above 0, got -1");
    assertThat(
            Invocation.of("tune", model, "--data", table, "--task", "agreement", "-o", out)
                .toString())
        .contains("no labels to learn from");
    assertThat(
            Invocation.of("distill", model, "--teacher", table, "--data", table, "-o", out).code())
        .isNotZero();
    assertThat(Invocation.of("tune", model, "-o", out).toString()).contains("real data");
    assertThat(out).doesNotExist();
  }
}

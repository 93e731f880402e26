package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.TextGraph;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Folders that nobody has described: of one model with what lies beside it, of several, of none.
 */
final class ModelFolderTest {
  private static final String RECIPE =
      """
      demitasse: 1
      resolved: true
      steps:
        - pass: quantize-dynamic
      """;

  @TempDir private Path folder;

  @Test
  void aFolderWithOneModelIsThatModel() throws IOException {
    Path original = SmallEncoder.in(folder.resolve("encoder")).getParent();
    Path texts = SmallEncoder.texts(folder, 20);

    Invocation inspected = Invocation.of("inspect", original);
    Invocation evaluated =
        Invocation.of("evaluate", original, "--against", original, "--data", texts);

    assertThat(inspected.code()).as(inspected.toString()).isZero();
    assertThat(inspected.out())
        .startsWith("encoder.onnx")
        .containsPattern("tokenizer.json +tokenizer")
        .doesNotContain("Part ");
    assertThat(evaluated.code()).as(evaluated.toString()).isZero();
    assertThat(evaluated.out()).contains("agreement over 20 samples");
  }

  @Test
  void itBecomesAFolderWithAllThatLiesBesideItOrOneFile() throws IOException {
    Path original = SmallEncoder.in(folder.resolve("encoder")).getParent();
    Path texts = SmallEncoder.texts(folder, 20);
    Path recipe = Files.writeString(folder.resolve("quantized.yaml"), RECIPE);
    Path small = folder.resolve("small");
    Path file = folder.resolve("file").resolve("small.onnx");

    for (Path output : new Path[] {small, file}) {
      Invocation run =
          Invocation.of(
              "compress",
              original,
              "-o",
              output,
              "--data",
              texts,
              "--recipe",
              recipe,
              "--timing",
              1);
      assertThat(run.code()).as(run.toString()).isZero();
    }

    assertThat(small.resolve("encoder.onnx")).exists();
    assertThat(small.resolve("tokenizer.json"))
        .hasSameBinaryContentAs(original.resolve("tokenizer.json"));
    assertThat(file).isRegularFile();
  }

  @Test
  void otherFormsOfAModelDoNotMakeItSeveral() throws IOException {
    Path model = SmallEncoder.in(folder.resolve("encoder"));
    Files.copy(model, model.resolveSibling("encoder_quantized.onnx"));

    Invocation run = Invocation.of("inspect", model.getParent());

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.out()).startsWith("encoder.onnx");
  }

  @Test
  void ofSeveralModelsItIsToldWhatTheyWouldBe() throws IOException {
    towers();

    Invocation inspected = Invocation.of("inspect", folder);
    Invocation compressed = Invocation.of("compress", folder, "-o", folder.resolveSibling("small"));

    assertThat(inspected.code()).as(inspected.toString()).isZero();
    assertThat(inspected.out())
        .contains("holds 2 models and no bundle.yaml", "program 'two-tower'", "--init")
        .containsPattern("text_model.onnx +\\d+ B +text ")
        .containsPattern("vision_model.onnx +\\d+ B +vision ")
        .containsPattern("captions.tsv +data");
    assertThat(compressed.code()).isEqualTo(2);
    assertThat(compressed.err())
        .contains("holds 2 models", "text_model.onnx, vision_model.onnx", "--init");
    assertThat(Invocation.of("inspect", folder, "--json").out())
        .contains("\"program\" : \"two-tower\"", "\"vision\" : \"vision_model.onnx\"");
  }

  @Test
  void aModelThatCannotBeReadIsListedWithTheReason() throws IOException {
    towers();
    Files.writeString(folder.resolve("broken.onnx"), "This is no model.");

    Invocation run = Invocation.of("inspect", folder);

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.out()).containsPattern("broken.onnx .*cannot be read");
  }

  @Test
  void aFolderWithoutAModelSaysSo() {
    for (String command : new String[] {"inspect", "compress"}) {
      Invocation run =
          command.equals("inspect")
              ? Invocation.of(command, folder)
              : Invocation.of(command, folder, "-o", folder.resolveSibling("small.onnx"));

      assertThat(run.code()).isEqualTo(2);
      assertThat(run.err()).contains(folder + " holds no model");
    }
  }

  private void towers() throws IOException {
    write("text_model.onnx", "input_ids: int64[B,S]", "t = float[9,4] ~ 1", "Gather(t, input_ids)");
    write("vision_model.onnx", "pixel_values: float[B,3,8,8]", "", "ReduceMean(pixel_values)");
    Files.writeString(folder.resolve("captions.tsv"), "a.png\ta cup\n");
  }

  private void write(String file, String input, String weights, String call) throws IOException {
    String text =
        """
        ir 10, opset 17

        graph main(%s) -> (y) {
          %s
          y = %s
        }
        """
            .formatted(input, weights, call);
    Ports.find()
        .format()
        .write(TextGraph.parse(text), folder.resolve(file), ModelFormat.WriteOptions.DEFAULT);
  }
}

package io.demitasse.media.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskProvider;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a picture that a single model is given. */
class PictureInputTest {
  @TempDir private Path folder;

  @Test
  void withoutAWordAPictureBecomesWhatModelsOfImageNetTake() throws IOException {
    Tensor given = given(taking("float[B,3,H,W]"), red(), null);

    assertThat(given).hasToString("float[1,3,224,224]");
    assertThat(given.toFloats()[0]).isCloseTo((1 - .485f) / .229f, within(1e-5f));
    assertThat(given.toFloats()[224 * 224]).isCloseTo(-.456f / .224f, within(1e-5f));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "float[B,3,48,192] | float[1,3,48,192]",
        "float[1,32,64,3]  | float[1,32,64,3]",
        "float[1,1,28,28]  | float[1,1,28,28]",
        "float16[B,3,8,8]  | float16[1,3,8,8]"
      })
  void theDeclaredInputSaysSizeChannelsAndLayout(String declared, String expected)
      throws IOException {
    assertThat(given(taking(declared), red(), null)).hasToString(expected);
  }

  @Test
  void theConfigurationBesideTheModelGoesBeforeWhatIsUsual() throws IOException {
    configured(
        "{\"resample\": 2, \"size\": {\"height\": 16, \"width\": 20}, \"do_normalize\": false}");

    Tensor given = given(taking("float[B,3,H,W]"), red(), null);

    assertThat(given).hasToString("float[1,3,16,20]");
    assertThat(given.toFloats()[0]).isEqualTo(1);
  }

  @Test
  void flagsChangeWhatTheConfigurationSays() throws IOException {
    configured(
        "{\"resample\": 2, \"size\": {\"height\": 16, \"width\": 20}, \"do_normalize\": false}");

    Tensor given =
        given(taking("float[B,3,H,W]"), red(), "size=10x12,mean=0.5,0.25,0,std=0.5,channels=bgr");

    assertThat(given).hasToString("float[1,3,12,10]");
    assertThat(given.toFloats()[0]).isEqualTo(-1); // no blue
    assertThat(given.toFloats()[240]).isEqualTo(2); // all red
  }

  @Test
  void everyMistakeOfTheFlagsIsToldAtOnce() {
    assertThatThrownBy(() -> program(taking("float[B,3,H,W]"), "sise=224,layout=chw,mean=a"))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("did you mean 'size'?");
    assertThatThrownBy(() -> program(taking("float[B,3,H,W]"), "size=0,layout=chw,mean=a"))
        .hasMessageContaining("size")
        .hasMessageContaining("'chw'")
        .hasMessageContaining("'a'");
  }

  @Test
  void flagsForAModelWithoutPicturesAreRefused() {
    assertThatThrownBy(() -> program(taking("float[B,7]"), "size=224"))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("takes none");
  }

  @Test
  void aConfigurationThatCannotBeFollowedMattersOnlyToPictures() throws IOException {
    configured("{\"patch_size\": 14}");
    Model model = taking("float[B,3,H,W]");

    SingleProgram program = program(model, null);

    Map<String, Tensor> tensors = Map.of("x", Tensor.ofFloats(new long[] {1, 3, 1, 1}, 1, 2, 3));
    assertThat(run(program, new Sample.Tensors("numbers", tensors)).get("x"))
        .hasToString("float[1,3,1,1]");
    assertThatThrownBy(() -> run(program, new Sample.File("red.png", red())))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("patch_size");
  }

  @Test
  void whatIsAssumedIsSaidAloudAndOnlyThen() throws IOException {
    Path data = red().getParent();
    Model model = taking("float[B,3,H,W]");

    assertThat(agreement(model, data, null).samples().account())
        .anyMatch(line -> line.contains("resized to 224x224") && line.contains("ImageNet"));
    assertThat(agreement(model, data, "size=32").samples().account())
        .noneMatch(line -> line.contains("ImageNet"));
    configured("{\"resample\": 2, \"size\": {\"height\": 16, \"width\": 20}}");
    assertThat(agreement(model, data, null).samples().account())
        .noneMatch(line -> line.contains("ImageNet"));
  }

  private Task agreement(Model model, Path data, @Nullable String flags) {
    return TaskProvider.find(
        new TaskProvider.Request(
            "agreement",
            Bundle.of(model),
            program(model, flags),
            folder.resolve("model.onnx"),
            data,
            Map.of(),
            7));
  }

  private static Model taking(String type) {
    return TextGraph.parse(
        "ir 10, opset 17\n\ngraph main(x: " + type + ") -> (y) {\n  y = Relu(x)\n}\n");
  }

  private SingleProgram program(Model model, @Nullable String flags) {
    return SingleProgram.of(
        model,
        folder.resolve("model.onnx"),
        SingleProgram.Options.DEFAULT,
        new PictureInput.Told(flags, Map.of()),
        SoundTold.NOTHING);
  }

  private Tensor given(Model model, Path picture, @Nullable String flags) {
    return run(program(model, flags), new Sample.File("a picture", picture)).get("x");
  }

  /** What flows into the model. */
  private static Map<String, Tensor> run(SingleProgram program, Sample sample) {
    Map<String, Tensor> seen = new LinkedHashMap<>();
    program.run(
        sample,
        (part, inputs) -> {
          seen.putAll(inputs);
          return inputs;
        });
    return seen;
  }

  private void configured(String json) throws IOException {
    Files.writeString(folder.resolve("preprocessor_config.json"), json);
  }

  /** A folder with a red picture. */
  private Path red() throws IOException {
    BufferedImage image = new BufferedImage(50, 40, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.RED);
    graphics.fillRect(0, 0, 50, 40);
    graphics.dispose();
    Path file = Files.createDirectories(folder.resolve("pictures")).resolve("red.png");
    ImageIO.write(image, "png", file.toFile());
    return file;
  }
}

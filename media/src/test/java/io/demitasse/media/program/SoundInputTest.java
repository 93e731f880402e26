package io.demitasse.media.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.data.Fields;
import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskProvider;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.media.sound.Waves;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sound.sampled.AudioFileFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder of sounds in folders of classes, and what a model is given of them. */
final class SoundInputTest {
  @TempDir private Path folder;

  private static Model model(String input) {
    return TextGraph.parse(
        "ir 8, opset 17\ngraph main(x: float["
            + input
            + "]) -> (y: float["
            + input
            + "]) {\n"
            + "  y = Identity(x)\n}\n");
  }

  private Tensor given(String input, String settings, int rate, int samples) throws IOException {
    Path file =
        Waves.write(
            folder.resolve("a.wav"),
            AudioFileFormat.Type.WAVE,
            rate,
            1,
            Waves.tone(440, rate, samples));
    SingleProgram program =
        SingleProgram.of(
            model(input),
            folder.resolve("model.onnx"),
            SingleProgram.Options.DEFAULT,
            PictureInput.Told.NOTHING,
            settings);
    Map<String, Tensor> given = new HashMap<>();
    program.run(
        new Sample.File("a.wav", file, Fields.NONE),
        (_, inputs) -> {
          given.putAll(inputs);
          return inputs;
        });
    return given.get("x");
  }

  @Test
  void samplesAreShapedAsTheInputIs() throws IOException {
    assertThat(given("N", null, 16_000, 800).sizes()).containsExactly(800);
    assertThat(given("B,N", null, 16_000, 800).sizes()).containsExactly(1, 800);
    assertThat(given("1,1,N", null, 16_000, 800).sizes()).containsExactly(1, 1, 800);
    assertThat(given("B,N", null, 48_000, 2400).sizes()).containsExactly(1, 800);
    assertThat(given("B,N", "rate=8000", 16_000, 800).sizes()).containsExactly(1, 400);
  }

  @Test
  void aFixedLengthCutsOffOrIsFilledWithSilence() throws IOException {
    float[] tone = Waves.tone(440, 16_000, 800);

    assertThat(given("1,600", null, 16_000, 800).toFloats())
        .containsExactly(Arrays.copyOf(tone, 600), within(1e-4f));
    float[] filled = given("1,1000", null, 16_000, 800).toFloats();
    assertThat(filled).hasSize(1000);
    assertThat(Arrays.copyOfRange(filled, 800, 1000)).containsOnly(0);
  }

  @Test
  void modelsThatTakeNoSoundRefuseIt() {
    assertThatThrownBy(() -> given("B,3", null, 16_000, 800))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("takes no picture or sound");
    assertThatThrownBy(() -> given("B,3", "rate=8000", 16_000, 800))
        .hasMessageContaining("--sound says how sounds are prepared, but the model takes none");
    assertThatThrownBy(() -> given("B,N", "rate=fast", 16_000, 800))
        .hasMessageContaining("--sound rate=16000")
        .hasMessageContaining("got 'rate=fast'");
  }

  private Task classification(Path data) {
    Model model =
        TextGraph.parse(
            """
            ir 8, opset 17
            graph main(x: float[B,800]) -> (y) {
              w = float[800,2] ~ 1
              y = MatMul(x, w)
            }
            """);
    Path file = folder.resolve("model.onnx");
    return TaskProvider.find(
        new TaskProvider.Request(
            "classification",
            Bundle.of(model),
            SingleProgram.of(model, file, SingleProgram.Options.DEFAULT),
            file,
            data,
            Map.of(),
            7));
  }

  @Test
  void foldersAreLabelsAndBrokenFilesAreTold() throws IOException {
    Path sounds = folder.resolve("sounds");
    for (int i = 0; i < 10; i++) {
      AudioFileFormat.Type type =
          List.of(AudioFileFormat.Type.WAVE, AudioFileFormat.Type.AIFF, AudioFileFormat.Type.AU)
              .get(i % 3);
      String name = "a" + i + "." + type.getExtension();
      Waves.write(
          sounds.resolve("high").resolve(name), type, 16_000, 1, Waves.tone(2000, 16_000, 800));
      Waves.write(
          sounds.resolve("low").resolve(name), type, 16_000, 1, Waves.tone(200, 16_000, 800));
    }
    Files.writeString(sounds.resolve("low/broken.wav"), "no sound");
    Files.writeString(sounds.resolve("read.me"), "about these");

    Task task = classification(sounds);

    assertThat(task.samples().size()).isEqualTo(20);
    assertThat(task.samples().account())
        .anyMatch(line -> line.contains("1 skipped") && line.contains("1 file of other kinds"))
        .anyMatch(line -> line.contains("low/broken.wav: The sound") && line.contains("is no WAV"))
        .anyMatch(line -> line.contains("one channel of 16000 Hz, cut off or followed by silence"))
        .anyMatch(line -> line.contains("0 = high, 1 = low"));
    assertThat(task.supervision().orElseThrow().target(task.samples().get(19)).toLongs())
        .containsExactly(1);
  }

  @Test
  void aTableNamesSoundsAndTheirLabels() throws IOException {
    Waves.write(
        folder.resolve("a.wav"), AudioFileFormat.Type.WAVE, 8000, 2, Waves.tone(2000, 8000, 1600));
    Waves.write(
        folder.resolve("b.wav"), AudioFileFormat.Type.WAVE, 8000, 2, Waves.tone(200, 8000, 1600));
    Path table =
        Files.writeString(folder.resolve("list.csv"), "audio,label\na.wav,high\nb.wav,low\n");

    Task task = classification(table);

    assertThat(task.samples().size()).isEqualTo(2);
    assertThat(task.samples().get(1).fields().text("label")).hasValue("low");
  }
}

package io.demitasse.media.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.data.Fields;
import io.demitasse.data.ProgramProvider;
import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskProvider;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.manifest.Manifest;
import io.demitasse.manifest.Manifest.Modality;
import io.demitasse.media.DeclaredInputs;
import io.demitasse.media.sound.LogMel;
import io.demitasse.media.sound.SoundPreprocessing;
import io.demitasse.media.sound.Sounds;
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
            new SoundTold(settings, Map.of()));
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
        .hasMessageContaining("got 'fast'");
  }

  @Test
  void featuresTakeTheFormThatTheInputHas() throws IOException {
    String filterbank = "features=filterbank,bands=40";
    assertThat(given("B,80,3000", null, 8_000, 800).sizes()).containsExactly(1, 80, 3000);
    assertThat(given("B,128,3000", null, 8_000, 800).sizes()).containsExactly(1, 128, 3000);
    assertThat(given("B,C,T", "features=log-mel,seconds=0", 16_000, 1700).sizes())
        .containsExactly(1, 80, 10);
    assertThat(given("B,T,80", "features=log-mel,seconds=2", 16_000, 1700).sizes())
        .containsExactly(1, 200, 80);
    assertThat(given("B,T,F", filterbank, 16_000, 16_000).sizes()).containsExactly(1, 98, 40);
    assertThat(given("B,40,T", filterbank, 16_000, 16_000).sizes()).containsExactly(1, 40, 98);
    assertThat(given("B,T,13", "features=mfcc,coefficients=13", 16_000, 1600).sizes())
        .containsExactly(1, 8, 13);
    Tensor fixed = given("1,100,40", filterbank, 16_000, 16_000);
    assertThat(fixed.sizes()).containsExactly(1, 100, 40);
    assertThat(Arrays.copyOfRange(fixed.toFloats(), 98 * 40, 100 * 40)).containsOnly(0);
  }

  @Test
  void featuresOfWhisperAreThoseThatItsFileTells() throws IOException {
    Files.writeString(
        folder.resolve("preprocessor_config.json"),
        """
        {"chunk_length": 2, "feature_extractor_type": "WhisperFeatureExtractor", "feature_size": 80,
         "hop_length": 160, "n_fft": 400, "n_samples": 32000, "sampling_rate": 16000}
        """);
    Tensor found = given("B,C,T", null, 16_000, 9_000);

    assertThat(found.sizes()).containsExactly(1, 80, 200);
    assertThat(found.toFloats())
        .isEqualTo(
            new SoundPreprocessing(16_000, false, 2, false, LogMel.whisper(80))
                .frames(Sounds.read(folder.resolve("a.wav")))
                .byFeature());
    assertThatThrownBy(() -> given("B,80,3000", null, 16_000, 9_000))
        .hasMessageContaining("takes 3000 frames, that is seconds: 30.0, but 2.0 s give 200");
  }

  @Test
  void samplesOfWav2VecAreNormalized() throws IOException {
    Files.writeString(
        folder.resolve("preprocessor_config.json"),
        """
        {"do_normalize": true, "feature_extractor_type": "Wav2Vec2FeatureExtractor",
         "feature_size": 1, "sampling_rate": 8000}
        """);

    float[] found = given("B,N", null, 8_000, 800).toFloats();

    // A tone has half of its height squared as its variance.
    float[] tone = Waves.tone(440, 8_000, 800);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).isCloseTo((float) (tone[i] / .5 * Math.sqrt(2)), within(2e-3f));
    }
  }

  @Test
  void whatCannotBeFollowedIsToldAtOnce() throws IOException {
    assertThatThrownBy(
            () -> given("B,C,T", "features=log-mel,window=401,hop=0,seconds=-1", 8_000, 800))
        .hasMessageContaining("seconds must be from 0 to 5400, got -1.0")
        .hasMessageContaining("features=log-mel,bands=80,seconds=30");
    assertThatThrownBy(() -> given("B,C,T", "features=mel,bands=x", 8_000, 800))
        .hasMessageContaining("features must be log-mel, filterbank or mfcc, got 'mel'")
        .hasMessageContaining("unknown key 'bands'");
    assertThatThrownBy(() -> given("B,60,40", "features=filterbank", 8_000, 800))
        .hasMessageContaining("no room in x: float[B,60,40] for a filter bank of 80 bands");
    Files.writeString(
        folder.resolve("preprocessor_config.json"),
        "{\"feature_extractor_type\": \"ClapFeatureExtractor\"}");
    assertThatThrownBy(() -> given("B,80,3000", null, 8_000, 800))
        .hasMessageContaining("it is of the class ClapFeatureExtractor")
        .hasMessageContaining("write the preprocessing into bundle.yaml");
  }

  @Test
  void oneInputOfSeveralIsPreparedByItself() throws IOException {
    Model model =
        TextGraph.parse(
            """
            ir 8, opset 17
            graph main(speech: float[B,T,24], text: int64[B,S]) -> (y: float[B,T,24]) {
              y = Identity(speech)
            }
            """);
    Path file =
        Waves.write(
            folder.resolve("a.wav"), AudioFileFormat.Type.WAVE, 8000, 1, Waves.tone(9, 8000, 800));
    List<DeclaredInputs.Input> inputs = DeclaredInputs.of(model).inputs();
    Map<String, Object> settings = Map.of("features", "filterbank", "bands", 24, "rate", 8000);
    Path place = folder.resolve("model.onnx");

    SoundInput speech = SoundInput.of(inputs.getFirst(), settings, place).orElseThrow();

    assertThat(speech.prepare(file).get("speech").sizes()).containsExactly(1, 8, 24);
    assertThat(speech.account()).contains("8000 Hz, given as a filter bank of 24 bands");
    assertThat(SoundInput.of(inputs.getLast(), settings, place)).isEmpty();
    SoundInput wrong = SoundInput.of(inputs.getFirst(), Map.of("rate", 0), place).orElseThrow();
    assertThatThrownBy(() -> wrong.prepare(file)).hasMessageContaining("rate must be a whole");
  }

  @Test
  void manifestSaysHowSoundsArePrepared() throws IOException {
    Model model = model("B,C,T");
    Files.writeString(folder.resolve("model.onnx"), "its content is not asked for");
    Map<String, Object> settings = Map.of("features", "log-mel", "seconds", 1, "trim", true);
    Manifest manifest =
        new Manifest(
            Manifest.SINGLE,
            Map.of(),
            Map.of(Bundle.SINGLE, new Manifest.Part("model.onnx", Modality.AUDIO, settings)),
            List.of(),
            List.of());
    MediaPrograms programs = new MediaPrograms();
    SingleProgram program =
        (SingleProgram)
            programs.make(
                new ProgramProvider.Request(manifest, Bundle.of(model), folder, Map.of()));

    assertThat(program.accountOfFiles().orElseThrow())
        .isEqualTo(
            "sounds are mixed to one channel of 16000 Hz, without silence at their ends, cut off or"
                + " followed by silence to 1.00 s, given as log-mel of 80 bands, as bundle.yaml"
                + " says");
    Manifest wrong =
        new Manifest(
            Manifest.SINGLE,
            Map.of(),
            Map.of(
                Bundle.SINGLE,
                new Manifest.Part("model.onnx", Modality.AUDIO, Map.of("rate", "fast", "x", 1))),
            List.of(),
            List.of());
    assertThat(
            programs.problems(
                new ProgramProvider.Request(wrong, Bundle.of(model), folder, Map.of())))
        .hasSize(2)
        .allMatch(line -> line.startsWith("preprocessing of part '" + Bundle.SINGLE + "'"));
  }

  @Test
  void descriptionOfAFolderHoldsWhatItsFileTells() throws IOException {
    Files.writeString(
        folder.resolve("preprocessor_config.json"),
        "{\"feature_extractor_type\": \"WhisperFeatureExtractor\", \"feature_size\": 128}");
    Model model =
        TextGraph.parse(
            """
            ir 8, opset 17
            graph main(input_features: float[B,128,3000]) -> (y: float[B,128,3000]) {
              y = Identity(input_features)
            }
            """);

    Manifest proposed =
        new MediaPrograms().propose(folder, Map.of("model.onnx", model)).orElseThrow();

    Manifest.Part part = proposed.parts().get(Bundle.SINGLE);
    assertThat(part.modality()).isEqualTo(Modality.AUDIO);
    assertThat(part.preprocessing())
        .containsEntry("features", "log-mel")
        .containsEntry("bands", 128)
        .containsEntry("seconds", 30.0);
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

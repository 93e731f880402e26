package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of models against each other: end to end and by part. */
final class BundleBenchTest {
  @TempDir private Path folder;
  private Path bundle;
  private Path data;

  @BeforeEach
  void makeBundle() throws IOException {
    bundle = SmallBundle.in(folder.resolve("bundle"));
    data = SmallBundle.data(folder.resolve("data"));
  }

  @Test
  void aBundleIsTimedEndToEndAndByPart() {
    Invocation run = bench(bundle);

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.out())
        .containsPattern("vision 1x3x8x8 +" + bundle)
        .containsPattern("text 1x\\d+ +" + bundle)
        .containsPattern("1 sample end to end +" + bundle)
        .contains("timed against itself");
    assertThat(run.err())
        .contains("recording inputs of each part", "timing the program end to end");
  }

  @Test
  void severalAreTimedAgainstOneAndJsonTellsEverything() throws IOException {
    Path second = SmallBundle.in(folder.resolve("second"));
    Path third = SmallBundle.in(folder.resolve("third"));

    Invocation run = bench(second, third, "--against", bundle, "--threads", 1, "--json");

    assertThat(run.code()).as(run.toString()).isZero();
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json).hasSize(2);
    assertThat(json.at("/0/model").asText()).isEqualTo(second.toString());
    assertThat(json.at("/1/model").asText()).isEqualTo(third.toString());
    for (JsonNode timed : json) {
      assertThat(timed.at("/against").asText()).isEqualTo(bundle.toString());
      assertThat(timed.at("/threads").asInt()).isEqualTo(1);
      assertThat(timed.at("/whole/0/ratio/value").asDouble()).isPositive();
      assertThat(timed.at("/parts").fieldNames()).toIterable().containsExactly("vision", "text");
      assertThat(timed.at("/parts/text/0/candidate/time/value").asDouble()).isPositive();
    }
  }

  @Test
  void aPartThatTheOtherDoesNotHaveIsToldAndTheRestIsTimed() throws IOException {
    Path half = SmallBundle.in(folder.resolve("half"));
    Files.writeString(
        half.resolve("bundle.yaml"),
        """
        demitasse-bundle: 1
        program: two-tower
        parts:
          text: {file: encoder.onnx, modality: text}
          sound: {file: vision.onnx, modality: audio}
        """);

    Invocation run = bench(half, "--against", bundle);

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.err())
        .contains(half + " has no part 'vision', which " + bundle + " has: it was not timed")
        .contains(bundle + " has no part 'sound', which " + half + " has: it was not timed")
        .contains("without all parts the program cannot be timed end to end");
    assertThat(run.out()).contains("text 1x").doesNotContain("vision 1x", "end to end");
  }

  @Test
  void bundlesWithoutACommonPartAreRefused() throws IOException {
    Path model = SmallEncoder.alone(folder.resolve("model"));

    Invocation run = bench(model, "--against", bundle);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .contains("has the parts [vision, text] and " + model + " has [model]: none in common");
  }

  @Test
  void aFolderWithOneModelIsThatModel() throws IOException {
    Path model = SmallEncoder.alone(folder.resolve("model"));

    Invocation run =
        Invocation.of("bench", model.getParent(), "--timing", 1, "--shape", "batch=1,seq=4");

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.out()).containsPattern("1x4 +" + model);
  }

  @Test
  void aModelIsTimedOnDataToo() throws IOException {
    Path model = SmallEncoder.in(folder.resolve("model"));
    Path texts = SmallEncoder.texts(folder, 5);

    for (Path subject : List.of(model, model.getParent())) {
      Invocation run = Invocation.of("bench", subject, "--timing", 1, "--data", texts);

      assertThat(run.code()).as(run.toString()).isZero();
      assertThat(run.out()).containsPattern("\n  1x\\d+ +" + subject).doesNotContain("end to end");
    }
  }

  @Test
  void sizesOfInventedInputsDoNotGoWithData() {
    Invocation run = bench(bundle, "--shape", "batch=2");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .contains("A bundle, and --data, bring inputs of their own: leave --shape out.");
  }

  @Test
  void aBundleWithoutDataIsToldWhichItTakes() {
    Invocation run = Invocation.of("bench", bundle, "--timing", 1);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("needs data to run the parts vision, text");
  }

  private Invocation bench(Object... arguments) {
    List<Object> all = new ArrayList<>(List.of("bench"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--data", data, "--quick", "--timing", 1));
    return Invocation.of(all.toArray());
  }
}

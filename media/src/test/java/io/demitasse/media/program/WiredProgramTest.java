package io.demitasse.media.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.data.Fields;
import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A picture and a text that meet in a third part, and what such wiring may say. */
class WiredProgramTest {
  private static final String HEAD =
      """
      ir 8, opset 17

      graph head(picture: float[B,64], words: float[B,64]) -> (logits: float[B,5]) {
        weight = float[64,5] ~ 51
        both = Mul(picture, words)
        logits = MatMul(both, weight)
      }
      """;

  private static final String PARTS =
      """
      parts:
        vision: {file: vision_model.onnx, modality: image}
        text: {file: text_model.onnx, modality: text}
        head: {file: head.onnx, modality: tensors}
      """;

  private static final String STEPS =
      """
        steps:
        - run: vision
          inputs: {pixel_values: $image}
        - run: text
          inputs: {input_ids: $text}
        - run: head
          inputs: {picture: vision.image_embeds, words: text.text_embeds}
      """;

  @TempDir Path folder;

  @BeforeEach
  void writeParts() throws IOException {
    SmallTowers.in(folder);
    SmallTowers.write(HEAD, folder.resolve("head.onnx"));
    wired(STEPS);
  }

  private void wired(String settings) throws IOException {
    Files.writeString(
        folder.resolve("bundle.yaml"),
        "demitasse-bundle: 1\nprogram: wired\nsettings:\n" + settings + PARTS);
  }

  private Sample question(String words) throws IOException {
    Path file = folder.resolve("picture.png");
    ImageIO.write(SmallTowers.picture(1), "png", file.toFile());
    return new Sample.File("picture.png", file, Fields.NONE.with("text", words));
  }

  @Test
  void aPictureAndAQuestionMeetInAThirdPart() throws IOException {
    try (OpenBundle bundle = new OpenBundle(folder)) {
      float[] answer = bundle.run(question("a red cup")).get("logits").toFloats();
      float[] other = bundle.run(question("a blue ship")).get("logits").toFloats();

      assertThat(answer).hasSize(5).isNotEqualTo(other);
      assertThat(bundle.program().takesBatches()).isTrue();
      assertThat(bundle.program().specialTokens("text")).isPresent();
      assertThat(bundle.program().specialTokens("head")).isEmpty();
    }
  }

  @Test
  void whatFlowsIsWhatThePartsGive() throws IOException {
    Sample sample = question("a red cup");
    wired(
        STEPS
            + """
              outputs:
                logits: head.logits
                picture: vision.image_embeds
                words: text.text_embeds
            """);
    try (OpenBundle bundle = new OpenBundle(folder)) {
      Map<String, Tensor> all = bundle.run(sample);
      Map<String, Tensor> ready =
          bundle.run(
              new Sample.Tensors(
                  "made ready",
                  Map.of(
                      "vision.pixel_values",
                      Tensor.ofNumbers(
                          io.demitasse.ir.DataType.FLOAT,
                          new long[] {1, 3, 32, 32},
                          new double[3 * 32 * 32]),
                      "input_ids",
                      Tensor.ofLongs(new long[] {1, 2}, 5, 6),
                      "attention_mask",
                      Tensor.ofLongs(new long[] {1, 2}, 1, 1))));

      assertThat(all.keySet()).containsExactly("logits", "picture", "words");
      assertThat(all.get("picture").sizes()).containsExactly(1, 64);
      assertThat(ready.get("logits").sizes()).containsExactly(1, 5);
    }
  }

  @Test
  void ofSeveralSourcesTheFirstThatThereIsCounts() throws IOException {
    wired(
        """
          steps:
          - run: vision
            inputs: {pixel_values: $image}
          - run: text
            inputs: {input_ids: $text}
          - run: head
            inputs: {picture: vision.image_embeds, words: text.text_embeds}
          outputs:
            embedding: [vision.image_embeds, text.text_embeds]
        """);
    try (OpenBundle bundle = new OpenBundle(folder)) {
      Tensor words = bundle.run(new Sample.Text("line 1", "a red cup")).get("embedding");

      assertThat(words.sizes()).containsExactly(64);
      assertThat(((EmbeddingProgram) bundle.program()).embeds())
          .extracting(Enum::name)
          .containsExactlyInAnyOrder("IMAGE", "TEXT");
    }
  }

  @Test
  void aQuestionWithoutAPictureIsRefusedWithTheReason() {
    try (OpenBundle bundle = new OpenBundle(folder)) {
      assertThatThrownBy(() -> bundle.run(new Sample.Text("line 1", "a red cup")))
          .isInstanceOf(DemitasseException.class)
          .hasMessage(
              "Sample line 1 cannot be used: it has no $image, which step 'vision' needs for its"
                  + " input 'pixel_values'; it has no vision.image_embeds, which step 'head' needs"
                  + " for its input 'picture'");
    }
  }

  @Test
  void allThatDoesNotFitIsToldAtOnce() throws IOException {
    wired(
        """
          steps:
          - run: vision
            inputs: {pixel_values: $image, size: 3}
          - run: eyes
          - run: head
            inputs: {picture: text.text_embeds, words: vision.last_hidden_state}
          - run: head
            inputs: {picture: vision.nothing}
          - run: text
            inputs: {input_ids: "words"}
          outputs: {answer: tail.logits}
        """);

    assertThatThrownBy(() -> new OpenBundle(folder))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("input 'input_ids' must be one of $image, $sound, $text")
        .hasMessageContaining("part 'vision' has no input 'size'; it has [pixel_values]")
        .hasMessageContaining("runs a part 'eyes', and there is none")
        .hasMessageContaining("'text' runs only then or later: steps go in order, without cycles")
        .hasMessageContaining(
            "input 'words' is float[B,64], but vision.last_hidden_state gives float[batch,64,64]")
        .hasMessageContaining("two steps are called 'head'")
        .hasMessageContaining("step 'head' gives part 'head' no input 'words'")
        .hasMessageContaining("uses vision.nothing, but 'vision' gives")
        .hasMessageContaining("output 'answer' uses tail.logits, but no step is called 'tail'");
  }

  @Test
  void aPartThatNobodyRunsIsNoPartOfTheProgram() throws IOException {
    wired("  steps: [{run: vision, inputs: {pixel_values: $image}}]\n");

    assertThatThrownBy(() -> new OpenBundle(folder))
        .hasMessageContaining("part 'text' is run by no step")
        .hasMessageContaining("part 'head' is run by no step");
  }

  @Test
  void aTokenizerThatDoesNotBelongIsToldBeforeAnythingRuns() throws IOException {
    SmallTowers.write(SmallTowers.TEXT.formatted(64, 40), folder.resolve("text_model.onnx"));

    assertThatThrownBy(() -> new OpenBundle(folder))
        .hasMessageContaining("does not belong to this model");

    Files.delete(folder.resolve("tokenizer.json"));

    assertThatThrownBy(() -> new OpenBundle(folder))
        .hasMessageContaining("part 'text' needs a tokenizer");

    Files.writeString(
        folder.resolve("bundle.yaml"),
        Files.readString(folder.resolve("bundle.yaml"))
            .replace("modality: text}", "modality: text, preprocessing: {tokenizer: gone.json}}"));
    assertThatThrownBy(() -> new OpenBundle(folder))
        .hasMessageContaining("tokenizer: there is no file gone.json in the bundle's folder")
        .hasMessageNotContaining("needs a tokenizer");
  }
}

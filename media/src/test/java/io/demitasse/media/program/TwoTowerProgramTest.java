package io.demitasse.media.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Tensor;
import io.demitasse.media.SmallTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TwoTowerProgramTest {
  private static final Sample CAPTION = new Sample.Text("line 1", "a red cup");

  /** The mean of each channel, as {@code %s}; what is declared of it is {@code %s}. */
  private static final String VISION =
      """
      ir 8, opset 17

      graph vision(pixels: float[B,3,H,W]) -> (%s) {
        half = float[1] {0.5}
        x = ReduceMean(pixels) <axes=[2, 3], keepdims=0>
        %s
      }
      """;

  private static final String MANIFEST =
      """
      demitasse-bundle: 1
      program: two-tower
      parts:
        vision:
          file: v.onnx
          modality: image
          preprocessing:
            scale: 1
        text:
          file: t.onnx
          modality: text
      """;

  @TempDir Path folder;

  @BeforeEach
  void writeBundle() throws IOException {
    vision("image_embeds: float[B,3]", "image_embeds = Neg(x)");
    text("y: float[B,S,3]", "y = Tanh(x)");
    SmallTokenizer.in(folder);
    Files.writeString(folder.resolve("bundle.yaml"), MANIFEST);
  }

  @Test
  void aPictureIsPreparedAndEmbedded() throws IOException {
    Path file = folder.resolve("blue.png");
    java.awt.image.BufferedImage blue = new java.awt.image.BufferedImage(4, 2, 1);
    blue.setRGB(0, 0, 4, 2, new int[8], 0, 4);
    for (int i = 0; i < 8; i++) {
      blue.setRGB(i % 4, i / 4, 0x0A0B0C);
    }
    ImageIO.write(blue, "png", file.toFile());

    assertThat(run(new Sample.File("blue.png", file))).containsExactly(-10, -11, -12);
  }

  @Test
  void ofAPicturesOutputsTheEmbeddingGoesBeforeThePooledAndAnyOther() {
    vision(
        "other: float[B,3], logits: float[B,3], pooler_output: float[B,3], image_embeds:"
            + " float[B,3]",
        """
        other = Neg(x)
        logits = Abs(x)
        pooler_output = Add(x, half)
        image_embeds = Add(x, x)
        """);
    assertThat(run(pixels(1, 2, 3))).containsExactly(2, 4, 6);

    vision(
        "other: float[B,3], logits: float[B,3], pooler_output: float[B,3]",
        "other = Neg(x)\n logits = Abs(x)\n pooler_output = Add(x, half)");
    assertThat(run(pixels(1, 2, 3))).containsExactly(1.5f, 2.5f, 3.5f);

    vision("logits: float[B,3], other: float[B,3]", "other = Neg(x)\n logits = Abs(x)");
    assertThat(run(pixels(1, 2, 3))).containsExactly(-1, -2, -3);
  }

  @Test
  void aTextTakesTheModelsOwnVectorUnlessAPoolingIsStated() throws IOException {
    text(
        "last_hidden_state: float[B,S,3], pooler_output: float[B,3]",
        "last_hidden_state = Tanh(x)\n pooler_output = ReduceMax(x) <axes=[1], keepdims=0>");
    float[] own = run(CAPTION);
    pooling("mean");
    float[] mean = run(CAPTION);
    pooling("first");
    float[] first = run(CAPTION);

    assertThat(own).hasSize(3).isNotEqualTo(mean);
    assertThat(mean).hasSize(3).isNotEqualTo(first);
  }

  @Test
  void aTextOfWhichOnlyTokensAreEmbeddedIsPooledByTheirMean() throws IOException {
    float[] untold = run(CAPTION);
    pooling("mean");

    assertThat(untold).hasSize(3).isEqualTo(run(CAPTION));
  }

  @Test
  void tensorsGoToThePartWhoseInputsTheyAre() {
    Tensor ids = Tensor.ofLongs(new long[] {1, 2}, 5, 6);

    assertThat(run(pixels(1, 2, 3))).containsExactly(-1, -2, -3);
    assertThat(run(new Sample.Tensors("a.npz", Map.of("input_ids", ids)))).hasSize(3);
    assertThatThrownBy(() -> run(new Sample.Tensors("a.npz", Map.of("z", ids))))
        .isInstanceOf(DemitasseException.class)
        .hasMessage(
            "Sample a.npz cannot be used: the model needs an input input_ids: int64[B,S], got z; it"
                + " takes input_ids: int64[B,S]");
  }

  @Test
  void theTowerOfTextsKnowsTheTokensOfItsTokenizer() {
    try (OpenBundle bundle = new OpenBundle(folder)) {
      assertThat(bundle.program().specialTokens("text").orElseThrow().all()).isNotEmpty();
      assertThat(bundle.program().specialTokens("vision")).isEmpty();
    }
  }

  @Test
  void halfPrecisionTowersAreGivenHalfPrecision() {
    SmallTowers.write(
        VISION
            .formatted("embedding: float16[B,3]", "embedding = Neg(x)")
            .replace("pixels: float", "pixels: float16")
            .replace("half = float[1] {0.5}", ""),
        folder.resolve("v.onnx"));

    assertThat(run(pixels(1, 2, 3))).containsExactly(-1, -2, -3);
  }

  @Test
  void anEmbeddingThatIsMissingIsNamedWithWhatIsThere() {
    vision("y", "axis = int64[1] {1}\n y = Unsqueeze(x, axis)");

    assertThatThrownBy(() -> run(pixels(1, 2, 3)))
        .isInstanceOf(DemitasseException.class)
        .hasMessage(
            "Sample p.npz cannot be used: The part 'vision' must give an embedding, a float output"
                + " [1,H], but it gives {y=float[1,1,3]}. Give a model that embeds pictures.");
  }

  @Test
  void aDamagedPictureIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("a.png"), "no picture");

    assertThatThrownBy(() -> run(new Sample.File("a.png", file)))
        .isInstanceOf(DemitasseException.class)
        .hasMessageStartingWith("Sample a.png cannot be used: The picture " + file);
  }

  private static Sample pixels(float... channels) {
    return new Sample.Tensors(
        "p.npz", Map.of("pixels", Tensor.ofFloats(new long[] {3, 1, 1}, channels)));
  }

  private float[] run(Sample sample) {
    try (OpenBundle bundle = new OpenBundle(folder)) {
      Map<String, Tensor> outputs = bundle.run(sample);
      assertThat(outputs).containsOnlyKeys("embedding");
      assertThat(outputs.get("embedding")).hasToString("float[3]");
      return outputs.get("embedding").toFloats();
    }
  }

  private void vision(String outputs, String body) {
    SmallTowers.write(VISION.formatted(outputs, body), folder.resolve("v.onnx"));
  }

  private void text(String outputs, String body) {
    SmallTowers.write(
        """
        ir 8, opset 17

        graph text(input_ids: int64[B,S]) -> (%s) {
          words = float[301,3] ~ 1
          x = Gather(words, input_ids)
          %s
        }
        """
            .formatted(outputs, body),
        folder.resolve("t.onnx"));
  }

  private void pooling(String name) throws IOException {
    Files.writeString(
        folder.resolve("bundle.yaml"),
        MANIFEST + "    preprocessing:\n      pooling: " + name + "\n");
  }
}

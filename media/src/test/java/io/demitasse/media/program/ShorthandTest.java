package io.demitasse.media.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.Demitasse;
import io.demitasse.data.Sample;
import io.demitasse.manifest.Manifest;
import io.demitasse.manifest.Manifests;
import io.demitasse.media.SmallTokenizer;
import io.demitasse.media.generate.GeneratedText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders as exporters lay them out run without a word of what flows in them. */
class ShorthandTest {
  private static final String CONFIG =
      """
      {
        "decoder_start_token_id": 1,
        "forced_decoder_ids": [[1, 5]],
        "eos_token_id": 0,
        "pad_token_id": 0,
        "suppress_tokens": [2, 3],
        "begin_suppress_tokens": [7, 0],
        "max_length": 9,
        "num_beams": 2,
        "length_penalty": 1.5
      }
      """;

  @TempDir Path folder;

  @BeforeEach
  void writeEncoder() throws IOException {
    SmallTowers.write(EncoderDecoderTest.ENCODER, folder.resolve("encoder_model.onnx"));
    SmallTokenizer.in(folder);
    Files.writeString(folder.resolve("generation_config.json"), CONFIG);
  }

  /** With the names that exporters give. */
  private void write(String decoder, String file) {
    SmallTowers.write(
        decoder
            .replaceAll("\\bstates\\b", "encoder_hidden_states")
            .replaceAll("\\bpast_crossed\\b", "past_key_values.0.encoder.key")
            .replaceAll("\\bcrossed\\b", "present.0.encoder.key")
            .replaceAll("\\bpast_(key|value)\\b", "past_key_values.0.decoder.$1")
            .replaceAll("(?<![.\\w])(key|value)\\b", "present.0.decoder.$1"),
        folder.resolve(file));
  }

  private Manifest describe() throws IOException {
    Manifest manifest = Demitasse.folder(folder).describe();
    Files.writeString(folder.resolve(Manifest.FILE), Manifests.text(manifest));
    return manifest;
  }

  private List<List<Long>> generated() {
    try (OpenBundle bundle = new OpenBundle(folder)) {
      return IntStream.range(0, 8)
          .mapToObj(i -> bundle.run(new Sample.Text("line " + i, SmallTowers.caption(i))))
          .map(outputs -> LongStream.of(GeneratedText.of(outputs).tokens()).boxed().toList())
          .toList();
    }
  }

  /** Without a cache: what all others have to come to. */
  private List<List<Long>> expected() throws IOException {
    write(WiredLoopTest.AT_ONCE, "decoder_model.onnx");
    describe();
    List<List<Long>> expected = generated();
    Files.delete(folder.resolve("decoder_model.onnx"));
    Files.delete(folder.resolve(Manifest.FILE));
    return expected;
  }

  @Test
  void howTextsAreGeneratedIsReadFromItsConfiguration() throws IOException {
    write(WiredLoopTest.AT_ONCE, "decoder_model.onnx");

    Manifest manifest = describe();

    assertThat(manifest.program()).isEqualTo("encoder-decoder");
    assertThat(Manifests.text(manifest))
        .contains(
            "begin:",
            "stop:",
            "suppress:",
            "suppress-first:",
            "most: 7",
            "beams: 2",
            "length-penalty: 1.5");
    assertThat(manifest.settings().get("begin")).isEqualTo(List.of(1L, 5L));
    assertThat(generated()).allSatisfy(tokens -> assertThat(tokens).doesNotContain(2L, 3L));
  }

  @Test
  void aMergedDecoderGoesOnFromItsCaches() throws IOException {
    List<List<Long>> expected = expected();
    write(WiredLoopTest.MERGED, "decoder_model_merged.onnx");
    describe();

    assertThat(generated()).isEqualTo(expected);
  }

  @Test
  void decodersOfTwoFilesGoOnFromTheirCaches() throws IOException {
    List<List<Long>> expected = expected();
    write(WiredLoopTest.FIRST, "decoder_model.onnx");
    write(WiredLoopTest.LATER, "decoder_with_past_model.onnx");
    assertThat(describe().parts()).containsKey("decoder-with-past");

    assertThat(generated()).isEqualTo(expected);
  }

  @Test
  void whatTheDecoderOfLaterStepsAloneTakesIsGivenToIt() throws IOException {
    List<List<Long>> expected = expected();
    write(WiredLoopTest.FIRST, "decoder_model.onnx");
    write(
        WiredLoopTest.LATER.replace(
            "input_ids: int64[batch,1],",
            "input_ids: int64[batch,1], encoder_attention_mask: int64[batch,sequence],"),
        "decoder_with_past_model.onnx");
    describe();

    assertThat(generated()).isEqualTo(expected);
  }

  @Test
  void aDecoderGoesOnFromAText() throws IOException {
    Files.delete(folder.resolve("encoder_model.onnx"));
    Files.writeString(
        folder.resolve("generation_config.json"), "{\"eos_token_id\": [0, 9], \"max_length\": 5}");
    write(
        WiredLoopTest.CACHED
            .replace("states: float[batch,sequence,64],", "")
            .replace("[batch,1]", "[batch,S]")
            .replace("crossed = MatMul(states, cross_key)", "crossed = Identity(mixed)"),
        "model.onnx");

    assertThat(describe().program()).isEqualTo("decoder");
    assertThat(generated()).anyMatch(tokens -> !tokens.isEmpty());
  }

  @Test
  void whatIsMissingIsTold() throws IOException {
    Files.delete(folder.resolve("generation_config.json"));
    write(WiredLoopTest.AT_ONCE, "decoder_model.onnx");
    describe();

    assertThatThrownBy(() -> new OpenBundle(folder))
        .hasMessageContaining("it needs tokens to begin with")
        .hasMessageContaining("a text needs a token that ends it");
  }
}

package io.demitasse.media.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.demitasse.Demitasse;
import io.demitasse.error.DemitasseException;
import io.demitasse.manifest.Manifests;
import io.demitasse.media.SmallTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found out about a folder by its files alone. */
class FolderLayoutTest {
  private static final String ENCODER =
      """
      ir 8, opset 17

      graph encoder(input_ids: int64[B,S]) -> (last_hidden_state: float[B,S,8]) {
        words = float[301,8] ~ 1
        last_hidden_state = Gather(words, input_ids)
      }
      """;

  private static final String DECODER =
      """
      ir 8, opset 17

      graph decoder(input_ids: int64[B,T], encoder_hidden_states: float[B,S,8])
          -> (logits: float[B,T,8]) {
        words = float[301,8] ~ 2
        mean = ReduceMean(encoder_hidden_states) <axes=[1]>
        x = Gather(words, input_ids)
        logits = Add(x, mean)
      }
      """;

  private static final String NEGATIVE =
      "ir 8, opset 17\n\ngraph main(x: float[B,2]) -> (y: float[B,2]) {\n  y = Neg(x)\n}\n";

  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(Manifests.schema());

  @TempDir Path folder;

  @Test
  void detectorAndRecognizerAreOcrWithTheListThatHasTheRightLength() throws IOException {
    SmallOcr.in(folder);
    SmallTowers.write(ENCODER, folder.resolve("meaning.onnx"));
    SmallTokenizer.in(folder);

    assertThat(described())
        .isEqualTo(
            """
            demitasse-bundle: 1
            program: ocr
            settings:
              keys: keys.txt
            parts:
              detector:
                file: small_det.onnx
                modality: image
              classifier:
                file: small_cls.onnx
                modality: image
              recognizer:
                file: small_rec.onnx
                modality: image
              text:
                file: meaning.onnx
                modality: text
                preprocessing:
                  tokenizer: tokenizer.json
                  pooling: mean
            """);
  }

  @Test
  void towersInAFolderOfModelsAreFoundBesideTheirQuantizedFormsAndTheWhole() throws IOException {
    Path models = SmallTowers.in(folder.resolve("onnx"));
    Files.delete(models.resolve("tokenizer.json"));
    Files.move(
        models.resolve("preprocessor_config.json"), folder.resolve("preprocessor_config.json"));
    SmallTokenizer.in(folder);
    for (String variant : new String[] {"quantized", "fp16", "q4f16"}) {
      Files.copy(
          models.resolve("vision_model.onnx"), models.resolve("vision_model_" + variant + ".onnx"));
      Files.copy(
          models.resolve("text_model.onnx"), models.resolve("text_model_" + variant + ".onnx"));
    }
    SmallTowers.write(NEGATIVE, models.resolve("model.onnx"));

    assertThat(described())
        .contains(
            "program: two-tower\n",
            "file: onnx/vision_model.onnx\n",
            "file: onnx/text_model.onnx\n",
            "shortest: 32\n",
            "tokenizer: tokenizer.json\n");
  }

  @Test
  void aTowerThatIsOnlyThereInAnotherFormIsTakenInThat() throws IOException {
    SmallTowers.in(folder);
    Files.move(folder.resolve("text_model.onnx"), folder.resolve("text_model_quantized.onnx"));

    assertThat(described())
        .contains("file: vision_model.onnx\n", "file: text_model_quantized.onnx\n");
  }

  @Test
  void preprocessingThatCannotBeFollowedIsLeftToTheManifest() throws IOException {
    SmallTowers.in(folder);
    Files.writeString(
        folder.resolve("preprocessor_config.json"), "{\"patch_size\": 14, \"size\": 32}");

    assertThat(described())
        .contains(
            """
              vision:
                file: vision_model.onnx
                modality: image
              text:
            """);
  }

  @Test
  void encoderAndMergedDecoderAreAnEncoderDecoderTiedInTheHiddenSize() throws IOException {
    SmallTowers.write(ENCODER, folder.resolve("encoder_model.onnx"));
    SmallTowers.write(DECODER, folder.resolve("decoder_model.onnx"));
    SmallTowers.write(DECODER, folder.resolve("decoder_model_merged.onnx"));
    SmallTowers.write(DECODER, folder.resolve("decoder_with_past_model.onnx"));
    SmallTokenizer.in(folder);

    assertThat(described())
        .isEqualTo(
            """
            demitasse-bundle: 1
            program: encoder-decoder
            parts:
              encoder:
                file: encoder_model.onnx
                modality: text
                preprocessing:
                  tokenizer: tokenizer.json
              decoder:
                file: decoder_model_merged.onnx
                modality: text
                preprocessing:
                  tokenizer: tokenizer.json
            tied:
              dimensions:
              - - "encoder:last_hidden_state[2]"
                - "decoder:encoder_hidden_states[2]"
            """);
  }

  @Test
  void twoDecodersAreBothNeededWhereTheyAreNotMerged() throws IOException {
    SmallTowers.write(ENCODER, folder.resolve("encoder_model.onnx"));
    SmallTowers.write(DECODER, folder.resolve("decoder_model.onnx"));
    SmallTowers.write(DECODER, folder.resolve("decoder_with_past_model.onnx"));

    assertThat(described())
        .contains(
            "decoder:\n    file: decoder_model.onnx\n",
            "decoder-with-past:\n    file: decoder_with_past_model.onnx\n",
            "    - \"decoder-with-past:encoder_hidden_states[2]\"\n");
  }

  @Test
  void oneModelIsSingleWithThePoolingItsConfigurationAsksFor() throws IOException {
    SmallTowers.write(ENCODER, folder.resolve("encoder.onnx"));
    SmallTokenizer.in(folder);
    Files.createDirectories(folder.resolve("1_Pooling"));
    Files.writeString(
        folder.resolve("1_Pooling/config.json"), "{\"pooling_mode_cls_token\": true}");

    assertThat(described())
        .isEqualTo(
            """
            demitasse-bundle: 1
            program: single
            parts:
              model:
                file: encoder.onnx
                modality: text
                preprocessing:
                  tokenizer: tokenizer.json
                  pooling: first
            """);
  }

  @Test
  void modelsThatNoProgramRunsTogetherAreNamed() {
    SmallTowers.write(NEGATIVE, folder.resolve("a.onnx"));
    SmallTowers.write(ENCODER, folder.resolve("b.onnx"));

    assertThatThrownBy(this::described)
        .isInstanceOf(DemitasseException.class)
        .hasMessage(
            folder
                + " holds the models [a.onnx, b.onnx], and no known program runs them together."
                + " Write a bundle.yaml by hand.");
  }

  @Test
  void aModelThatCannotBeReadMayBeTheOneThatMatters() throws IOException {
    SmallTowers.in(folder);
    Path broken = Files.writeString(folder.resolve("text_model.onnx"), "no model");
    String why = whyUnreadable(broken);

    assertThatThrownBy(this::described)
        .isInstanceOf(DemitasseException.class)
        .hasMessage(
            folder
                + " holds models that cannot be read: text_model.onnx ("
                + why
                + "). Replace them, move them elsewhere, or write a bundle.yaml by hand.");
  }

  @Test
  void aFolderWithoutModelsSaysSo() {
    assertThatThrownBy(this::described)
        .isInstanceOf(DemitasseException.class)
        .hasMessage(
            folder
                + " holds no model, and no known program runs them together. Write a bundle.yaml by"
                + " hand.");
  }

  /** The text that is proposed, which is always valid by the schema. */
  private String described() {
    String text = Manifests.text(Demitasse.folder(folder).describe());
    assertThat(SCHEMA.validate(text, InputFormat.YAML)).isEmpty();
    return text;
  }

  private static String whyUnreadable(Path model) {
    try {
      Demitasse.open(model);
      throw new AssertionError(model + " was read");
    } catch (DemitasseException e) {
      return e.getMessage();
    }
  }
}

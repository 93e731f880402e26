package io.demitasse.media.program;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.Demitasse;
import io.demitasse.error.DemitasseException;
import io.demitasse.media.MiniLm;
import io.demitasse.media.SmallTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders whose manifest, models and files beside them do not fit each other. */
class BadBundleTest {
  private static final String TOWERS =
      """
      demitasse-bundle: 1
      program: two-tower
      parts:
        vision:
          file: vision_model.onnx
          modality: image
        text:
          file: text_model.onnx
          modality: text
      """;

  private static final String OCR =
      """
      demitasse-bundle: 1
      program: ocr
      settings:
        keys: keys.txt
      parts:
        detector:
          file: small_det.onnx
          modality: image
        recognizer:
          file: small_rec.onnx
          modality: image
      """;

  @TempDir Path temporary;
  private Path folder;

  @BeforeEach
  void makeFolder() {
    folder = temporary.resolve("bundle");
  }

  @Test
  void aProgramThatNobodyKnowsListsThoseThatAre() throws IOException {
    SmallTowers.in(folder);

    assertRefused(
        TOWERS.replace("two-tower", "three-tower"),
        "There is no program 'three-tower'. Known programs: greedy, single, ocr,"
            + " two-tower, wired, encoder-decoder, decoder.");
  }

  @Test
  void partsThatAProgramCannotRunAreAllNamed() throws IOException {
    SmallTowers.in(folder);

    assertRefused(
        """
        demitasse-bundle: 1
        program: two-tower
        settings:
          normalize: true
        parts:
          vision:
            file: text_model.onnx
            modality: image
            preprocessing: {resize: 32, filter: pillow-bicubic}
          decoder:
            file: vision_model.onnx
            modality: text
        """,
        invalid(
            "settings has an unknown key 'normalize'; it may have []",
            "the program 'two-tower' needs a part 'text', there is none",
            "the program 'two-tower' has no use for a part 'decoder'; it runs vision and text",
            "part 'vision' must take one picture float[B,3,H,W], but it takes input_ids:"
                + " int64[batch,sequence], attention_mask: int64[batch,sequence]"));
    assertRefused(
        """
        demitasse-bundle: 1
        program: single
        parts:
          encoder:
            file: text_model.onnx
            modality: text
        """,
        invalid("the program 'single' runs one part called 'model', not [encoder]"));
    assertRefused(
        """
        demitasse-bundle: 1
        program: ocr
        parts:
          detector:
            file: vision_model.onnx
            modality: image
          text:
            file: text_model.onnx
            modality: text
        """,
        invalid(
            "settings, keys must name a file of the bundle's folder, got null",
            "the program 'ocr' needs a part 'recognizer', there is none"));
  }

  @Test
  void towersThatGiveNoEmbeddingAreToldApart() throws IOException {
    SmallTowers.in(folder);
    SmallTowers.write(
        """
        ir 8, opset 17

        graph vision(x: float[B,3,H,W]) -> (y: float[B,3,1,1]) {
          y = GlobalAveragePool(x)
        }
        """,
        folder.resolve("vision_model.onnx"));
    SmallTowers.write(
        """
        ir 8, opset 17

        graph text(input_ids: int64[B,S]) -> (logits: float[B,S,4]) {
          words = float[301,4] ~ 1
          logits = Gather(words, input_ids)
        }
        """,
        folder.resolve("text_model.onnx"));

    assertRefused(
        TOWERS,
        invalid(
            "part 'vision' must give an embedding float[B,H], but it gives y: float[B,3,1,1]",
            "part 'text' must give an embedding float[B,H] or vectors of tokens float[B,S,H], but"
                + " it gives logits: float[B,S,4]"));
  }

  @Test
  void towersWhoseEmbeddingsDifferInSizeCannotBeCompared() throws IOException {
    SmallTowers.in(folder, 64, 48);

    assertRefused(
        TOWERS,
        invalid(
            "the embeddings of the towers differ in size: part 'vision' gives image_embeds:"
                + " float[batch,64], part 'text' gives text_embeds: float[batch,48]"));
  }

  @Test
  void tiesThatDoNotHoldAreAllTold() throws IOException {
    SmallTowers.in(folder);

    assertRefused(
        TOWERS
            + """
            tied:
              tensors:
              - ["vision:w1", "text:words"]
              - ["vision:w9", "text:words"]
              dimensions:
              - ["vision:image_embeds[1]", "vision:pixel_values[2]"]
              - ["vision:image_embeds[2]", "text:image_embeds[1]"]
            """,
        invalid(
            "tied tensors 'vision:w1' (float[32,3,3,3]) and 'text:words' (float[301,64]) differ",
            "tied tensor 'vision:w9': there is no such weight",
            "tied dimensions [vision:image_embeds[1], vision:pixel_values[2]] have the sizes [64,"
                + " 32]",
            "tied dimension 'vision:image_embeds[2]': there is no such input or output and axis",
            "tied dimension 'text:image_embeds[1]': there is no such input or output and axis"));
  }

  @Test
  void preprocessingThatIsNotUnderstoodIsToldWhole() throws IOException {
    SmallTowers.in(folder);

    assertRefused(
        TOWERS
            .replace(
                "  text:\n",
                """
                    preprocessing:
                      resize: 32
                      filter: bicubic
                      crop_size: 32
                  text:
                """)
            .replace(
                "modality: text\n",
                """
                modality: text
                    preprocessing:
                      tokeniser: tokenizer.json
                      tokenizer: ../tokenizer.json
                      pooling: max
                """),
        invalid(
            "preprocessing of part 'vision' has an unknown key 'crop_size'; it may have [resize,"
                + " filter, crop, pad, scale, mean, std, channels, layout]",
            "preprocessing of part 'vision': filter must be one of [pillow-nearest, pillow-box,"
                + " pillow-bilinear, pillow-hamming, pillow-bicubic, pillow-lanczos,"
                + " opencv-nearest, opencv-linear, opencv-cubic, opencv-area, opencv-lanczos4], got"
                + " 'bicubic'",
            "preprocessing of part 'text' has an unknown key 'tokeniser'; it may have [tokenizer,"
                + " pooling]",
            "preprocessing of part 'text', tokenizer: there is no file ../tokenizer.json in the"
                + " bundle's folder",
            "preprocessing of part 'text': There is no pooling 'max'. Known: mean, first."));
  }

  @Test
  void preprocessingThatTheModelDoesNotTakeIsTold() throws IOException {
    SmallTowers.in(folder);

    assertRefused(
        TOWERS.replace(
            "  text:\n", "    preprocessing: {resize: 24, filter: pillow-bicubic}\n  text:\n"),
        invalid(
            "part 'vision' does not take what its preprocessing makes of a picture of 40 x 30"
                + " pixels: input 'pixel_values': expected float[batch,3,32,32], got"
                + " float[1,3,24,24]"));
  }

  @Test
  void whatIsMissingBesideTheModelsIsTold() throws IOException {
    SmallTowers.in(folder);
    Files.delete(folder.resolve("preprocessor_config.json"));
    Files.delete(folder.resolve("tokenizer.json"));

    assertRefused(
        TOWERS,
        invalid(
            "part 'vision' needs its preprocessing: write it into the manifest, or put the model's"
                + " preprocessor_config.json beside it",
            "part 'text' needs a tokenizer: name one in its preprocessing, or put the model's"
                + " tokenizer.json beside it"));
  }

  @Test
  void aTokenizerOfAnotherModelIsRefused() throws IOException {
    SmallTowers.in(folder);
    Path tokenizer = folder.resolve("tokenizer.json");
    Files.write(tokenizer, MiniLm.bytes(MiniLm.TOKENIZER));

    assertRefused(
        TOWERS,
        invalid(
            "part 'text': Tokenizer "
                + tokenizer
                + " does not belong to this model: it gives token id 29749, but the model's"
                + " embedding table has 301 rows. Put the model's own tokenizer.json beside it."));
  }

  @Test
  void aListOfKeysOfAnotherLengthIsRefusedWithAllElse() throws IOException {
    SmallOcr.in(folder);
    SmallTokenizer.in(folder);
    Files.writeString(folder.resolve("keys.txt"), "a\nb\n");

    assertRefused(
        OCR.replace(
                "modality: image\n  recognizer",
                "modality: image\n    preprocessing: {longest: 0.5x}\n  recognizer")
            .replace("settings:", "settings:\n  language: en"),
        invalid(
            "settings has an unknown key 'language'; it may have [keys]",
            "preprocessing of part 'detector', longest must be a number, got '0.5x'",
            "part 'recognizer' tells 7 classes apart, but the key list has 2 keys, which with the"
                + " blank and the space makes 4"));
  }

  @Test
  void aSingleModelTakesNoOtherPreprocessing() throws IOException {
    SmallTowers.in(folder);

    assertRefused(
        """
        demitasse-bundle: 1
        program: single
        settings: {pooling: mean}
        parts:
          model:
            file: text_model.onnx
            modality: text
            preprocessing: {resize: 32}
        """,
        invalid(
            "settings has an unknown key 'pooling'; it may have []",
            "preprocessing of part 'model' has an unknown key 'resize'; it may have [tokenizer,"
                + " pooling]"));
  }

  private String invalid(String... problems) {
    return folder.resolve("bundle.yaml")
        + " is not a valid bundle:\n  - "
        + String.join("\n  - ", problems);
  }

  private void assertRefused(String manifest, String message) throws IOException {
    Files.writeString(folder.resolve("bundle.yaml"), manifest);
    Path data = Files.writeString(temporary.resolve("texts.txt"), "a cup\n");

    assertThatThrownBy(() -> Demitasse.open(folder).data(data).forecast())
        .isInstanceOf(DemitasseException.class)
        .hasMessage(message)
        .extracting(e -> ((DemitasseException) e).kind())
        .isEqualTo(DemitasseException.Kind.BAD_REQUEST);
  }
}

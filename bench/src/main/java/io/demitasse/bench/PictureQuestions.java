package io.demitasse.bench;

import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.data.SpecialTokens;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Tensor;
import io.demitasse.media.data.FieldNames.Role;
import io.demitasse.media.image.ImagePreprocessing;
import io.demitasse.media.image.Pictures;
import io.demitasse.media.image.PreprocessorConfig;
import io.demitasse.media.text.TextLimits;
import io.demitasse.media.text.TextTokenizer;
import io.demitasse.media.text.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Gives a single model a picture and what is asked of it. Pictures are small and asked about often,
 * so what they became is kept.
 *
 * <pre>
 *   file ──── preprocessor_config.json ── pixel_values [1,3,64,64] ─────────┐
 *   question ─ tokenizer.json ── input_ids, attention_mask [1,tokens] ──────┴─ model
 * </pre>
 */
final class PictureQuestions implements Program {
  static final String TOKENIZER = "tokenizer.json";

  /** Numbers from -1 to 1; pictures have 64 pixels along a side already. */
  private static final String PREPARED =
      """
      {
        "do_resize": true,
        "size": {"height": 64, "width": 64},
        "resample": 2,
        "do_rescale": true,
        "rescale_factor": 0.00392156862745098,
        "do_normalize": true,
        "image_mean": [0.5, 0.5, 0.5],
        "image_std": [0.5, 0.5, 0.5]
      }
      """;

  private final TextTokenizer tokenizer;
  private final ImagePreprocessing preprocessing;
  private final Map<Path, Tensor> pictures = new ConcurrentHashMap<>();

  private PictureQuestions(TextTokenizer tokenizer, ImagePreprocessing preprocessing) {
    this.tokenizer = tokenizer;
    this.preprocessing = preprocessing;
  }

  /** Writes what says how pictures and questions are prepared. */
  static void write(WordTokenizer words, Path folder) throws IOException {
    words.write(folder.resolve(TOKENIZER));
    Files.writeString(folder.resolve(PreprocessorConfig.FILE), PREPARED);
  }

  /** The program of a model in a folder, by the files that lie beside it. */
  static PictureQuestions in(Path folder) {
    return new PictureQuestions(
        TextTokenizer.open(folder.resolve(TOKENIZER), TextLimits.USUAL),
        PreprocessorConfig.read(folder.resolve(PreprocessorConfig.FILE), _ -> {}));
  }

  @Override
  public String name() {
    return "picture-questions";
  }

  @Override
  public Map<String, Tensor> run(Sample sample, Parts parts) {
    if (!(sample instanceof Sample.File file)) {
      throw DemitasseException.badRequest("Sample " + sample.id() + " is no picture.");
    }
    String question =
        sample
            .fields()
            .text(Role.TEXT.field())
            .orElseThrow(
                () -> DemitasseException.badRequest("Sample " + sample.id() + " asks nothing."));
    Map<String, Tensor> inputs = new LinkedHashMap<>(Map.of("pixel_values", picture(file.path())));
    inputs.putAll(tokens(List.of(question)));
    return parts.run(Bundle.SINGLE, inputs);
  }

  /** What a picture becomes, {@code [1,3,64,64]}. */
  Tensor picture(Path file) {
    return pictures.computeIfAbsent(file, each -> preprocessing.tensor(Pictures.read(each)));
  }

  /** What questions become, padded to the longest: two inputs {@code [questions,tokens]}. */
  Map<String, Tensor> tokens(List<String> questions) {
    Tokens tokens = tokenizer.encode(questions);
    return Map.of("input_ids", tokens.inputIds(), "attention_mask", tokens.attentionMask());
  }

  @Override
  public boolean takesBatches() {
    return true;
  }

  @Override
  public Optional<SpecialTokens> specialTokens(String part) {
    return Optional.of(tokenizer.specialTokens());
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}

package io.demitasse.media.program;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Model;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Value;
import io.demitasse.media.image.PreprocessorConfig;
import io.demitasse.media.sound.FeatureExtractorConfig;
import io.demitasse.media.sound.SoundPreprocessing;
import io.demitasse.media.text.Pooling;
import io.demitasse.media.text.TokenizerFiles;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The preprocessing of parts as far as the files beside them tell it. What cannot be followed is
 * left out here and told when the bundle is opened.
 *
 * @param folder of the bundle
 */
record ProposedPreprocessing(Path folder) {

  /** What becomes of pictures. */
  Map<String, Object> pictures(String file) {
    return PictureFiles.preprocessor(folder, file)
        .flatMap(config -> ifReadable(() -> PreprocessorConfig.read(config, _ -> {}).settings()))
        .orElse(Map.of());
  }

  /** What becomes of sounds. */
  Map<String, Object> sounds(String file) {
    return PictureFiles.preprocessor(folder, file)
        .flatMap(config -> ifReadable(() -> FeatureExtractorConfig.read(config)))
        .flatMap(found -> found)
        .map(SoundPreprocessing::settings)
        .orElse(Map.of());
  }

  /** The tokenizer of a part that takes tokens. */
  Map<String, Object> tokens(String file) {
    Map<String, Object> settings = new LinkedHashMap<>();
    TokenizerFiles.tokenizer(folder.resolve(file))
        .or(() -> TokenizerFiles.tokenizer(folder))
        .ifPresent(
            tokenizer ->
                settings.put(
                    "tokenizer",
                    folder.relativize(tokenizer.normalize()).toString().replace('\\', '/')));
    return settings;
  }

  /**
   * The tokenizer of a part that embeds texts, and the pooling where it gives vectors of tokens.
   */
  Map<String, Object> texts(String file, Model model) {
    Map<String, Object> settings = tokens(file);
    if (TextEmbedding.sentence(model)) {
      return settings;
    }
    Optional<Pooling> stated =
        ifReadable(() -> Pooling.stated(folder.resolve(file))).flatMap(found -> found);
    boolean pools = stated.isPresent() || TowerEmbedding.declared(model).isEmpty();
    if (pools && model.graph().outputs().stream().anyMatch(ProposedPreprocessing::isOfTokens)) {
      settings.put("pooling", stated.orElse(Pooling.MEAN).text());
    }
    return settings;
  }

  private static boolean isOfTokens(Value output) {
    return !output.name().contains("logits") && output.shape().map(Shape::rank).orElse(0) == 3;
  }

  private static <T> Optional<T> ifReadable(Supplier<T> file) {
    try {
      return Optional.of(file.get());
    } catch (DemitasseException e) {
      return Optional.empty();
    }
  }
}

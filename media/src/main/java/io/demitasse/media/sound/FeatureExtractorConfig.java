package io.demitasse.media.sound;

import io.demitasse.error.DemitasseException;
import io.demitasse.media.image.PreprocessorConfig;
import io.demitasse.yaml.Fields;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Reads Hugging Face's {@code preprocessor_config.json} of models that hear: of Whisper, and of
 * those that take samples as wav2vec 2.0 does. What such a file leaves out is filled in as the
 * class does that it names.
 */
public final class FeatureExtractorConfig {
  private static final String TYPE = "feature_extractor_type";
  private static final String WHISPER = "WhisperFeatureExtractor";
  private static final String WAV2VEC = "Wav2Vec2FeatureExtractor";

  /** The first of these files held all weights of their bands. */
  private static final long LARGEST = 1 << 22;

  private FeatureExtractorConfig() {}

  /**
   * Reads a file.
   *
   * @return empty where it is about pictures or texts
   * @throws DemitasseException (bad request) when it asks for what cannot be done, naming all of it
   */
  public static Optional<SoundPreprocessing> read(Path file) {
    Map<String, Object> config = config(PreprocessorConfig.tree(file, LARGEST));
    Object type = config.get(TYPE);
    if (type == null || config.containsKey("image_processor_type")) {
      return Optional.empty();
    }
    String name = String.valueOf(type);
    List<String> problems = new ArrayList<>();
    Map<String, Object> settings =
        switch (name) {
          case WHISPER -> whisper(config, problems);
          case WAV2VEC -> samples(config);
          default -> unknown(name, config, problems);
        };
    SoundPreprocessing read = SoundPreprocessing.of(settings, "the sounds", problems);
    if (!problems.isEmpty()) {
      throw DemitasseException.badRequest(
          file
              + " cannot be followed; write the preprocessing into bundle.yaml instead:\n  - "
              + String.join("\n  - ", problems));
    }
    return Optional.of(read);
  }

  /** A processor of several modalities keeps that of its sounds under a key of its own. */
  private static Map<String, Object> config(Map<String, Object> tree) {
    Map<String, Object> config =
        tree.get("feature_extractor") instanceof Map<?, ?> inner
            ? new Fields().map(inner, "feature_extractor")
            : new LinkedHashMap<>(tree);
    config.values().removeIf(Objects::isNull);
    return config;
  }

  private static Map<String, Object> whisper(Map<String, Object> config, List<String> problems) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("features", "log-mel");
    settings.put("rate", config.getOrDefault("sampling_rate", SoundPreprocessing.USUAL_RATE));
    settings.put("bands", config.getOrDefault("feature_size", 80));
    settings.put("window", config.getOrDefault("n_fft", 400));
    settings.put("hop", config.getOrDefault("hop_length", 160));
    settings.put("seconds", seconds(config));
    if (config.get("dither") instanceof Number dither && dither.doubleValue() != 0) {
      problems.add("dither of " + dither + " is noise, which would differ from run to run");
    }
    if (Boolean.TRUE.equals(config.get("do_normalize"))) {
      problems.add("do_normalize is not done before log-mel");
    }
    return settings;
  }

  private static Object seconds(Map<String, Object> config) {
    Object seconds = config.get("chunk_length");
    if (seconds == null
        && config.get("n_samples") instanceof Number samples
        && config.getOrDefault("sampling_rate", SoundPreprocessing.USUAL_RATE)
            instanceof Number rate) {
      return samples.doubleValue() / rate.doubleValue();
    }
    return seconds == null ? 30 : seconds;
  }

  private static Map<String, Object> samples(Map<String, Object> config) {
    return Map.of(
        "rate", config.getOrDefault("sampling_rate", SoundPreprocessing.USUAL_RATE),
        "normalize", config.getOrDefault("do_normalize", true));
  }

  private static Map<String, Object> unknown(
      String name, Map<String, Object> config, List<String> problems) {
    problems.add(
        String.format(
            Locale.ROOT, "it is of the class %s, expected %s or %s", name, WHISPER, WAV2VEC));
    return Map.of("rate", config.getOrDefault("sampling_rate", SoundPreprocessing.USUAL_RATE));
  }
}

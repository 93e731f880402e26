package io.demitasse.media.program;

import io.demitasse.error.DemitasseException;
import io.demitasse.media.sound.FeatureExtractorConfig;
import io.demitasse.media.sound.SoundPreprocessing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What somebody said of the sounds of an input.
 *
 * @param flags as in {@code rate=8000,trim=true}; null where there are none
 * @param described the manifest's keys; empty where it says nothing
 */
record SoundTold(@Nullable String flags, Map<String, Object> described) {
  static final SoundTold NOTHING = new SoundTold(null, Map.of());

  /** Where nobody says anything. */
  static final String ASSUMED = "nobody";

  /** What stays where other features are said. */
  private static final Set<String> OF_ANY = Set.of("rate", "trim");

  private static final String FEATURES = "features";

  /** Where the preprocessing is from, as a person would say it. */
  String source(Optional<Path> config) {
    if (flags != null) {
      return "--sound";
    }
    return !described.isEmpty()
        ? "bundle.yaml"
        : config.flatMap(file -> readable(file).map(_ -> file.toString())).orElse(ASSUMED);
  }

  private static Optional<SoundPreprocessing> readable(Path config) {
    try {
      return FeatureExtractorConfig.read(config);
    } catch (DemitasseException e) {
      return Optional.empty();
    }
  }

  /**
   * What becomes of sounds for an input.
   *
   * @throws DemitasseException (bad request) with all that is wrong
   */
  SoundPreprocessing preprocessing(SoundForm form, Optional<Path> config) {
    Map<String, Object> settings = new LinkedHashMap<>(base(form, config));
    Map<String, Object> said = said();
    if (said.containsKey(FEATURES) && !Objects.equals(said.get(FEATURES), settings.get(FEATURES))) {
      settings.keySet().retainAll(OF_ANY);
    }
    settings.putAll(said);
    List<String> problems = new ArrayList<>();
    SoundPreprocessing read =
        SoundPreprocessing.of(settings, flags == null ? "the preprocessing" : "--sound", problems);
    if (problems.isEmpty()) {
      return read;
    }
    throw DemitasseException.badRequest(
        flags == null
            ? String.join("; ", problems)
            : String.format(
                Locale.ROOT,
                "--sound %s is not understood:\n  - %s\n"
                    + "Sounds are prepared as in --sound rate=16000 or --sound"
                    + " rate=16000,features=log-mel,bands=80,seconds=30,trim=true.",
                flags,
                String.join("\n  - ", problems)));
  }

  private Map<String, Object> base(SoundForm form, Optional<Path> config) {
    Map<String, Object> base =
        !described.isEmpty()
            ? described
            : config
                .flatMap(FeatureExtractorConfig::read)
                .map(SoundPreprocessing::settings)
                .orElse(Map.of());
    if (base.containsKey(FEATURES) || !form.isOfWhisper()) {
      return base;
    }
    Map<String, Object> whisper = new LinkedHashMap<>(base);
    whisper.put(FEATURES, "log-mel");
    whisper.putIfAbsent("bands", form.fixed(1));
    return whisper;
  }

  private Map<String, Object> said() {
    Map<String, Object> said = new LinkedHashMap<>();
    for (String part : flags == null ? new String[0] : flags.split(",", -1)) {
      int equals = part.indexOf('=');
      String key = equals < 0 ? part : part.substring(0, equals);
      said.put(key.strip(), equals < 0 ? "" : value(part.substring(equals + 1).strip()));
    }
    return said;
  }

  /** What is no number and no truth is refused with its key by who reads it. */
  private static Object value(String text) {
    if (text.equals("true") || text.equals("false")) {
      return Boolean.valueOf(text);
    }
    try {
      return Double.valueOf(text);
    } catch (NumberFormatException e) {
      return text;
    }
  }
}

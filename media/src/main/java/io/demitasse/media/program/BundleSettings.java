package io.demitasse.media.program;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.manifest.Manifest;
import io.demitasse.media.image.ImagePreprocessing;
import io.demitasse.media.image.Normalization;
import io.demitasse.media.image.PreprocessorConfig;
import io.demitasse.media.ocr.DetectorSettings;
import io.demitasse.media.ocr.LineSettings;
import io.demitasse.media.ocr.OcrSettings;
import io.demitasse.media.sound.SoundPreprocessing;
import io.demitasse.media.text.Pooling;
import io.demitasse.media.text.TextTokenizer;
import io.demitasse.media.text.TokenizerFiles;
import io.demitasse.media.text.Tokens;
import io.demitasse.media.wired.Shorthand;
import io.demitasse.media.wired.Wiring;
import io.demitasse.media.wired.WiringReader;
import io.demitasse.yaml.Fields;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a manifest says to the programs of this module, strictly and with everything that is
 * wrong told at once.
 */
final class BundleSettings {
  private static final List<String> DETECTOR_KEYS =
      List.of(
          "shortest",
          "longest",
          "threshold",
          "box-threshold",
          "unclip-ratio",
          "dilated",
          "mean",
          "std");
  private static final List<String> LINE_KEYS =
      List.of(
          "height",
          "least-width",
          "batch",
          "turn-width",
          "turn-threshold",
          "threshold",
          "mean",
          "std");
  private static final List<String> TEXT_KEYS = List.of("tokenizer", "pooling");

  /** Words from everywhere in the vocabularies that there are. */
  private static final String PROBE = "A zebra's naïve quiz: 42 cups of coffee, 咖啡 or кофе ☕?";

  private final Manifest manifest;
  private final Path folder;
  private final Fields fields = new Fields();

  BundleSettings(Manifest manifest, Path folder) {
    this.manifest = manifest;
    this.folder = folder;
  }

  /** Everything that was wrong with what was read so far. */
  List<String> problems() {
    return fields.problems();
  }

  OcrSettings ocr() {
    fields.map(manifest.settings(), "settings", List.of("keys"));
    Map<String, Object> detector = preprocessing(OcrProgram.DETECTOR, DETECTOR_KEYS);
    Map<String, Object> lines = preprocessing(OcrProgram.RECOGNIZER, LINE_KEYS);
    preprocessing(OcrProgram.CLASSIFIER, List.of());
    return new OcrSettings(
        checked(OcrProgram.DETECTOR, () -> detector(detector), DetectorSettings.DEFAULT),
        checked(OcrProgram.RECOGNIZER, () -> lines(lines), LineSettings.DEFAULT));
  }

  /** For a program without settings of its own. */
  void none() {
    fields.map(manifest.settings(), "settings", List.of());
  }

  private DetectorSettings detector(Map<String, Object> given) {
    DetectorSettings usual = DetectorSettings.DEFAULT;
    String place = place(OcrProgram.DETECTOR);
    return new DetectorSettings(
        (int) fields.number(given, "shortest", place, usual.shortest()),
        (int) fields.number(given, "longest", place, usual.longest()),
        fields.number(given, "threshold", place, usual.threshold()),
        fields.number(given, "box-threshold", place, usual.boxThreshold()),
        fields.number(given, "unclip-ratio", place, usual.unclipRatio()),
        fields.truth(given, "dilated", place, usual.dilated()),
        normalization(given, place, usual.normalization()));
  }

  private LineSettings lines(Map<String, Object> given) {
    LineSettings usual = LineSettings.DEFAULT;
    String place = place(OcrProgram.RECOGNIZER);
    return new LineSettings(
        (int) fields.number(given, "height", place, usual.height()),
        (int) fields.number(given, "least-width", place, usual.leastWidth()),
        (int) fields.number(given, "batch", place, usual.batch()),
        (int) fields.number(given, "turn-width", place, usual.turnWidth()),
        fields.number(given, "turn-threshold", place, usual.turnThreshold()),
        fields.number(given, "threshold", place, usual.threshold()),
        normalization(given, place, usual.normalization()));
  }

  private Normalization normalization(
      Map<String, Object> given, String place, Normalization usual) {
    return given.containsKey("mean") || given.containsKey("std")
        ? new Normalization(
            1 / 255.0,
            fields.numbers(given.get("mean"), place + ", mean"),
            fields.numbers(given.get("std"), place + ", std"))
        : usual;
  }

  /** The recognizer's characters, one a line. */
  List<String> keys() {
    Path file = companion(manifest.settings().get("keys"), "settings, keys");
    if (file == null) {
      return List.of();
    }
    try {
      return Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      problems().add("settings, keys: " + file + " is no UTF-8 text: " + Reason.of(e));
      return List.of();
    }
  }

  /**
   * What becomes of the pictures that a part is given: as the manifest says, else as the {@value
   * PreprocessorConfig#FILE} does that lies beside the model or in the bundle's folder.
   *
   * @return null where there is no such part, or that is wrong or missing
   */
  @Nullable ImagePreprocessing pictures(String part) {
    Manifest.Part described = manifest.parts().get(part);
    if (described == null) {
      return null;
    }
    Map<String, Object> settings = withoutText(described);
    if (!settings.isEmpty()) {
      int before = problems().size();
      ImagePreprocessing read = ImagePreprocessing.of(settings, place(part), problems());
      return problems().size() == before ? read : null;
    }
    Optional<Path> file = PictureFiles.preprocessor(folder, described.file());
    if (file.isEmpty()) {
      problems()
          .add(
              String.format(
                  Locale.ROOT,
                  "part '%s' needs its preprocessing: write it into the manifest, or put the"
                      + " model's %s beside it",
                  part,
                  PreprocessorConfig.FILE));
      return null;
    }
    return checked(part, () -> PreprocessorConfig.read(file.get(), _ -> {}), null);
  }

  /** A part may take a text beside a picture. */
  private static Map<String, Object> withoutText(Manifest.Part described) {
    Map<String, Object> settings = new LinkedHashMap<>(described.preprocessing());
    settings.keySet().removeAll(TEXT_KEYS);
    return settings;
  }

  /** What the manifest says of the pictures or sounds of a part that may take a text as well. */
  Map<String, Object> filesOf(String part) {
    return withoutText(manifest.part(part));
  }

  /** What flows between the parts, of a program that the manifest declares. */
  Wiring wiring(Bundle bundle) {
    return new WiringReader(fields, bundle).read(manifest.settings());
  }

  /** The same of a program whose wiring goes without saying. */
  Wiring wiring(Shorthand shorthand, Bundle bundle) {
    Map<String, Object> rules = fields.map(manifest.settings(), "settings", WiringReader.RULES);
    return new WiringReader(fields, bundle).read(shorthand.settings(rules, bundle));
  }

  /**
   * The tokenizer that the manifest names for a part, else the one that lies beside its model;
   * empty where it is told that there is none.
   */
  Optional<Path> tokenizer(String part) {
    Object named = manifest.part(part).preprocessing().get("tokenizer");
    if (named != null) {
      return Optional.ofNullable(companion(named, place(part) + ", tokenizer"));
    }
    Optional<Path> beside =
        TokenizerFiles.tokenizer(file(part)).or(() -> TokenizerFiles.tokenizer(folder));
    if (beside.isEmpty()) {
      problems()
          .add(
              String.format(
                  Locale.ROOT,
                  "part '%s' needs a tokenizer: name one in its preprocessing, or put the model's"
                      + " tokenizer.json beside it",
                  part));
    }
    return beside;
  }

  /** What the manifest says of the pictures of a part; empty where that is nothing. */
  Map<String, Object> pictureSettings(String part) {
    Map<String, Object> settings = manifest.part(part).preprocessing();
    if (!settings.isEmpty()) {
      ImagePreprocessing unused = ImagePreprocessing.of(settings, place(part), problems());
    }
    return settings;
  }

  /** What the manifest says of the sounds of a part; empty where that is nothing. */
  Map<String, Object> soundSettings(String part) {
    Map<String, Object> settings = manifest.part(part).preprocessing();
    if (!settings.isEmpty()) {
      SoundPreprocessing unused = SoundPreprocessing.of(settings, place(part), problems());
    }
    return settings;
  }

  /** What the manifest says of the videos of a part; empty where that is nothing. */
  Map<String, Object> videoSettings(String part) {
    Map<String, Object> settings = manifest.part(part).preprocessing();
    String problem = VideoInput.problem(settings.get(VideoInput.FRAMES));
    if (!problem.isEmpty()) {
      problems().add(place(part) + ": " + problem);
    }
    Map<String, Object> pictures =
        VideoInput.withoutFrames(new PictureInput.Told(null, settings)).described();
    if (!pictures.isEmpty()) {
      ImagePreprocessing unused = ImagePreprocessing.of(pictures, place(part), problems());
    }
    return settings;
  }

  /** The tokenizer and pooling of a part, as the manifest says or as they lie beside its model. */
  SingleProgram.Options text(String part) {
    Map<String, Object> given = preprocessing(part, TEXT_KEYS);
    Path named =
        given.containsKey("tokenizer")
            ? companion(given.get("tokenizer"), place(part) + ", tokenizer")
            : null;
    Object pooling = given.get("pooling");
    return new SingleProgram.Options(
        named == null && manifest.parts().containsKey(part)
            ? TokenizerFiles.tokenizer(file(part))
                .or(() -> TokenizerFiles.tokenizer(folder))
                .orElse(null)
            : named,
        pooling == null ? null : checked(part, () -> Pooling.of(String.valueOf(pooling)), null));
  }

  /** The file of a part's model. */
  Path file(String part) {
    return folder.resolve(manifest.part(part).file()).normalize();
  }

  /**
   * What is wrong with the tokenizer of a part: it cannot be read, or gives tokens that the model
   * does not know. Nothing where there is none.
   */
  List<String> tried(String part, Model model, SingleProgram.Options options) {
    try {
      TextEncoder.of(model, file(part), options)
          .ifPresent(
              encoder -> {
                try (encoder) {
                  Tokens unused = encoder.tokenizer().encode(PROBE);
                }
              });
      return List.of();
    } catch (DemitasseException e) {
      if (e.kind() != DemitasseException.Kind.BAD_REQUEST) {
        throw e;
      }
      return List.of(String.format(Locale.ROOT, "part '%s': %s", part, e.getMessage()));
    }
  }

  /**
   * Tokenizes words from everywhere.
   *
   * @throws DemitasseException (bad request) where it gives tokens that the model does not know; it
   *     is closed then
   */
  static void tryOut(TextTokenizer tokenizer) {
    try {
      Tokens unused = tokenizer.encode(PROBE);
    } catch (DemitasseException e) {
      tokenizer.close();
      throw e;
    }
  }

  private Map<String, Object> preprocessing(String part, List<String> keys) {
    Manifest.Part described = manifest.parts().get(part);
    return described == null ? Map.of() : fields.map(described.preprocessing(), place(part), keys);
  }

  private static String place(String part) {
    return "preprocessing of part '" + part + "'";
  }

  /** A file that the manifest names, inside the folder. */
  private @Nullable Path companion(@Nullable Object name, String place) {
    if (!(name instanceof String text)) {
      problems().add(place + " must name a file of the bundle's folder, got " + name);
      return null;
    }
    Path file = folder.resolve(text).normalize();
    if (!file.startsWith(folder) || !Files.isRegularFile(file)) {
      problems().add(place + ": there is no file " + text + " in the bundle's folder");
      return null;
    }
    return file;
  }

  private <T extends @Nullable Object> T checked(String part, Supplier<T> settings, T usual) {
    try {
      return settings.get();
    } catch (DemitasseException | IllegalArgumentException e) {
      problems().add(place(part) + ": " + Reason.of(e));
      return usual;
    }
  }
}

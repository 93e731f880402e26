package io.demitasse.media.sound;

import io.demitasse.yaml.Fields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The preprocessing of sounds as keys and values, which a manifest holds. A key that is not known
 * or that its features have no use for is a problem, and so is a value out of range; all are told
 * at once.
 *
 * <pre>
 *   rate:         16000                       in hertz
 *   trim:         true | false                false unless told: cuts silence at both ends
 *   seconds:      30                          cut off or filled to; 30 of log-mel, else as it is (0)
 *   normalize:    true | false                false unless told; of samples
 *   features:     log-mel | filterbank | mfcc samples unless told
 *   bands:        80                          of log-mel and filterbank; 23 of mfcc
 *   window, hop:  400, 160                    in samples; of log-mel
 *   scale:        32768                       what samples are multiplied by; of filterbank and mfcc
 *   coefficients: 13                          of mfcc
 *   energy:       true | false                false unless told; of mfcc
 * </pre>
 */
final class SoundSettings {
  private static final String LOG_MEL = "log-mel";
  private static final String FILTERBANK = "filterbank";
  private static final String MFCC = "mfcc";

  private static final List<String> COMMON =
      List.of("rate", "trim", "seconds", "normalize", "features");
  private static final Map<String, List<String>> OF_FEATURES =
      Map.of(
          LOG_MEL, List.of("bands", "window", "hop"),
          FILTERBANK, List.of("bands", "scale"),
          MFCC, List.of("bands", "scale", "coefficients", "energy"));

  private static final int HIGHEST_RATE = 768_000;
  private static final int MOST_BANDS = 1024;
  private static final int LONGEST_WINDOW = 1 << 16;
  private static final double LONGEST = 60.0 * GrowingSamples.MOST_MINUTES;

  private final Fields fields = new Fields();
  private final Map<String, Object> given;
  private final String place;

  private SoundSettings(Map<String, Object> tree, String place) {
    this.place = place;
    List<String> keys = new ArrayList<>(COMMON);
    keys.addAll(OF_FEATURES.getOrDefault(String.valueOf(tree.get("features")), List.of()));
    this.given = fields.map(tree, place, keys);
  }

  static SoundPreprocessing read(Map<String, Object> tree, String place, List<String> problems) {
    SoundSettings settings = new SoundSettings(tree, place);
    SoundPreprocessing read = settings.read();
    problems.addAll(settings.fields.problems());
    return read;
  }

  private SoundPreprocessing read() {
    int rate = whole("rate", 1, HIGHEST_RATE, SoundPreprocessing.USUAL_RATE);
    boolean mel = LOG_MEL.equals(given.get("features"));
    double seconds = fields.number(given, "seconds", place, mel ? 30 : 0);
    double most = Math.min(LONGEST, (double) GrowingSamples.MOST_SAMPLES / rate);
    if (!(seconds >= 0 && seconds <= most)) {
      problem(String.format(Locale.ROOT, "seconds must be from 0 to %.0f, got %s", most, seconds));
      return SoundPreprocessing.USUAL;
    }
    boolean trim = fields.truth(given, "trim", place, false);
    boolean normalize = fields.truth(given, "normalize", place, false);
    SoundFeatures features = features(rate);
    if (normalize && features != null) {
      problem("normalize is for models that take samples, not " + given.get("features"));
    }
    return fields.problems().isEmpty()
        ? new SoundPreprocessing(rate, trim, seconds, normalize, features)
        : SoundPreprocessing.USUAL;
  }

  private @Nullable SoundFeatures features(int rate) {
    Object name = given.get("features");
    if (name == null) {
      return null;
    }
    if (!OF_FEATURES.containsKey(String.valueOf(name))) {
      problem("features must be log-mel, filterbank or mfcc, got '" + name + "'");
      return null;
    }
    int bands = whole("bands", 1, MOST_BANDS, name.equals(MFCC) ? 23 : 80);
    if (name.equals(LOG_MEL)) {
      int window = whole("window", 2, LONGEST_WINDOW, 400);
      if (window % 2 != 0) {
        problem("window must be an even number of samples, got " + window);
        return null;
      }
      return new LogMel(rate, window, whole("hop", 1, LONGEST_WINDOW, 160), bands);
    }
    return kaldi(rate, bands, name.equals(MFCC));
  }

  private @Nullable SoundFeatures kaldi(int rate, int bands, boolean cepstrum) {
    double scale = fields.number(given, "scale", place, Filterbank.INTEGERS);
    if (!(scale > 0 && Double.isFinite(scale))) {
      problem("scale must be above 0, got " + scale);
    }
    if (rate < Filterbank.LEAST_RATE) {
      problem("features need a rate from " + Filterbank.LEAST_RATE + " Hz, got " + rate);
    }
    int coefficients = cepstrum ? whole("coefficients", 1, bands, Math.min(13, bands)) : 0;
    boolean energy = fields.truth(given, "energy", place, false);
    if (!fields.problems().isEmpty()) {
      return null;
    }
    Filterbank filterbank = new Filterbank(rate, bands, scale);
    return cepstrum ? new Mfcc(filterbank, coefficients, energy) : filterbank;
  }

  private int whole(String key, int least, int most, int usual) {
    double number = fields.number(given, key, place, usual);
    if (number < least || number > most || number != Math.rint(number)) {
      problem(
          String.format(
              Locale.ROOT,
              "%s must be a whole number from %d to %d, got %s",
              key,
              least,
              most,
              given.get(key)));
      return Math.clamp(usual, least, most);
    }
    return (int) number;
  }

  private void problem(String text) {
    fields.problems().add(place + ": " + text);
  }

  static Map<String, Object> write(SoundPreprocessing sound) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("rate", sound.rate());
    if (sound.trim()) {
      tree.put("trim", true);
    }
    if (sound.seconds() > 0 || sound.features() instanceof LogMel) {
      tree.put("seconds", sound.seconds());
    }
    if (sound.normalize()) {
      tree.put("normalize", true);
    }
    switch (sound.features()) {
      case null -> {}
      case LogMel(int _, int size, int hop, int bands) -> {
        tree.put("features", LOG_MEL);
        tree.put("bands", bands);
        tree.put("window", size);
        tree.put("hop", hop);
      }
      case Filterbank filterbank -> write(FILTERBANK, filterbank, tree);
      case Mfcc(Filterbank filterbank, int coefficients, boolean energy) -> {
        write(MFCC, filterbank, tree);
        tree.put("coefficients", coefficients);
        tree.put("energy", energy);
      }
    }
    return tree;
  }

  private static void write(String name, Filterbank filterbank, Map<String, Object> tree) {
    tree.put("features", name);
    tree.put("bands", filterbank.bands());
    tree.put("scale", filterbank.scale());
  }
}

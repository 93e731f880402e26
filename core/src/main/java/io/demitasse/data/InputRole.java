package io.demitasse.data;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import io.demitasse.manifest.Manifest.Modality;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What an input of a model is for, guessed from its name, type and rank. */
enum InputRole {
  TOKENS,
  MASK,
  TOKEN_TYPES,
  POSITIONS,
  SAMPLE_RATE,
  STATE,
  IMAGE,
  AUDIO,
  FLAG,
  TEXT,
  INTEGERS,
  NUMBERS;

  private static final Set<String> STATE_WORDS =
      Set.of(
          "state", "states", "hidden", "h", "c", "h0", "c0", "hn", "cn", "cache", "past", "memory");
  private static final Set<String> AUDIO_WORDS =
      Set.of("audio", "wav", "wave", "waveform", "speech", "pcm", "signal", "samples");

  /**
   * @param besideSampleRate whether another input of the model is a sample rate
   */
  static InputRole of(Value input, boolean besideSampleRate) {
    DataType type = input.dataType().orElseThrow();
    List<String> words = words(input);
    if (type == DataType.STRING) {
      return TEXT;
    }
    if (words.stream().anyMatch(word -> word.contains("mask"))) {
      return MASK;
    }
    if (type == DataType.BOOL) {
      return FLAG;
    }
    if (words.stream().anyMatch(STATE_WORDS::contains)) {
      return STATE;
    }
    return type.isFloatingPoint() ? real(input, words, besideSampleRate) : integral(input, words);
  }

  private static InputRole real(Value input, List<String> words, boolean besideSampleRate) {
    if (rank(input) == 4) {
      return IMAGE;
    }
    boolean heard = besideSampleRate || words.stream().anyMatch(AUDIO_WORDS::contains);
    return heard && rank(input) <= 3 ? AUDIO : NUMBERS;
  }

  private static InputRole integral(Value input, List<String> words) {
    if (isSampleRate(input)) {
      return SAMPLE_RATE;
    }
    if (words.contains("type") || words.contains("segment")) {
      return TOKEN_TYPES;
    }
    if (words.stream().anyMatch(word -> word.startsWith("position"))) {
      return POSITIONS;
    }
    boolean tokens =
        words.stream().anyMatch(word -> word.equals("ids") || word.startsWith("token"));
    return tokens ? TOKENS : rank(input) == 4 ? IMAGE : INTEGERS;
  }

  /** What an input of this role is of; empty where the role does not say. */
  static Optional<Modality> modality(Value input, boolean besideSampleRate) {
    List<String> words = words(input);
    return switch (of(input, besideSampleRate)) {
      case TOKENS, TOKEN_TYPES, POSITIONS, TEXT -> Optional.of(Modality.TEXT);
      case MASK -> Optional.of(words.contains("pixel") ? Modality.IMAGE : Modality.TEXT);
      case IMAGE -> Optional.of(Modality.IMAGE);
      case AUDIO, SAMPLE_RATE -> Optional.of(Modality.AUDIO);
      case NUMBERS -> ofNumbers(input, words);
      case STATE, FLAG, INTEGERS -> Optional.empty();
    };
  }

  /** Exporters call spectrograms and samples of sound features and values. */
  private static Optional<Modality> ofNumbers(Value input, List<String> words) {
    if (words.contains("pixel") || words.contains("image") || words.contains("picture")) {
      return Optional.of(rank(input) == 5 ? Modality.VIDEO : Modality.IMAGE);
    }
    boolean sound = input.name().equals("input_features") || input.name().equals("input_values");
    return sound ? Optional.of(Modality.AUDIO) : Optional.empty();
  }

  /** Whether an input is a number of samples a second. */
  static boolean isSampleRate(Value input) {
    List<String> words = words(input);
    boolean named = words.contains("sr") || words.contains("rate") || words.contains("samplerate");
    return named && input.type() instanceof ValueType.OfTensor && rank(input) <= 1;
  }

  /** Whether an input says if there is a cache to go on from, such as {@code use_cache_branch}. */
  static boolean isOfCache(Value input) {
    List<String> words = words(input);
    return words.contains("cache") || words.contains("past");
  }

  private static int rank(Value input) {
    return input.shape().map(shape -> shape.rank()).orElse(0);
  }

  private static List<String> words(Value input) {
    return Arrays.asList(input.name().toLowerCase(Locale.ROOT).split("[^a-z0-9]+"));
  }
}

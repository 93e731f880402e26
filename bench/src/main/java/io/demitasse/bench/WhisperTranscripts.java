package io.demitasse.bench;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.demitasse.ir.Tensor;
import io.demitasse.media.sound.Sounds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Word errors and times of a folder that {@link WhisperFolder} wrote, and how far the scores of
 * compressed models are off.
 *
 * <p>Arguments: the folder; a file with a sound and its text, separated by a tab, on each line;
 * then, where they are to be compared, the encoder and the decoder of another folder. Models run on
 * 2 threads.
 */
public final class WhisperTranscripts {
  private static final int THREADS = 2;
  private static final int PAST = 32;
  private static final int RUNS = 15;

  private WhisperTranscripts() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    Map<Path, String> texts = texts(Path.of(arguments[1]));
    Path first = folder.resolve("encoder_model.onnx");
    Path second = folder.resolve("decoder_model.onnx");
    Path settings = folder.resolve("generation_config.json");
    try (WhisperLoop loop = new WhisperLoop(first, second, settings, THREADS);
        HuggingFaceTokenizer tokenizer =
            HuggingFaceTokenizer.newInstance(folder.resolve("tokenizer.json"))) {
      Map<Path, Tensor> features = features(texts.keySet());
      transcribe("original", loop, tokenizer, texts, features);
      time("original", loop, features.values().iterator().next());
      if (arguments.length > 2) {
        Path encoder = Path.of(arguments[2]);
        try (WhisperLoop other =
            new WhisperLoop(encoder, Path.of(arguments[3]), settings, THREADS)) {
          transcribe("other", other, tokenizer, texts, features);
          time("other", other, features.values().iterator().next());
          compare(loop, other, features);
        }
      }
    }
  }

  private static Map<Path, String> texts(Path list) throws IOException {
    Map<Path, String> texts = new LinkedHashMap<>();
    for (String line : Files.readAllLines(list)) {
      String[] parts = line.split("\t", 2);
      texts.put(Path.of(parts[0]), parts[1]);
    }
    return texts;
  }

  private static Map<Path, Tensor> features(Iterable<Path> sounds) {
    WhisperFeatures features = new WhisperFeatures();
    Map<Path, Tensor> all = new LinkedHashMap<>();
    sounds.forEach(sound -> all.put(sound, features.of(Sounds.read(sound))));
    return all;
  }

  private static void transcribe(
      String title,
      WhisperLoop loop,
      HuggingFaceTokenizer tokenizer,
      Map<Path, String> texts,
      Map<Path, Tensor> features) {
    long errors = 0;
    long all = 0;
    for (Map.Entry<Path, String> entry : texts.entrySet()) {
      Tensor sound = Objects.requireNonNull(features.get(entry.getKey()));
      String said = tokenizer.decode(loop.tokens(sound), true);
      List<String> expected = words(entry.getValue());
      int wrong = distance(expected, words(said));
      errors += wrong;
      all += expected.size();
      if (wrong > 0) {
        System.out.printf(
            Locale.ROOT, "%s: %d wrong:%s | %s%n", entry.getKey(), wrong, said, entry.getValue());
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%s: %d sounds, %d words, %d wrong: %.2f %%%n",
        title,
        texts.size(),
        all,
        errors,
        100.0 * errors / all);
  }

  private static List<String> words(String text) {
    String plain = text.toLowerCase(Locale.ROOT).replace("'", "").replaceAll("[^a-z0-9]+", " ");
    return Arrays.asList(plain.strip().split(" "));
  }

  /** The fewest words to be changed, put in or left out. */
  private static int distance(List<String> expected, List<String> said) {
    int[] row = new int[said.size() + 1];
    Arrays.setAll(row, i -> i);
    for (int i = 1; i <= expected.size(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= said.size(); j++) {
        int other = diagonal + (expected.get(i - 1).equals(said.get(j - 1)) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(other, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[said.size()];
  }

  private static void time(String title, WhisperLoop loop, Tensor features) {
    double encoder = median(() -> loop.heard(features));
    Map<String, Tensor> state = loop.heard(features);
    long[] past = new long[PAST];
    Arrays.fill(past, 11);
    loop.step(state, past);
    Map<String, Tensor> before = new LinkedHashMap<>(state);
    double decoder = median(() -> loop.step(new LinkedHashMap<>(before), 11));
    System.out.printf(
        Locale.ROOT,
        "%s: encoder %.1f ms, decoder %.2f ms a token behind %d%n",
        title,
        encoder,
        decoder,
        PAST);
  }

  private static double median(Runnable work) {
    double[] times = new double[RUNS];
    work.run();
    for (int run = 0; run < RUNS; run++) {
      long start = System.nanoTime();
      work.run();
      times[run] = (System.nanoTime() - start) / 1e6;
    }
    Arrays.sort(times);
    return times[RUNS / 2];
  }

  /** Scores along the text that the first loop writes. */
  private static void compare(WhisperLoop loop, WhisperLoop other, Map<Path, Tensor> features) {
    double most = 0;
    int steps = 0;
    for (Tensor sound : features.values()) {
      Map<String, Tensor> left = loop.heard(sound);
      Map<String, Tensor> right = other.heard(sound);
      most =
          Math.max(
              most, distance(loop.step(left, loop.prompt()), other.step(right, loop.prompt())));
      for (long token : loop.tokens(sound)) {
        most = Math.max(most, distance(loop.step(left, token), other.step(right, token)));
        steps++;
      }
    }
    System.out.printf(Locale.ROOT, "scores differ by at most %.2e over %d tokens%n", most, steps);
  }

  private static double distance(float[] one, float[] other) {
    double most = 0;
    for (int i = 0; i < one.length; i++) {
      most = Math.max(most, Math.abs(one[i] - other[i]));
    }
    return most;
  }
}

package io.demitasse.media.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.demitasse.evaluate.JavaCommand;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Loads a tokenizer and lets it tokenize in a process of its own, which its native code may end
 * without harm. Each file is tried once.
 */
final class TokenizerTrial {
  private static final int LONGEST_SECONDS = 60;
  private static final int RUN_OF_LETTERS = 64;
  private static final String STARTED = "started";

  private static final Map<String, Optional<String>> TRIED = new ConcurrentHashMap<>();

  private TokenizerTrial() {}

  /** What is wrong with it; empty when it ended well, or when no process can be started here. */
  static Optional<String> problem(byte[] json) {
    return TRIED.computeIfAbsent(hash(json), _ -> tried(json));
  }

  /** In the process of its own: takes the file from the standard input. */
  public static void main(String[] arguments) throws IOException {
    System.out.println(STARTED);
    System.setProperty("ai.djl.offline", "true");
    byte[] json = System.in.readAllBytes();
    Map<String, String> options = Map.of("addSpecialTokens", "true");
    try (HuggingFaceTokenizer tokenizer =
        HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), options)) {
      tokenizer.batchEncode(texts(new String(json, StandardCharsets.UTF_8)));
    } catch (RuntimeException | IOException e) {
      // What the library tells in the usual way it tells again in the process that asked.
      System.exit(0);
    }
  }

  /** Usual and unusual texts, and long runs of the letters that patterns of the file speak of. */
  private static String[] texts(String json) {
    String usual = "A quick test, 12 times: don't panic! \u00e4\u4e2d\u6587 \ud83d\ude00\n\ttail  ";
    StringBuilder runs = new StringBuilder();
    for (int i = json.indexOf("\"Regex\""); i >= 0; i = json.indexOf("\"Regex\"", i + 1)) {
      json.substring(i + 7, Math.min(json.length(), i + 200))
          .chars()
          .filter(Character::isLetterOrDigit)
          .distinct()
          .limit(64)
          .forEach(c -> runs.append('\n').append((char) c));
    }
    String[] letters = ("a\n0\n \n\u4e2d" + runs).split("\n", -1);
    String[] texts = new String[letters.length + 3];
    texts[0] = usual;
    texts[1] = "";
    texts[2] = usual.repeat(50);
    for (int i = 0; i < letters.length; i++) {
      texts[i + 3] = letters[i].repeat(RUN_OF_LETTERS) + "!";
    }
    return texts;
  }

  private static Optional<String> tried(byte[] json) {
    try {
      Path said = Files.createTempFile("demitasse-tokenizer", ".txt");
      try {
        return ended(start(said), json, said);
      } finally {
        Files.deleteIfExists(said);
      }
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static Process start(Path said) throws IOException {
    List<String> flags = List.of("-XX:TieredStopAtLevel=1", "-XX:-CreateCoredumpOnCrash");
    return new JavaCommand(TokenizerTrial.class, flags)
        .with(List.of())
        .directory(new File(System.getProperty("java.io.tmpdir")))
        .redirectErrorStream(true)
        .redirectOutput(said.toFile())
        .start();
  }

  private static Optional<String> ended(Process trial, byte[] json, Path said)
      throws IOException, InterruptedException {
    try (OutputStream in = trial.getOutputStream()) {
      in.write(json);
    } catch (IOException e) {
      // it has ended already, which its exit code tells
    }
    if (!trial.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
      trial.destroyForcibly().waitFor();
      return Optional.of("it takes over " + LONGEST_SECONDS + " seconds for short texts");
    }
    String output = Files.readString(said, StandardCharsets.ISO_8859_1);
    return trial.exitValue() == 0 || !output.contains(STARTED)
        ? Optional.empty()
        : Optional.of("the tokenizer library fails with it" + reason(output));
  }

  /** What the native code said last. */
  private static String reason(String output) {
    List<String> lines = output.lines().toList();
    for (int i = 0; i + 1 < lines.size(); i++) {
      if (lines.get(i).contains("panicked at")) {
        String line = lines.get(i + 1);
        int value = line.indexOf("value: ");
        return ": " + (value < 0 ? line : line.substring(value + "value: ".length()));
      }
    }
    return "";
  }

  private static String hash(byte[] json) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(json));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java machine has SHA-256", e);
    }
  }
}

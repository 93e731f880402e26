package io.demitasse.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.evaluate.Drift;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.kernels.LayerTime;
import io.demitasse.search.Candidate;
import io.demitasse.search.Journal;
import io.demitasse.search.Key;
import io.demitasse.search.Question;
import io.demitasse.sensitivity.LayerError;
import io.demitasse.stored.TensorFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A journal in a file of JSON lines. The first tells the circumstances; each of the others is an
 * answer, or what became of a candidate. A line is written at once and whole, so a run that is
 * killed loses what it was measuring and nothing else.
 *
 * <p>One run writes to a file at a time. Instances are used by one thread.
 */
public final class JournalFile implements Journal, AutoCloseable {
  /** No journal is this large: an answer takes a few kilobytes. */
  private static final long MOST_BYTES = 256L << 20;

  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private final Path file;
  private final FileChannel channel;
  private final Map<Question<?>, JsonNode> answers;
  private @Nullable String failure;

  private JournalFile(Path file, FileChannel channel, Map<Question<?>, JsonNode> answers) {
    this.file = file;
    this.channel = channel;
    this.answers = answers;
  }

  private record Beginning(@Nullable Circumstances circumstances) {}

  private record Answer(Question<?> question, JsonNode answer) {}

  private record Decision(Decided decided) {}

  private record Decided(
      String key, int id, int parent, String title, boolean kept, String why, long bytes) {}

  /** A drift as JSON has it. */
  private record Moved(double deviation, boolean felt, @Nullable String wrong) {}

  /**
   * Begins a journal; one that is there is replaced.
   *
   * @throws DemitasseException (bad request) when the file cannot be written, or there is something
   *     else
   */
  public static JournalFile begin(Path file, Circumstances circumstances) {
    requireOurs(file);
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE,
              LinkOption.NOFOLLOW_LINKS);
      JournalFile journal = new JournalFile(file, channel, new HashMap<>());
      TensorFolder.clear(folder(file));
      journal.append(new Beginning(circumstances));
      if (journal.failure != null) {
        throw new IOException(journal.failure);
      }
      return journal;
    } catch (IOException e) {
      throw DemitasseException.badRequest(
          "The journal " + file + " cannot be written: " + Reason.of(e) + ".");
    }
  }

  /** Whatever is not a journal is someone's, and is not written over. */
  private static void requireOurs(Path file) {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
          && (Files.size(file) == 0 || circumstances(JournalLines.first(file)).isPresent())) {
        return;
      }
    } catch (IOException e) {
      // It is no journal.
    }
    throw DemitasseException.badRequest(
        file + " is not a journal, so it is not replaced: name another file for the journal.");
  }

  /**
   * Goes on with a journal. A line that was not written whole is cut off.
   *
   * @throws DemitasseException (bad request) when there is none, or it was measured under other
   *     circumstances, telling which
   */
  public static JournalFile resume(Path file, Circumstances circumstances) {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw DemitasseException.badRequest(
          "There is nothing to resume: no journal " + file + ". Leave --resume out.");
    }
    try {
      JournalLines lines = JournalLines.read(file, MOST_BYTES);
      requireSame(file, lines.first(), circumstances);
      Map<Question<?>, JsonNode> answers = new HashMap<>();
      for (String line : lines.others()) {
        JsonNode node = JSON.readTree(line);
        if (node.has("question") && node.has("answer")) {
          answers.put(question(node.get("question")), node.get("answer"));
        }
      }
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
      channel.truncate(lines.bytes());
      channel.position(lines.bytes());
      return new JournalFile(file, channel, answers);
    } catch (IOException e) {
      throw DemitasseException.badRequest(
          "The journal "
              + file
              + " cannot be read: "
              + Reason.of(e)
              + ". Leave --resume out to begin a new one.");
    }
  }

  private static void requireSame(Path file, String line, Circumstances now) throws IOException {
    List<String> differences =
        circumstances(line)
            .map(before -> before.differences(now))
            .orElse(List.of("it does not tell what was measured"));
    if (!differences.isEmpty()) {
      throw DemitasseException.badRequest(
          "What the journal "
              + file
              + " holds was measured under other circumstances: "
              + String.join("; ", differences)
              + ". Leave --resume out to measure again.");
    }
  }

  /** What the first line of a journal tells. */
  private static Optional<Circumstances> circumstances(String line) throws IOException {
    return Optional.ofNullable(JSON.readValue(line, Beginning.class))
        .flatMap(beginning -> Optional.ofNullable(beginning.circumstances()));
  }

  private static Question<?> question(JsonNode node) throws JsonProcessingException {
    return JSON.convertValue(node, new TypeReference<Question<Object>>() {});
  }

  @Override
  public <T> T answer(Question<T> question, Supplier<T> measurement) {
    Optional<T> known =
        Optional.ofNullable(answers.get(question)).flatMap(it -> read(question, it));
    if (known.isPresent()) {
      return known.get();
    }
    T answer = measurement.get();
    JsonNode written = JSON.valueToTree(written(answer));
    append(new Answer(question, written));
    answers.put(question, written);
    return answer;
  }

  /** How many answers it holds. */
  public int size() {
    return answers.size();
  }

  @Override
  public Optional<Path> folder() {
    return Optional.of(folder(file));
  }

  /** Beside the journal, for tensors that are too large for a line. */
  private static Path folder(Path file) {
    return file.resolveSibling(file.getFileName() + ".found");
  }

  /**
   * Deletes a journal with what was found out.
   *
   * @throws IOException when the file is there and cannot be deleted
   */
  public static void delete(Path file) throws IOException {
    TensorFolder.clear(folder(file));
    Files.deleteIfExists(file);
  }

  @Override
  public void decided(Key key, Candidate candidate) {
    append(
        new Decision(
            new Decided(
                key.sha256(),
                candidate.id(),
                candidate.parent(),
                candidate.title(),
                candidate.decision().kept(),
                candidate.decision().why(),
                candidate.measured().bytes())));
  }

  private static Object written(Object answer) {
    return answer instanceof Drift drift
        ? new Moved(drift.deviation(), drift.isFelt(), drift.wrong().orElse(null))
        : answer;
  }

  /** Empty where the line is not what it should be: then it is measured again. */
  @SuppressWarnings("unchecked") // the kind of a question is the type of its answer
  private static <T> Optional<T> read(Question<T> question, JsonNode answer) {
    try {
      return Optional.of((T) read(question.kind(), answer));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Object read(Question.Kind kind, JsonNode answer) {
    return switch (kind) {
      case TIMINGS -> JSON.convertValue(answer, new TypeReference<List<TimingComparison>>() {});
      case SUBSET_SCORES, SCORES ->
          JSON.convertValue(answer, new TypeReference<List<ScoreComparison>>() {});
      case LAYER_ERRORS -> JSON.convertValue(answer, new TypeReference<List<LayerError>>() {});
      case LAYER_TIMES -> JSON.convertValue(answer, new TypeReference<List<LayerTime>>() {});
      case FOUND -> JSON.convertValue(answer, String.class);
      case DRIFT -> {
        Moved moved = JSON.convertValue(answer, Moved.class);
        yield new Drift(moved.deviation(), moved.felt(), Optional.ofNullable(moved.wrong()));
      }
    };
  }

  /** A run that has measured for an hour does not end for want of a line. */
  private void append(Object line) {
    if (failure != null) {
      return;
    }
    try {
      byte[] text = (JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
      ByteBuffer bytes = ByteBuffer.wrap(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      failure = Reason.of(e);
    }
  }

  /** A sentence where the file ends before the run does. */
  public Optional<String> incomplete() {
    return Optional.ofNullable(failure)
        .map(
            why ->
                "the journal "
                    + file
                    + " ends early, so this run cannot be resumed to its end: "
                    + why);
  }

  /** Closes the file, which stays. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      failure = Reason.of(e);
    }
  }
}

package io.demitasse.train;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.OutOfTime;
import io.demitasse.error.Reason;
import io.demitasse.error.VisibleText;
import io.demitasse.ir.Tensor;
import io.demitasse.port.Trainer;
import io.demitasse.stored.StoredTensors;
import io.demitasse.stored.TensorFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Where a training stands, kept in a folder now and then, so that one whose process ended goes on
 * and comes to the same result as one that was never interrupted.
 *
 * <p>Two files are kept, each named by the hash of its content: what the session knows, and what
 * the training does, which names the first. A new pair replaces the old one once both are whole on
 * disk; what is not whole is as good as not there.
 */
public final class Checkpoints {
  private static final String SESSION = "checkpoint/session";
  private static final String NAMES = "checkpoint/names";
  private static final String VALUES = "checkpoint/values";

  /** Characters of what was expected and what was found. */
  private static final int LONGEST = 200;

  private final Path path;
  private final TensorFolder folder;
  private final long every;
  private final String setup;
  private final Consumer<String> remarks;

  /** A pair of files that belongs together. */
  private record Found(
      Checkpoint checkpoint, Map<String, String> facts, StoredTensors session, String name) {}

  /**
   * Checkpoints of one training.
   *
   * @param folder holds nothing else; is made when there is something to keep
   * @param every how much time passes between two of them, at least; each takes as long as it takes
   *     to write all weights, and two or three numbers for each of them
   * @param setup whatever decides what is learned and is not in the {@link Schedule}: objectives,
   *     optimizer, data, as a text that is equal where they are
   * @param remarks is told in sentences that training goes on, why it begins anew, and what cannot
   *     be written
   */
  public Checkpoints(Path folder, Duration every, String setup, Consumer<String> remarks) {
    this.path = folder;
    this.folder = new TensorFolder(folder);
    this.every = every.toNanos();
    this.setup = setup;
    this.remarks = remarks;
  }

  /** Deletes what is kept in a folder, and the folder where nothing else is in it. */
  public static void clear(Path folder) {
    TensorFolder.clear(folder);
  }

  /**
   * @param nanoseconds since the last one
   */
  boolean isDue(long nanoseconds) {
    return nanoseconds >= every;
  }

  // ---- Going on

  /**
   * Brings a session to where the last training stood, if that was the same one.
   *
   * @param facts that decide what is learned, by what they are called in messages
   * @return empty where training begins anew
   */
  Optional<Checkpoint> restore(Trainer.Session session, Map<String, String> facts) {
    Optional<Found> last = last();
    if (last.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> other = difference(last.get().facts(), all(facts));
    if (other.isPresent()) {
      remarks.accept(
          "The training that was cut short in "
              + path
              + " is not gone on with: "
              + other.get()
              + ". It begins anew.");
      return Optional.empty();
    }
    session.restore(last.get().session().file().orElseThrow());
    Checkpoint checkpoint = last.get().checkpoint();
    remarks.accept("Goes on after step " + checkpoint.step() + " of a training in " + path + ".");
    return Optional.of(checkpoint);
  }

  private Map<String, String> all(Map<String, String> facts) {
    Map<String, String> all = new TreeMap<>(facts);
    all.put("setup", setup);
    return all;
  }

  private static Optional<String> difference(Map<String, String> before, Map<String, String> now) {
    return now.entrySet().stream()
        .filter(each -> !each.getValue().equals(before.get(each.getKey())))
        .findFirst()
        .map(
            each ->
                "its "
                    + each.getKey()
                    + " was "
                    + VisibleText.line(before.getOrDefault(each.getKey(), "unknown"), LONGEST)
                    + ", and now is "
                    + VisibleText.line(each.getValue(), LONGEST));
  }

  /** The last of which both files are whole. */
  private Optional<Found> last() {
    try {
      return folder.named().stream()
          .map(this::found)
          .flatMap(Optional::stream)
          .max(
              Comparator.comparingInt((Found found) -> found.checkpoint().step())
                  .thenComparing(Found::name));
    } catch (IOException e) {
      remarks.accept("What was kept in " + path + " cannot be read: " + Reason.of(e) + ".");
      return Optional.empty();
    }
  }

  private Optional<Found> found(StoredTensors stored) {
    Optional<StoredTensors> whole = folder.find(stored.sha256());
    if (whole.isEmpty()) {
      remarks.accept(stored + " in " + path + " was changed or is not whole, and is not used.");
      return Optional.empty();
    }
    Map<String, Tensor> tensors = whole.get().read();
    if (!tensors.containsKey(SESSION)) {
      return Optional.empty();
    }
    try {
      Checkpoint checkpoint = Checkpoint.of(tensors);
      List<String> names = Checkpoint.texts(tensors, NAMES);
      List<String> values = Checkpoint.texts(tensors, VALUES);
      Map<String, String> facts = new TreeMap<>();
      for (int i = 0; i < Math.min(names.size(), values.size()); i++) {
        facts.put(names.get(i), values.get(i));
      }
      return Checkpoint.texts(tensors, SESSION).stream()
          .findFirst()
          .flatMap(folder::find)
          .map(session -> new Found(checkpoint, facts, session, stored.sha256()));
    } catch (DemitasseException | ArithmeticException e) {
      remarks.accept(stored + " in " + path + " is not used: " + Reason.of(e));
      return Optional.empty();
    }
  }

  // ---- Writing

  /** Keeps where a training stands; where that fails, training goes on without. */
  void write(Trainer.Session session, Checkpoint checkpoint, Map<String, String> facts) {
    try {
      Path unfinished = folder.unfinished();
      session.save(unfinished);
      StoredTensors saved = folder.take(unfinished);
      Map<String, String> all = all(facts);
      Map<String, Tensor> tensors = new LinkedHashMap<>(checkpoint.tensors());
      tensors.put(SESSION, Checkpoint.texts(List.of(saved.sha256())));
      tensors.put(NAMES, Checkpoint.texts(List.copyOf(all.keySet())));
      tensors.put(VALUES, Checkpoint.texts(List.copyOf(all.values())));
      StoredTensors kept = folder.store(tensors);
      force(saved);
      force(kept);
      folder.keepOnly(Set.of(saved, kept));
    } catch (OutOfTime e) {
      return; // Training ends at its next step, and says so.
    } catch (IOException e) {
      notWritten(checkpoint.step(), Reason.of(e));
    } catch (DemitasseException e) {
      if (e.kind() != DemitasseException.Kind.BACKEND_FAILED) {
        throw e;
      }
      notWritten(checkpoint.step(), Reason.of(e));
    }
  }

  private void notWritten(int step, String why) {
    remarks.accept(
        "Where the training stands after step " + step + " cannot be kept in " + path + ": " + why);
  }

  private static void force(StoredTensors stored) throws IOException {
    try (FileChannel file =
        FileChannel.open(stored.file().orElseThrow(), StandardOpenOption.WRITE)) {
      file.force(true);
    }
  }
}

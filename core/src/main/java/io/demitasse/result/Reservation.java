package io.demitasse.result;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.leftover.Leftovers;
import io.demitasse.publish.Disk;
import io.demitasse.publish.OutputLock;
import io.demitasse.publish.Place;
import io.demitasse.publish.Publication;
import io.demitasse.publish.Recovery;
import io.demitasse.publish.Stat;
import io.demitasse.source.Companions;
import io.demitasse.source.Source;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A place that is held for a result, from before the work until the result is there: nothing that
 * is read lies in it, what is there may be replaced, files can be made in it, and no other run
 * writes to it. Closing it gives it free; without a result, all is as it was.
 */
public final class Reservation implements AutoCloseable {
  private final Source source;
  private final Set<Path> read;
  private final Destination destination;
  private final Disk disk;
  private final CreatedDirectories folders;
  private final OutputLock lock;
  private final Map<Path, Stat> replaced;
  private @Nullable Publication publication;

  private Reservation(
      Source source, Set<Path> read, Destination destination, boolean replace, Disk disk)
      throws IOException {
    this.source = source;
    this.read = read;
    this.destination = destination;
    this.disk = disk;
    folders = CreatedDirectories.above(destination.place().home().resolve("file"));
    OutputLock taken = null;
    try {
      taken = OutputLock.take(destination.locked());
      for (Place place : destination.places()) {
        new Recovery(place, taken.file(), disk).run();
      }
      replaced = destination.requireFree(replace);
    } catch (IOException | RuntimeException | Error e) {
      if (taken != null) {
        taken.close();
      }
      folders.remove();
      throw e;
    }
    lock = taken;
    Leftovers.atExit(this, this::release);
  }

  /**
   * Holds a place.
   *
   * @param read what else the run reads, real paths
   * @param replace whether what is there may be replaced
   * @throws DemitasseException (bad request) when the place cannot be had, saying why
   */
  static Reservation of(Source source, Set<Path> read, Output output, boolean replace, Disk disk) {
    Companions companions = Companions.of(source);
    Destination destination =
        Destination.of(output, ResultWriter.names(source, output, companions));
    destination.requireApart(source, read);
    companions.requireReadable(source.path());
    try {
      return new Reservation(source, read, destination, replace, disk);
    } catch (IOException e) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "Nothing can be written to %s: %s. Choose another destination, or make sure that this"
                  + " one takes files.",
              destination.place().home(),
              Reason.of(e)));
    }
  }

  /** Where everything will be. */
  public Output output() {
    return destination.output();
  }

  Destination destination() {
    return destination;
  }

  Disk disk() {
    return disk;
  }

  Source source() {
    return source;
  }

  /** What had a name when the place was taken, and may lose it. */
  Stat replaced(Path file) {
    return replaced.getOrDefault(file, Stat.ABSENT);
  }

  /**
   * Begins to make the result.
   *
   * @throws DemitasseException (bad request) when what is read has changed, or what is there
   */
  synchronized Publication begin() throws IOException {
    requireUnchanged();
    Publication begun = Publication.begin(destination.place(), disk);
    publication = begun;
    return begun;
  }

  /** The same checks as at the beginning, for the work may have taken hours. */
  void requireUnchanged() throws IOException {
    source.requireUnchanged();
    destination.requireApart(source, read);
    for (Map.Entry<Path, Stat> each : replaced.entrySet()) {
      Stat now = Stat.of(each.getKey());
      if (!now.equals(each.getValue())) {
        throw appeared(each.getKey());
      }
    }
  }

  /** Someone else's work stands where the result was to go. */
  static DemitasseException appeared(Path file) {
    return DemitasseException.badRequest(
        String.format(
            Locale.ROOT,
            "%s was made or changed by someone else during the run. Nothing was written; choose"
                + " another destination.",
            file));
  }

  private synchronized void release() {
    try (lock) {
      if (publication != null) {
        publication.close();
      }
    } finally {
      folders.remove();
      Leftovers.forget(this);
    }
  }

  @Override
  public void close() {
    release();
  }
}

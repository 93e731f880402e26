package io.demitasse.publish;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Files that are made under hidden names and take their own together: all of them, or none. A
 * journal is written before the first name is taken, so that {@link Recovery} can complete what an
 * end of the process interrupts. Used by whoever holds the {@linkplain OutputLock lock} of the
 * place.
 */
public final class Publication implements AutoCloseable {
  private final Place place;
  private final Disk disk;
  private final Path stage;
  private boolean over;

  private Publication(Place place, Disk disk, Path stage) {
    this.place = place;
    this.disk = disk;
    this.stage = stage;
  }

  /** Begins with an empty folder in which files are made. */
  public static Publication begin(Place place, Disk disk) throws IOException {
    Path stage = place.newStage();
    disk.createFolder(stage);
    return new Publication(place, disk, stage);
  }

  /** Where files are made; on the disk of the place, so that they can be moved. */
  public Path stage() {
    return stage;
  }

  /**
   * Gives everything its name, in order; what several readers need comes first.
   *
   * @param removed what goes when all has its name
   * @param inventory the name of the file that lists what lies in a folder beside it
   * @throws IOException when a step failed; all is as it was then
   */
  public synchronized void commit(List<Move> moves, List<Path> removed, String inventory)
      throws IOException {
    if (over) {
      throw new IOException("the process is ending");
    }
    Journal journal = Journal.of(stage, place.home(), moves, removed, inventory);
    journal.write(stage, disk);
    Deque<Move> done = new ArrayDeque<>();
    try {
      for (Move move : moves) {
        move.perform(disk);
        done.push(move);
      }
      disk.force(place.home());
    } catch (IOException | RuntimeException e) {
      undo(done, e);
      throw e;
    }
    over = true;
    cleanUp(moves, removed, inventory);
  }

  private void undo(Deque<Move> done, Exception failure) {
    try {
      for (Move move : done) {
        move.undo(disk);
      }
      disk.delete(Journal.file(stage));
    } catch (IOException e) {
      // The journal stays, and the next run does what is left.
      failure.addSuppressed(e);
      over = true;
    }
  }

  /** The result stands. What is left over does no harm, and the next run removes it. */
  private void cleanUp(List<Move> moves, List<Path> removed, String inventory) {
    try {
      for (Move move : moves) {
        if (Files.isDirectory(move.staged(), LinkOption.NOFOLLOW_LINKS)) {
          new Former(move.staged(), move.destination(), inventory).delete(disk);
        }
      }
      for (Path file : removed) {
        disk.delete(file);
      }
      deleteStage(stage, disk);
    } catch (IOException e) {
      // See above.
    }
  }

  /** Deletes a stage; its journal goes last, for it says what the rest is. */
  static void deleteStage(Path stage, Disk disk) throws IOException {
    Path journal = Journal.file(stage);
    for (Path path : Tree.innermostFirst(stage)) {
      if (!path.equals(journal)) {
        disk.delete(path);
      }
    }
    disk.delete(journal);
    disk.delete(stage);
  }

  /** Takes away what was made, unless it has its name by now. */
  @Override
  public synchronized void close() {
    if (over) {
      return;
    }
    over = true;
    try {
      deleteStage(stage, disk);
    } catch (IOException e) {
      // The next run removes what is left.
    }
  }
}

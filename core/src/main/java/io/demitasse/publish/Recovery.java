package io.demitasse.publish;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;

/**
 * Completes or undoes what runs have left that were ended in the middle of publishing: once a name
 * was taken, the others follow; before that, all is taken away. Used by whoever holds the
 * {@linkplain OutputLock lock} of the place.
 *
 * @param own a file that this process has made
 */
public record Recovery(Place place, Path own, Disk disk) {

  /** Looks after all stages of the place. */
  public void run() throws IOException {
    // Who can write beside the place could plant one; nobody can plant one that is ours.
    UserPrincipal owner = Files.getOwner(own, LinkOption.NOFOLLOW_LINKS);
    for (Path stage : place.stages()) {
      if (Files.getOwner(stage, LinkOption.NOFOLLOW_LINKS).equals(owner)) {
        recover(stage);
      }
    }
  }

  private void recover(Path stage) throws IOException {
    Optional<Journal> found = Journal.read(stage);
    if (found.isPresent()) {
      Journal journal = found.get();
      for (Journal.Entry entry : journal.moves()) {
        entry.move(stage, place.home()).settle(disk);
      }
      if (isBegun(journal)) {
        complete(journal, stage);
      }
    }
    Publication.deleteStage(stage, disk);
  }

  private boolean isBegun(Journal journal) throws IOException {
    for (Journal.Entry entry : journal.moves()) {
      if (Fingerprint.of(destination(entry), journal.inventory()).equals(entry.made())) {
        return true;
      }
    }
    return false;
  }

  private Path destination(Journal.Entry entry) {
    return place.home().resolve(entry.destination());
  }

  /** What someone has put in the way since then stays. */
  private void complete(Journal journal, Path stage) throws IOException {
    for (Journal.Entry entry : journal.moves()) {
      Move move = entry.move(stage, place.home());
      boolean ready =
          Fingerprint.of(move.staged(), journal.inventory()).equals(entry.made())
              && Fingerprint.of(move.destination(), journal.inventory()).equals(entry.replaced());
      if (ready && !entry.made().equals(entry.replaced())) {
        move.perform(disk);
      }
    }
    disk.force(place.home());
    for (Journal.Entry entry : journal.moves()) {
      Path staged = stage.resolve(entry.staged());
      if (Files.isDirectory(staged, LinkOption.NOFOLLOW_LINKS)) {
        new Former(staged, destination(entry), journal.inventory()).delete(disk);
      }
    }
    for (Journal.Removal removal : journal.removals()) {
      Path file = place.home().resolve(removal.name());
      if (Fingerprint.of(file, journal.inventory()).equals(removal.content())) {
        disk.delete(file);
      }
    }
  }
}

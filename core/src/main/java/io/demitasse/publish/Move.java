package io.demitasse.publish;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * One file or folder that takes its name. Where something has the name, the two change places, so
 * that what was there can come back.
 *
 * <pre>
 *   before   stage/model.onnx (new)   small.onnx (old)
 *   after    stage/model.onnx (old)   small.onnx (new)
 * </pre>
 *
 * @param staged what was made, in the folder where things are made
 * @param destination on the same disk
 * @param replaced what may be replaced: this and nothing else
 */
public record Move(Path staged, Path destination, Stat replaced) {

  void perform(Disk disk) throws IOException {
    if (!replaced.exists()) {
      disk.move(staged, destination);
      return;
    }
    exchange(disk);
    if (!Stat.of(staged).equals(replaced)) {
      exchange(disk);
      throw new IOException(destination + " was changed by someone else meanwhile");
    }
  }

  void undo(Disk disk) throws IOException {
    if (replaced.exists()) {
      exchange(disk);
    } else {
      disk.move(destination, staged);
    }
  }

  private void exchange(Disk disk) throws IOException {
    if (disk.exchange(staged, destination)) {
      return;
    }
    if (Files.isDirectory(destination, LinkOption.NOFOLLOW_LINKS)) {
      exchangeFolders(disk);
    } else {
      exchangeFiles(disk);
    }
  }

  /** At every instant there is a file at the destination, the old or the new. */
  private void exchangeFiles(Disk disk) throws IOException {
    disk.link(destination, aside());
    try {
      disk.replace(staged, destination);
      disk.move(aside(), staged);
    } catch (IOException e) {
      if (!Stat.of(staged).exists()) {
        disk.replace(destination, staged);
        disk.replace(aside(), destination);
      }
      throw e;
    }
  }

  /** For an instant there is nothing at the destination; {@link #settle} ends it if need be. */
  private void exchangeFolders(Disk disk) throws IOException {
    disk.move(destination, aside());
    try {
      disk.move(staged, destination);
      disk.move(aside(), staged);
    } catch (IOException e) {
      if (!Stat.of(staged).exists()) {
        disk.move(destination, staged);
      }
      disk.move(aside(), destination);
      throw e;
    }
  }

  /** Where what is replaced waits while two names change places in several steps. */
  private Path aside() {
    return staged.resolveSibling(staged.getFileName() + ".aside");
  }

  /** Completes an exchange that was interrupted, forwards or backwards. */
  void settle(Disk disk) throws IOException {
    if (!Stat.of(aside()).exists()) {
      return;
    }
    if (!Stat.of(destination).exists()) {
      disk.move(aside(), destination);
    } else if (!Stat.of(staged).exists()) {
      disk.move(aside(), staged);
    } else {
      // The second name of what is still in its place.
      disk.delete(aside());
    }
  }
}

package io.demitasse.publish;

import io.demitasse.leftover.Leftovers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A single file that appears whole or not at all. */
public final class NewFile {
  private NewFile() {}

  /**
   * Writes a file under a random name beside its place and gives it its name. Links are not
   * followed: one in the way is replaced, what it leads to is not.
   *
   * @param content to its end
   * @param replace whether what has the name may be replaced; what appears meanwhile counts
   * @throws java.nio.file.FileAlreadyExistsException when the name is taken and may not be replaced
   */
  public static void write(Path file, InputStream content, boolean replace) throws IOException {
    Path place = file.toAbsolutePath();
    Path made = new Place(place.resolveSibling(""), place.getFileName().toString()).newStage();
    Leftovers.deleteAtExit(made);
    try {
      Files.copy(content, made);
      if (replace) {
        Disk.LOCAL.replace(made, place);
      } else {
        Disk.LOCAL.move(made, place);
      }
    } finally {
      Leftovers.delete(made);
    }
  }
}

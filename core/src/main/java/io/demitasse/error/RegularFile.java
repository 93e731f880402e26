package io.demitasse.error;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;

/** Whether a file that may be missing is there, and is one that can be read to its end. */
public final class RegularFile {
  private RegularFile() {}

  /**
   * Looks for a file.
   *
   * @return false where nothing is
   * @throws DemitasseException (bad request) where something else is that was hardly meant to be
   *     overlooked, and may be a pipe that nobody writes to: saying what
   */
  public static boolean isAt(Path path) {
    if (Files.isRegularFile(path)) {
      return true;
    }
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    throw DemitasseException.badRequest(
        String.format(
            Locale.ROOT,
            "%s cannot be read: it is %s. Put the file there, or take that away.",
            path,
            instead(path)));
  }

  private static String instead(Path path) {
    if (Files.isDirectory(path)) {
      return "a folder, not a file";
    }
    return Files.exists(path) ? "a pipe or a device, not a file" : "a link that leads nowhere";
  }
}

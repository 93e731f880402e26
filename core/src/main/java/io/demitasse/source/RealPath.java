package io.demitasse.source;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;

/** Paths as the system walks them: links on the way are followed, the last name is not. */
public final class RealPath {
  private RealPath() {}

  /**
   * Where something of this path would be made.
   *
   * @throws DemitasseException (bad request) when the path has no name, or lies below a file
   */
  public static Path of(Path path) {
    Path absolute = path.toAbsolutePath();
    Path name = absolute.getFileName();
    Path parent = absolute.getParent();
    if (path.toString().isEmpty() || name == null || parent == null) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "The destination '%s' is not a name for a file or folder. Name one, such as"
                  + " small.onnx.",
              path));
    }
    try {
      if (name.toString().equals(".") || name.toString().equals("..")) {
        return of(absolute.toRealPath());
      }
      return ofFolder(parent).resolve(name);
    } catch (IOException e) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "The destination %s cannot be reached: %s. Choose another.",
              path,
              Reason.of(e)));
    }
  }

  /** A folder that may have to be made. */
  private static Path ofFolder(Path folder) throws IOException {
    Path there = folder;
    while (!Files.exists(there, LinkOption.NOFOLLOW_LINKS) && there.getParent() != null) {
      there = there.getParent();
    }
    Path real = there.toRealPath();
    if (!Files.isDirectory(real)) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "Nothing can be written to %s: %s is not a folder to write in. Choose another"
                  + " destination.",
              folder,
              there));
    }
    return real.resolve(there.relativize(folder)).normalize();
  }

  /** Whether two paths lead to one file or folder, whatever links there are. */
  public static boolean isSame(Path one, Path other) {
    try {
      return Files.isSameFile(one, other);
    } catch (IOException e) {
      return false;
    }
  }

  /** The real path of something that exists; of something that does not, as it is. */
  public static Path followed(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path.toAbsolutePath().normalize();
    }
  }
}

package io.demitasse.publish;

import io.demitasse.data.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * What tells one content of a place from another, also after the process that made it has ended.
 */
final class Fingerprint {
  static final String ABSENT = "absent";
  private static final String OTHER = "other";

  private Fingerprint() {}

  /**
   * The content of a file; of a folder, that of one file in it, which tells of the others.
   *
   * @param inventory the name of that file
   */
  static String of(Path path, String inventory) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return ABSENT;
    }
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      Path inside = path.resolve(inventory);
      return "folder-" + (isFile(inside) ? Sha256.of(inside) : OTHER);
    }
    return isFile(path) ? Sha256.of(path) : OTHER;
  }

  private static boolean isFile(Path path) {
    return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
  }
}

package io.demitasse.publish;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What tells one content from another, also after the process that made it has ended. */
public final class Fingerprint {
  static final String ABSENT = "absent";
  private static final String OTHER = "other";
  private static final int PIECE = 1 << 16;

  private Fingerprint() {}

  /** The SHA-256 of a file, in hexadecimal digits. */
  public static String sha256(Path file) throws IOException {
    MessageDigest digest = digest();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] piece = new byte[PIECE];
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        digest.update(piece, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The SHA-256 of a text, in hexadecimal digits. */
  public static String of(String text) {
    return HexFormat.of().formatHex(digest().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

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
      return "folder-" + (isFile(inside) ? sha256(inside) : OTHER);
    }
    return isFile(path) ? sha256(path) : OTHER;
  }

  private static boolean isFile(Path path) {
    return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}

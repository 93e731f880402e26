package io.demitasse.publish;

import io.demitasse.data.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where something is to be published, and the hidden names that publishing uses there.
 *
 * @param home the folder in which names are taken, links followed
 * @param name what is published is called so, or belongs to what is called so
 */
public record Place(Path home, String name) {
  private static final int LONGEST_NAME = 100;
  private static final int RANDOM_BYTES = 8;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** The file that is locked as long as someone writes here. */
  Path lock() {
    return home.resolve(prefix() + "lock");
  }

  /** The name of a folder to make things in, which nobody can have foreseen. */
  public Path newStage() {
    byte[] random = new byte[RANDOM_BYTES];
    RANDOM.nextBytes(random);
    return home.resolve(prefix() + HexFormat.of().formatHex(random));
  }

  /** The folders in which things were made here, by runs that live or that are dead. */
  List<Path> stages() throws IOException {
    Pattern stage = Pattern.compile(Pattern.quote(prefix()) + "[0-9a-f]{" + 2 * RANDOM_BYTES + "}");
    try (Stream<Path> files = Files.list(home)) {
      return files
          .filter(file -> stage.matcher(file.getFileName().toString()).matches())
          .filter(file -> Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
          .sorted()
          .toList();
    }
  }

  /** Whether a name is one of those that publishing uses here. */
  public boolean isHidden(String fileName) {
    return fileName.startsWith(prefix());
  }

  /** Names have a limit of 255 bytes, and that of the place may be as long. */
  private String prefix() {
    boolean fits = name.getBytes(StandardCharsets.UTF_8).length <= LONGEST_NAME;
    return "." + (fits ? name : Sha256.of(name)) + ".demitasse-";
  }
}

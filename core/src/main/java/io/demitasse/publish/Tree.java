package io.demitasse.publish;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What lies in a folder, links not followed. */
public final class Tree {
  private Tree() {}

  /** Everything in a folder but itself; what is in a folder comes before the folder. */
  public static List<Path> innermostFirst(Path folder) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    try (Stream<Path> tree = Files.walk(folder)) {
      return tree.filter(path -> !path.equals(folder)).sorted(Comparator.reverseOrder()).toList();
    }
  }

  /** All that is no folder. */
  public static List<Path> files(Path folder) throws IOException {
    return innermostFirst(folder).stream()
        .filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
        .sorted()
        .toList();
  }

  /** Whether two files are one, or have the same content. */
  static boolean isSame(Path one, Path other) throws IOException {
    if (!Files.exists(one, LinkOption.NOFOLLOW_LINKS)
        || !Files.exists(other, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    if (Files.isSymbolicLink(one) || Files.isSymbolicLink(other)) {
      return Files.isSymbolicLink(one)
          && Files.isSymbolicLink(other)
          && Files.readSymbolicLink(one).equals(Files.readSymbolicLink(other));
    }
    return Files.isSameFile(one, other)
        || (Files.isRegularFile(one)
            && Files.isRegularFile(other)
            && Files.mismatch(one, other) < 0);
  }

  /** Deletes a file, or a folder with all in it. */
  static void delete(Path path, Disk disk) throws IOException {
    for (Path inside : innermostFirst(path)) {
      disk.delete(inside);
    }
    disk.delete(path);
  }
}

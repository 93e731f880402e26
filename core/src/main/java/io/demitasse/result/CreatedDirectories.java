package io.demitasse.result;

import io.demitasse.leftover.Leftovers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The folders that had to be made for a result: taken away again when it does not come. */
final class CreatedDirectories {
  /** The innermost first. */
  private final List<Path> made = new ArrayList<>();

  private CreatedDirectories() {}

  /** Makes the folders that a file is to lie in. */
  static CreatedDirectories above(Path file) throws IOException {
    CreatedDirectories folders = new CreatedDirectories();
    Path folder = file.getParent();
    if (folder == null) {
      return folders;
    }
    for (Path missing = folder;
        missing != null && !Files.exists(missing);
        missing = missing.getParent()) {
      folders.made.add(missing);
    }
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      folders.remove();
      throw e;
    }
    Leftovers.atExit(folders, folders::remove);
    return folders;
  }

  /** Takes away those that are empty. */
  void remove() {
    Leftovers.forget(this);
    made.forEach(folder -> folder.toFile().delete());
  }
}

package io.demitasse.publish;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder whose place another has taken. What we wrote in it goes; anything else has a second name
 * in the new folder already, or is moved there.
 *
 * @param folder where it waits
 * @param successor the folder in its place
 * @param inventory the file that lists what we wrote in either
 */
record Former(Path folder, Path successor, String inventory) {

  /** The inventory goes last: as long as anything is left, it tells what may go. */
  void delete(Disk disk) throws IOException {
    Path list = folder.resolve(inventory);
    Ownership ours = Ownership.of(list);
    for (Path path : Tree.innermostFirst(folder)) {
      if (!path.equals(list)) {
        deleteOrKeep(path, ours, disk);
      }
    }
    disk.delete(list);
    disk.delete(folder);
  }

  private void deleteOrKeep(Path path, Ownership ours, Disk disk) throws IOException {
    Path relative = folder.relativize(path);
    Path now = successor.resolve(relative);
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      // A folder of someone's was made anew with what is in it.
      disk.delete(path);
    } else if (ours.owns(relative.toString()) || Tree.isSame(path, now)) {
      disk.delete(path);
    } else {
      makeFolders(now.resolveSibling(""), disk);
      disk.move(path, free(now));
    }
  }

  private void makeFolders(Path wanted, Disk disk) throws IOException {
    List<Path> missing =
        Stream.iterate(
                wanted, each -> !Files.exists(each, LinkOption.NOFOLLOW_LINKS), Path::getParent)
            .toList()
            .reversed();
    for (Path each : missing) {
      disk.createFolder(each);
    }
  }

  private static Path free(Path wanted) {
    Path name = wanted;
    for (int i = 1; Files.exists(name, LinkOption.NOFOLLOW_LINKS); i++) {
      name = wanted.resolveSibling(wanted.getFileName() + ".kept-" + i);
    }
    return name;
  }
}

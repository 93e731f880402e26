package io.demitasse.publish;

import io.demitasse.data.Sha256;
import io.demitasse.report.Inventory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which files of a folder are ours to replace: those that our inventory lists and that are still as
 * they were written.
 */
public final class Ownership {
  private final Path list;
  private final Map<String, Inventory.Entry> files;
  private final Map<String, Boolean> known = new HashMap<>();

  private Ownership(Path list, Map<String, Inventory.Entry> files) {
    this.list = list;
    this.files = files;
  }

  /**
   * What an inventory tells.
   *
   * @param list the file; where it is none of ours, nothing else is
   */
  public static Ownership of(Path list) {
    return new Ownership(list, Inventory.read(list).map(Inventory::files).orElse(Map.of()));
  }

  /** Whether there is an inventory at all. */
  public boolean isKnown() {
    return !files.isEmpty();
  }

  /** The files that we have written, by name relative to the inventory's folder. */
  public List<String> names() {
    return List.copyOf(files.keySet());
  }

  /** Whether we have written a file of this name. */
  public boolean lists(String name) {
    return files.containsKey(name.replace('\\', '/'));
  }

  /** Whether a file is the inventory, or listed by it and unchanged. */
  public boolean owns(String name) throws IOException {
    if (list.getFileName().toString().equals(name)) {
      return isKnown();
    }
    Boolean before = known.get(name);
    if (before == null) {
      before = isUnchanged(name);
      known.put(name, before);
    }
    return before;
  }

  /** The files that we have written and that are no longer as they were, or not there. */
  public List<String> changed() throws IOException {
    List<String> changed = new ArrayList<>();
    for (String name : files.keySet()) {
      if (!owns(name)) {
        changed.add(name);
      }
    }
    return changed;
  }

  /** An inventory may be anyone's text: what it says of files outside its folder counts nothing. */
  private boolean isUnchanged(String name) throws IOException {
    Inventory.Entry entry = files.get(name.replace('\\', '/'));
    Path folder = list.toAbsolutePath().resolveSibling("").normalize();
    Path file = folder.resolve(name).normalize();
    return entry != null
        && file.startsWith(folder)
        && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && Files.size(file) == entry.bytes()
        && Sha256.of(file).equals(entry.sha256());
  }
}

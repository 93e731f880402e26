package io.demitasse.result;

import io.demitasse.error.DemitasseException;
import io.demitasse.publish.Ownership;
import io.demitasse.publish.Place;
import io.demitasse.publish.Stat;
import io.demitasse.source.RealPath;
import io.demitasse.source.Source;
import io.demitasse.stored.StoredTensors;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The names that a result takes, what has them, and whether that may be replaced.
 *
 * @param whole whether the folder is made beside its place and put there in one step; otherwise its
 *     files take their names one by one
 * @param names of all files that may be written, relative to the folder that they lie in
 */
record Destination(Output output, boolean whole, Set<String> names) {

  static Destination of(Output output, Set<String> names) {
    return new Destination(output, output.isFolder() && canBeExchanged(output.root()), names);
  }

  /**
   * A mounted folder, the working folder, and one whose parent is closed cannot change places with
   * another.
   */
  private static boolean canBeExchanged(Path folder) {
    Path parent = folder.getParent();
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return true;
    }
    try {
      return parent != null
          && Files.isWritable(parent)
          && Files.getFileStore(parent).equals(Files.getFileStore(folder))
          && !RealPath.isSame(folder, Path.of("").toAbsolutePath());
    } catch (IOException e) {
      return false;
    }
  }

  Path root() {
    return output.root();
  }

  /** Where names are taken. */
  Place place() {
    return whole || !output.isFolder() ? beside() : inside();
  }

  private Path named() {
    return output.isFolder() ? root() : output.model();
  }

  private Place beside() {
    return new Place(named().resolveSibling(""), named().getFileName().toString());
  }

  private Place inside() {
    return new Place(root(), named().getFileName().toString());
  }

  /** Where the lock lies: beside the destination, whichever way it is replaced, if that can be. */
  Place locked() {
    return place().equals(beside()) || Files.isWritable(beside().home()) ? beside() : inside();
  }

  /** Where runs that have ended may have left something: not all replaced it in the same way. */
  List<Place> places() {
    return output.isFolder() && Files.isDirectory(root(), LinkOption.NOFOLLOW_LINKS)
        ? List.of(beside(), inside())
        : List.of(beside());
  }

  /** The file that lists what we wrote. */
  String inventory() {
    return output.json().getFileName().toString();
  }

  Ownership ours() {
    return Ownership.of(output.json());
  }

  /**
   * The original and everything else that a run reads stays as it is.
   *
   * @param read real paths
   * @throws DemitasseException (bad request) when a name that is to be written leads to one of
   *     these
   */
  void requireApart(Source source, Set<Path> read) {
    if (output.isFolder()) {
      requireApartFolder(source, read);
    }
    for (String name : names) {
      Path file = root().resolve(name);
      read.stream()
          .filter(each -> RealPath.isSame(file, each))
          .findFirst()
          .ifPresent(each -> refuse(file, each, source));
    }
  }

  private void requireApartFolder(Source source, Set<Path> read) {
    Path folder = RealPath.followed(root());
    Path original = RealPath.followed(source.path());
    boolean within = source.isFolder() && folder.startsWith(original);
    if (within || original.startsWith(folder)) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "The destination %s and the original %s contain each other; the original is never"
                  + " changed. Choose another.",
              root(),
              source.path()));
    }
    read.stream()
        .filter(each -> each.startsWith(folder))
        .findFirst()
        .ifPresent(each -> refuse(root(), each, source));
  }

  private static void refuse(Path file, Path read, Source source) {
    String what =
        RealPath.isSame(file, source.path())
            ? "is the original, which is never changed"
            : (Files.isDirectory(file) ? "holds " : "is ")
                + read
                + ", which is read and never changed";
    throw DemitasseException.badRequest(
        String.format(Locale.ROOT, "The destination %s %s. Choose another.", file, what));
  }

  /**
   * Checks what is there.
   *
   * @return what has the names now; nothing else may be replaced later
   * @throws DemitasseException (bad request) when something is there that may not be replaced
   */
  Map<Path, Stat> requireFree(boolean replace) throws IOException {
    Map<Path, Stat> found = new LinkedHashMap<>();
    for (String name : names) {
      found.put(root().resolve(name), Stat.of(root().resolve(name)));
    }
    if (output.isFolder()) {
      found.put(root(), Stat.of(root()));
      requireFolder(replace);
    } else if (Files.isDirectory(output.model())) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "The destination %s is a folder. Name a file in it, or a folder whose name does not"
                  + " end in .onnx.",
              output.model()));
    }
    if (output.isFolder() && isEmpty()) {
      return found;
    }
    List<Path> there = new ArrayList<>(found.keySet());
    there.removeIf(path -> !Files.exists(path, LinkOption.NOFOLLOW_LINKS));
    if (!there.isEmpty() && !replace) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "The destination %s exists. Choose another, or replace it with --force.",
              output.isFolder() ? root() : there.getFirst()));
    }
    requireOurs(found);
    return found;
  }

  private void requireFolder(boolean replace) throws IOException {
    Path folder = root();
    if (Files.isSymbolicLink(folder)) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "The destination %s is a link. Name the folder that it leads to, %s, or another"
                  + " place.",
              folder,
              RealPath.followed(folder)));
    }
    if (!Files.exists(folder)) {
      return;
    }
    if (!Files.isDirectory(folder)) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "The destination %s is a file, and a result by this name becomes a folder. Choose"
                  + " another, or a name that ends in .onnx.",
              folder));
    }
    if (replace && !isEmpty() && !ours().isKnown()) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "The destination %s holds files and no %s of a result that Demitasse wrote, so it is"
                  + " not replaced, not even with --force. Choose a new folder, or move what is"
                  + " there.",
              folder,
              inventory()));
    }
  }

  /** Whether a folder has nothing in it, or is not there. */
  private boolean isEmpty() throws IOException {
    if (!Files.exists(root())) {
      return true;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(root())) {
      for (Path file : files) {
        if (!place().isHidden(file.getFileName().toString())) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * The model that the caller names may be anything when it is to be replaced; what comes with it
   * must be ours, and be as we wrote it.
   */
  private void requireOurs(Map<Path, Stat> found) throws IOException {
    Ownership ours = ours();
    for (Path file : found.keySet()) {
      String name = root().relativize(file).toString();
      boolean chosen = file.equals(root()) || (!output.isFolder() && isFree(file));
      boolean there = Files.exists(file, LinkOption.NOFOLLOW_LINKS);
      if (there && !chosen && !ours.owns(name)) {
        throw notOurs(file, ours.lists(name));
      }
    }
    for (String name : ours.names()) {
      Path file = root().resolve(name);
      boolean checked = output.isFolder() || StoredTensors.isName(name);
      if (checked && Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !ours.owns(name)) {
        throw notOurs(file, true);
      }
    }
  }

  /** The model's own name, and that of its data, for which another is found. */
  private boolean isFree(Path file) {
    return file.equals(output.model())
        || file.getFileName().toString().equals(output.model().getFileName() + ResultWriter.DATA);
  }

  private static DemitasseException notOurs(Path file, boolean listed) {
    return DemitasseException.badRequest(
        String.format(
            Locale.ROOT,
            "The destination %s %s, so it is not replaced, not even with --force. Move it"
                + " elsewhere, or choose another destination.",
            file,
            listed
                ? "was changed since Demitasse wrote it"
                : "is not a file that Demitasse wrote there"));
  }
}

package io.demitasse.result;

import io.demitasse.data.Sha256;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.manifest.Manifest;
import io.demitasse.manifest.Manifests;
import io.demitasse.port.ModelFormat;
import io.demitasse.publish.Disk;
import io.demitasse.publish.Move;
import io.demitasse.publish.Ownership;
import io.demitasse.publish.Publication;
import io.demitasse.publish.Tree;
import io.demitasse.report.Inventory;
import io.demitasse.source.Companions;
import io.demitasse.source.Source;
import io.demitasse.stored.StoredTensors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Makes a result under hidden names beside its place, then has it published as one.
 *
 * <pre>
 *   .small.demitasse-1f0c.../result/   model.onnx recipe.yaml ... and what others put into small/
 *   small/                             the former result, which changes places with the new one
 * </pre>
 */
public record ResultWriter(Reservation place, ModelFormat format) {
  /** What the file of a model's large weights adds to its name. */
  static final String DATA = ".data";

  /** What is written beside the models; the JSON tells which files there are. */
  public record Texts(String recipe, Function<Inventory, String> json, String html) {}

  /**
   * Holds the place of a result.
   *
   * @param read what else the run reads, real paths
   * @param replace whether what is there may be replaced
   * @throws DemitasseException (bad request) when the place cannot be had, saying why
   */
  public static Reservation reserve(Source source, Set<Path> read, Output output, boolean replace) {
    return Reservation.of(source, read, output, replace, Disk.LOCAL);
  }

  /** The names that a result may take, relative to the folder that it lies in. */
  static Set<String> names(Source source, Output output, Companions companions) {
    Set<String> names = new LinkedHashSet<>();
    if (source.isFolder()) {
      for (Manifest.Part part : source.manifest().parts().values()) {
        Path file = Path.of(part.file()).normalize();
        names.add(file.toString());
        names.add(file + DATA);
        names.add(file.resolveSibling(ModelFormat.SHARED_DATA).toString());
      }
      names.add(Manifest.FILE);
      companions.copied().forEach(file -> names.add(file.toString()));
    } else {
      names.add(output.model().getFileName().toString());
      names.add(output.model().getFileName() + DATA);
      // Of the former result; whether this one has any is not known yet.
      Ownership.of(output.json()).names().stream()
          .filter(RewrittenFiles::isOne)
          .forEach(names::add);
    }
    for (Path text : List.of(output.recipe(), output.json(), output.html())) {
      names.add(text.getFileName().toString());
    }
    return names;
  }

  /**
   * Writes a result.
   *
   * @param found what steps of the recipe found out in files
   */
  public void write(Bundle bundle, List<StoredTensors> found, Texts texts) {
    Path root = place.destination().root();
    try (Publication publication = place.begin()) {
      try {
        Path made = publication.stage().resolve("result");
        disk().createFolder(made);
        make(bundle, found, texts, made);
        place.requireUnchanged();
        publish(publication, made);
      } catch (DemitasseException e) {
        throw toldOfPlace(e, publication.stage().resolve("result"), root);
      }
    } catch (FileAlreadyExistsException e) {
      throw Reservation.appeared(Path.of(e.getFile()));
    } catch (IOException e) {
      throw DemitasseException.backendFailed(
          String.format(
              Locale.ROOT, "Cannot write %s: %s. What was there is as it was.", root, Reason.of(e)),
          e);
    }
  }

  /** Whoever reads of a failure knows the place, not where things were made. */
  static DemitasseException toldOfPlace(DemitasseException e, Path made, Path root) {
    String message = e.getMessage().replace(made.toString(), root.toString());
    return new DemitasseException(e.kind(), message, e);
  }

  private Disk disk() {
    return place.disk();
  }

  private Source source() {
    return place.source();
  }

  private Output output() {
    return place.output();
  }

  private void make(Bundle bundle, List<StoredTensors> found, Texts texts, Path made)
      throws IOException {
    RewrittenFiles rewritten = new RewrittenFiles(source(), output());
    rewritten.requireFree(bundle, place.destination());
    format.write(models(bundle.published(), made), ModelFormat.WriteOptions.DEFAULT);
    if (source().isFolder()) {
      copyCompanions(made, rewritten.of(bundle).keySet());
    }
    for (Map.Entry<String, byte[]> file : rewritten.of(bundle).entrySet()) {
      disk().write(made.resolve(file.getKey()), file.getValue());
    }
    if (source().isFolder()) {
      write(made.resolve(Manifest.FILE), Manifests.text(source().manifest().holdingIn(bundle)));
    }
    for (StoredTensors tensors : found) {
      copy(tensors, made);
    }
    write(made.resolve(output().recipe().getFileName()), texts.recipe());
    write(made.resolve(output().html().getFileName()), texts.html());
    write(made.resolve(output().json().getFileName()), texts.json().apply(inventory(made)));
    if (place.destination().whole()) {
      carryOver(made);
    }
  }

  private void copy(StoredTensors tensors, Path made) throws IOException {
    Path copy = made.resolve(tensors.fileName());
    disk().copy(tensors.file().orElseThrow(), copy);
    if (!StoredTensors.isWhole(copy)) {
      throw new IOException("what a step found out was changed on the disk since");
    }
  }

  private void write(Path file, String text) throws IOException {
    disk().write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  private Map<Path, Model> models(Bundle bundle, Path made) throws IOException {
    Map<Path, Model> models = new LinkedHashMap<>();
    if (!source().isFolder()) {
      models.put(made.resolve(modelName()), bundle.part(Bundle.SINGLE));
      return models;
    }
    for (String part : bundle.parts().keySet()) {
      Path file = made.resolve(source().manifest().part(part).file()).normalize();
      Files.createDirectories(file.getParent());
      models.put(file, bundle.part(part));
    }
    return models;
  }

  /**
   * What a single model is called while it is made. A reader that opens the former model must find
   * the former data, so where the name of the data is taken, both are made under another, and only
   * the model changes its name.
   */
  private String modelName() {
    String name = output().model().getFileName().toString();
    if (place.destination().whole()) {
      return name;
    }
    String stem = name.substring(0, name.length() - ".onnx".length());
    String free = name;
    for (int i = 2; isTaken(free + DATA); i++) {
      free = stem + "-" + i + ".onnx";
    }
    return free;
  }

  private boolean isTaken(String name) {
    return Files.exists(place.destination().root().resolve(name), LinkOption.NOFOLLOW_LINKS);
  }

  /** The name that something made will have, relative to the folder of the result. */
  private String finalName(Path made, Path file) {
    String name = made.relativize(file).toString().replace('\\', '/');
    return !source().isFolder() && name.equals(modelName())
        ? output().model().getFileName().toString()
        : name;
  }

  private void copyCompanions(Path made, Set<String> rewritten) throws IOException {
    for (Path companion : Companions.of(source()).copied()) {
      if (rewritten.contains(companion.toString())) {
        continue;
      }
      Path copy = made.resolve(companion.toString());
      Files.createDirectories(copy.getParent());
      disk().copy(source().path().resolve(companion), copy);
    }
  }

  private Inventory inventory(Path made) throws IOException {
    Map<String, Inventory.Entry> files = new LinkedHashMap<>();
    for (Path file : Tree.files(made)) {
      files.put(finalName(made, file), new Inventory.Entry(Files.size(file), Sha256.of(file)));
    }
    return new Inventory(files);
  }

  /** What someone has put into the folder that is replaced is there in the new one, too. */
  private void carryOver(Path made) throws IOException {
    Path former = place.destination().root();
    Ownership ours = place.destination().ours();
    for (Path path : Tree.innermostFirst(former).reversed()) {
      Path relative = former.relativize(path);
      Path carried = made.resolve(relative);
      if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        if (Tree.innermostFirst(path).isEmpty()) {
          Files.createDirectories(carried);
        }
      } else if (!ours.owns(relative.toString()) && !isThere(path, carried)) {
        Files.createDirectories(carried.getParent());
        disk().link(path, carried);
      }
    }
    if (Files.isDirectory(former)) {
      PosixFileAttributeView view = Files.getFileAttributeView(made, PosixFileAttributeView.class);
      if (view != null) {
        view.setPermissions(Files.getPosixFilePermissions(former));
      }
    }
  }

  /** Whether the tensors that are to get a name have it, for they are told from others by it. */
  private static boolean isThere(Path tensors, Path named) throws IOException {
    return Files.exists(named, LinkOption.NOFOLLOW_LINKS)
        && StoredTensors.isName(tensors.getFileName().toString())
        && StoredTensors.isWhole(named);
  }

  private void publish(Publication publication, Path made) throws IOException {
    Destination destination = place.destination();
    String inventory = destination.inventory();
    if (destination.whole()) {
      Path root = destination.root();
      publication.commit(List.of(new Move(made, root, place.replaced(root))), List.of(), inventory);
      return;
    }
    List<Move> moves = new ArrayList<>();
    Set<Path> named = new LinkedHashSet<>();
    List<CreatedDirectories> folders = new ArrayList<>();
    try {
      for (Path file : inOrder(made)) {
        Path name = destination.root().resolve(finalName(made, file));
        named.add(name);
        if (isThere(file, name)) {
          continue;
        }
        folders.add(CreatedDirectories.above(name));
        moves.add(new Move(file, name, place.replaced(name)));
      }
      publication.commit(moves, obsolete(named), inventory);
    } finally {
      folders.reversed().forEach(CreatedDirectories::remove);
    }
  }

  /**
   * What we wrote before and do not write again.
   *
   * @param taken all names of the new result
   */
  private List<Path> obsolete(Set<Path> taken) throws IOException {
    Destination destination = place.destination();
    Ownership ours = destination.ours();
    List<Path> obsolete = new ArrayList<>();
    for (String name : ours.names()) {
      Path file = destination.root().resolve(name).normalize();
      if (file.startsWith(destination.root()) && !taken.contains(file) && ours.owns(name)) {
        obsolete.add(file);
      }
    }
    obsolete.removeAll(ofOthers());
    return obsolete;
  }

  /** What other results in the same folder list: tensors may be those of several recipes. */
  private Set<Path> ofOthers() throws IOException {
    Destination destination = place.destination();
    Set<Path> files = new LinkedHashSet<>();
    try (DirectoryStream<Path> lists = Files.newDirectoryStream(destination.root(), "*.json")) {
      for (Path list : lists) {
        if (!list.endsWith(destination.inventory())) {
          Ownership.of(list).names().forEach(name -> files.add(list.resolveSibling(name)));
        }
      }
    }
    return files;
  }

  /** Data before the models that read them; what lists all others comes last. */
  private List<Path> inOrder(Path made) throws IOException {
    List<Path> files = new ArrayList<>(Tree.files(made));
    files.sort(Comparator.comparing(this::rank));
    return files;
  }

  private int rank(Path file) {
    String name = file.getFileName().toString();
    if (name.equals(place.destination().inventory())) {
      return 3;
    }
    boolean isRead = name.endsWith(DATA) || StoredTensors.isName(name);
    return isRead ? 0 : name.endsWith(".onnx") ? 1 : 2;
  }
}

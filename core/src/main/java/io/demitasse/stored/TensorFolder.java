package io.demitasse.stored;

import io.demitasse.data.Sha256;
import io.demitasse.error.Cancellation;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.ir.Tensor;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A folder of stored tensors. A file gets its name when it is whole, so whatever has a name was
 * written to its end, also by a run that was killed. Used by one thread at a time.
 */
public final class TensorFolder {
  /** What a file is called that is being written. */
  private static final String UNFINISHED = ".unfinished";

  private static final int PIECE = 1 << 16;

  private final Path folder;

  /**
   * @param folder is made when there is something to keep
   */
  public TensorFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Keeps tensors; the same ones are kept once.
   *
   * @throws DemitasseException (backend failed) when they cannot be written
   */
  public StoredTensors store(Map<String, Tensor> tensors) {
    return written(out -> TensorFile.write(tensors, out));
  }

  /**
   * Keeps a copy of what lies elsewhere, where others may change it.
   *
   * @throws DemitasseException (bad request) when it is not what it is named by; (backend failed)
   *     when it cannot be written
   */
  public StoredTensors copy(StoredTensors elsewhere) {
    Optional<StoredTensors> here = find(elsewhere.sha256());
    if (here.isPresent()) {
      return here.get();
    }
    Path file = elsewhere.whole();
    StoredTensors copy = written(out -> copy(file, out));
    if (!copy.equals(elsewhere)) {
      throw DemitasseException.badRequest(file + " was changed while it was read; run again.");
    }
    return copy;
  }

  /** A name in this folder that nothing has, for a file that is to be {@linkplain #take taken}. */
  public Path unfinished() throws IOException {
    Files.createDirectories(folder);
    Path file = Files.createTempFile(folder, "", UNFINISHED);
    Files.delete(file);
    return file;
  }

  /**
   * Keeps a file that others have written to its end, by giving it its name.
   *
   * @param unfinished a file of {@link TensorFile} in this folder, under an {@linkplain
   *     #unfinished() unfinished} name
   */
  public StoredTensors take(Path unfinished) throws IOException {
    StoredTensors stored = StoredTensors.checked(Sha256.of(unfinished), folder);
    Files.move(unfinished, folder.resolve(stored.fileName()), StandardCopyOption.ATOMIC_MOVE);
    return stored;
  }

  /** All that has the name of stored tensors, whether it is whole or not. */
  public List<StoredTensors> named() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(StoredTensors::isName)
          .sorted()
          .map(name -> new StoredTensors(name.substring(0, name.indexOf('.')), folder))
          .toList();
    }
  }

  /** Deletes whatever else was kept here. */
  public void keepOnly(Set<StoredTensors> kept) throws IOException {
    Set<String> names = kept.stream().map(StoredTensors::fileName).collect(Collectors.toSet());
    try (Stream<Path> files = Files.list(folder)) {
      files
          .filter(file -> isOurs(file) && !names.contains(file.getFileName().toString()))
          .forEach(TensorFolder::delete);
    }
  }

  private static void copy(Path file, OutputStream out) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] piece = new byte[PIECE];
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        Cancellation.check();
        out.write(piece, 0, read);
      }
    }
  }

  /** What is kept under a hash; empty where it is none, nothing is there, or it was changed. */
  public Optional<StoredTensors> find(String sha256) {
    return StoredTensors.isHash(sha256) && new StoredTensors(sha256, folder).problem().isEmpty()
        ? Optional.of(StoredTensors.checked(sha256, folder))
        : Optional.empty();
  }

  private interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private StoredTensors written(Content content) {
    Path unfinished = null;
    try {
      Files.createDirectories(folder);
      unfinished = Files.createTempFile(folder, "", UNFINISHED);
      MessageDigest digest = Sha256.digest();
      try (OutputStream out =
          new BufferedOutputStream(
              new DigestOutputStream(Files.newOutputStream(unfinished), digest), PIECE)) {
        content.writeTo(out);
      }
      String sha256 = HexFormat.of().formatHex(digest.digest());
      StoredTensors stored = StoredTensors.checked(sha256, folder);
      if (find(sha256).isEmpty()) {
        Files.move(unfinished, folder.resolve(stored.fileName()), StandardCopyOption.ATOMIC_MOVE);
      }
      return stored;
    } catch (IOException e) {
      throw DemitasseException.backendFailed(
          "What a step found out cannot be kept in "
              + folder
              + ": "
              + Reason.of(e)
              + ". Make room, or have temporary files made elsewhere.",
          e);
    } finally {
      if (unfinished != null) {
        delete(unfinished);
      }
    }
  }

  /** Deletes what was kept in a folder, and the folder where nothing else is in it. */
  public static void clear(Path folder) {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      files.filter(TensorFolder::isOurs).forEach(TensorFolder::delete);
    } catch (IOException e) {
      return; // What nobody can list stays.
    }
    delete(folder);
  }

  private static boolean isOurs(Path file) {
    String name = file.getFileName().toString();
    return StoredTensors.isName(name) || name.endsWith(UNFINISHED);
  }

  /** A file, or a folder that is empty; what cannot be deleted stays. */
  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // It does no harm: it is not what anybody looks for.
    }
  }
}

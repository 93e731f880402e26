package io.demitasse.stored;

import io.demitasse.data.Sha256;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.ir.Tensor;
import io.demitasse.manifest.InnerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tensors in a file that is named by the SHA-256 of its content. What they are follows from the
 * hash; where the file lies does not matter, so two of one hash are equal.
 */
public final class StoredTensors {
  private static final String ENDING = ".tensors";
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

  private final String sha256;
  private final @Nullable Path folder;

  /** Whether the folder is ours, and the content was compared with the name when it came there. */
  private final boolean checked;

  /**
   * Tensors that have not been looked at.
   *
   * @param folder where the file is; null where nobody has said
   * @throws IllegalArgumentException when it is no hash: nothing else becomes the name of a file
   */
  public StoredTensors(String sha256, @Nullable Path folder) {
    this(sha256, folder, false);
  }

  private StoredTensors(String sha256, @Nullable Path folder, boolean checked) {
    if (!isHash(sha256)) {
      throw new IllegalArgumentException("a SHA-256 has 64 digits from 0 to f, got " + sha256);
    }
    this.sha256 = sha256;
    this.folder = folder;
    this.checked = checked;
  }

  /** Tensors in a folder that nobody else writes to, as they came there. */
  static StoredTensors checked(String sha256, Path folder) {
    return new StoredTensors(sha256, folder, true);
  }

  /** Whether a text is a hash, in the one way of writing it. */
  public static boolean isHash(String text) {
    return HASH.matcher(text).matches();
  }

  /** Whether a file, by its name, holds stored tensors. */
  public static boolean isName(String file) {
    return file.endsWith(ENDING) && isHash(file.substring(0, file.length() - ENDING.length()));
  }

  /** Whether a file that has the name of stored tensors has their content, too. */
  public static boolean isWhole(Path file) throws IOException {
    String name = file.getFileName().toString();
    return isName(name)
        && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && name.equals(Sha256.of(file) + ENDING);
  }

  public String sha256() {
    return sha256;
  }

  /** What the file is called, wherever it lies. */
  public String fileName() {
    return sha256 + ENDING;
  }

  /** Where the file lies, whether it is there or not; empty where nobody has said. */
  public Optional<Path> file() {
    return Optional.ofNullable(folder).map(place -> place.resolve(fileName()));
  }

  /**
   * What keeps these tensors from being read, as a sentence without its end; empty when nothing
   * does. Reads the whole file.
   */
  public Optional<String> problem() {
    try {
      Path file = located();
      String found = Sha256.of(file);
      return found.equals(sha256)
          ? Optional.empty()
          : Optional.of(
              file
                  + " was changed: its SHA-256 is "
                  + found
                  + ", expected is what it is named by. Bring back the file that was written with"
                  + " the recipe");
    } catch (IOException e) {
      return Optional.of(Reason.of(e));
    }
  }

  /**
   * The file, where it can be read and its header fits its size.
   *
   * @throws IOException telling why there is none
   */
  private Path located() throws IOException {
    if (folder == null) {
      throw new IOException(
          "where the file "
              + fileName()
              + " lies is not known, since the recipe was read from a text. Read the file of the"
              + " recipe, which it lies beside");
    }
    Path absolute = folder.toAbsolutePath().normalize();
    Path named = absolute.resolve(fileName());
    if (!Files.exists(named, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(
          named
              + " is missing. It was written beside the recipe: put it there again, or take the"
              + " lines under 'found' out of the step, so that it is found out anew");
    }
    Path file =
        InnerFile.of(absolute, fileName())
            .filter(Files::isRegularFile)
            .orElseThrow(
                () ->
                    new IOException(
                        named
                            + " is no file in this folder, but a folder, a pipe, or a link out of"
                            + " it. Put the file itself there"));
    try {
      TensorFileReader.of(file);
    } catch (IOException e) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s cannot be read: %s. Bring back the file that was written with the recipe",
              named,
              Reason.of(e)),
          e);
    }
    return file;
  }

  /**
   * The file once its content was found to be what it is named by.
   *
   * @throws DemitasseException (bad request) telling what is wrong with it
   */
  Path whole() {
    problem()
        .ifPresent(
            problem -> {
              throw DemitasseException.badRequest(problem + ".");
            });
    return file().orElseThrow();
  }

  /**
   * The tensors by name, mapped, so that the file has to stay as it is.
   *
   * @throws DemitasseException (bad request) when the file cannot be read or is not what it is
   *     named by
   */
  public Map<String, Tensor> read() {
    Path file = checked ? file().orElseThrow() : whole();
    try {
      return TensorFile.read(file);
    } catch (IOException e) {
      throw DemitasseException.badRequest(file + " cannot be read: " + Reason.of(e) + ".");
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof StoredTensors stored && stored.sha256.equals(sha256);
  }

  @Override
  public int hashCode() {
    return sha256.hashCode();
  }

  @Override
  public String toString() {
    return fileName();
  }
}

package io.demitasse.media.text;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.error.RegularFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the tokenizer and the pooling configuration that lie beside a model. */
public final class TokenizerFiles {
  private static final String NAME = "tokenizer.json";

  private TokenizerFiles() {}

  /**
   * The tokenizer of a model: {@code NAME-tokenizer.json} for a model file {@code NAME.onnx}, else
   * {@code tokenizer.json}, else the only file whose name ends so. Repositories that keep their
   * models in a folder {@code onnx} have it one level up.
   *
   * @param model the model file or its folder
   * @throws DemitasseException (bad request) when what is called so is no file
   */
  public static Optional<Path> tokenizer(Path model) {
    Path folder = folder(model);
    if (Files.isRegularFile(model)) {
      String file = model.getFileName().toString();
      int dot = file.lastIndexOf('.');
      Path own = folder.resolve((dot < 0 ? file : file.substring(0, dot)) + "-" + NAME);
      if (RegularFile.isAt(own)) {
        return Optional.of(own);
      }
    }
    return repository(folder)
        .map(place -> place.resolve(NAME))
        .filter(RegularFile::isAt)
        .findFirst()
        .or(() -> only(folder));
  }

  /** Sentence-transformers' pooling configuration of a model, where it has one. */
  static Optional<Path> pooling(Path model) {
    return repository(folder(model))
        .map(place -> place.resolve("1_Pooling").resolve("config.json"))
        .filter(RegularFile::isAt)
        .findFirst();
  }

  private static Path folder(Path model) {
    Path absolute = model.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    return Files.isDirectory(absolute) || parent == null ? absolute : parent;
  }

  private static Stream<Path> repository(Path folder) {
    Path parent = folder.getParent();
    return folder.endsWith("onnx") && parent != null
        ? Stream.of(folder, parent)
        : Stream.of(folder);
  }

  private static Optional<Path> only(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found =
          files.filter(file -> file.getFileName().toString().endsWith("-" + NAME)).toList();
      return found.size() == 1 && RegularFile.isAt(found.getFirst())
          ? Optional.of(found.getFirst())
          : Optional.empty();
    } catch (IOException e) {
      throw new DemitasseException(
          DemitasseException.Kind.BAD_REQUEST,
          "Cannot list folder " + folder + ": " + Reason.of(e),
          e);
    }
  }
}

package io.demitasse.media.program;

import io.demitasse.error.RegularFile;
import io.demitasse.media.image.PreprocessorConfig;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the configuration of a model's pictures. */
final class PictureFiles {
  private PictureFiles() {}

  /**
   * The {@value PreprocessorConfig#FILE} of a model by itself. Repositories that keep their models
   * in a folder {@code onnx} have it one level up.
   *
   * @param model the model's file
   */
  static Optional<Path> preprocessor(Path model) {
    Path folder = model.toAbsolutePath().normalize().getParent();
    if (folder == null) {
      return Optional.empty();
    }
    Path above = folder.endsWith("onnx") ? folder.resolveSibling("") : folder;
    return Stream.of(folder, above)
        .map(place -> place.resolve(PreprocessorConfig.FILE))
        .filter(RegularFile::isAt)
        .findFirst();
  }

  /**
   * The {@value PreprocessorConfig#FILE} beside a model, else that of the bundle.
   *
   * @param folder of the bundle
   * @param model the model's file, relative to the folder
   */
  static Optional<Path> preprocessor(Path folder, String model) {
    return Stream.of(
            folder.resolve(model).resolveSibling(PreprocessorConfig.FILE),
            folder.resolve(PreprocessorConfig.FILE))
        .map(Path::normalize)
        .filter(RegularFile::isAt)
        .findFirst();
  }
}

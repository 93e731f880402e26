package io.demitasse.media.program;

import io.demitasse.media.image.PreprocessorConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the configuration of a model's pictures. */
final class PictureFiles {
  private PictureFiles() {}

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
        .filter(Files::isRegularFile)
        .findFirst();
  }
}

package io.demitasse.bench;

import io.demitasse.evaluate.BundleFiles;
import io.demitasse.evaluate.Evaluator;
import io.demitasse.evaluate.Task;
import io.demitasse.ir.Bundle;
import io.demitasse.port.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/** Text encoders on the class path as files, and how they are scored. */
final class TextEncoderFiles {
  private TextEncoderFiles() {}

  /** Copies a file of the class path. */
  static Path extract(String resource, Path file) throws IOException {
    try (InputStream in = TextEncoderFiles.class.getResourceAsStream("/" + resource)) {
      if (in == null) {
        throw new IllegalStateException("no " + resource + " on the class path");
      }
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    }
    return file;
  }

  static BundleFiles of(Path file) {
    return BundleFiles.of(Ports.find().format(), Map.of(Bundle.SINGLE, file));
  }

  static List<Task.Score> scores(Evaluator evaluator, Path file) {
    return evaluator.review(evaluator.task().scores(), of(file), (done, total) -> {});
  }

  static Task.Score score(List<Task.Score> scores, String metric) {
    return scores.stream()
        .filter(score -> score.metric().equals(metric))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no metric " + metric));
  }
}

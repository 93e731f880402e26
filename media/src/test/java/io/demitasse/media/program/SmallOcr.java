package io.demitasse.media.program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Models that take and give what those of the program ocr do, and read nothing. */
final class SmallOcr {
  static final String DETECTOR =
      """
      ir 8, opset 17

      graph detector(x: float[B,3,H,W]) -> (map: float[B,1,H,W]) {
        map = ReduceMean(x) <axes=[1]>
      }
      """;

  static final String CLASSIFIER =
      """
      ir 8, opset 17

      graph classifier(x: float[B,3,48,192]) -> (scores: float[B,2]) {
        w = float[3,2] ~ 1
        mean = ReduceMean(x) <axes=[2, 3], keepdims=0>
        scores = MatMul(mean, w)
      }
      """;

  /** Tells 7 classes apart: 5 keys, the blank and the space. */
  static final String RECOGNIZER =
      """
      ir 8, opset 17

      graph recognizer(x: float[B,3,48,W]) -> (scores: float[B,W,7]) {
        w = float[3,7] ~ 2
        mean = ReduceMean(x) <axes=[2], keepdims=0>
        columns = Transpose(mean) <perm=[0, 2, 1]>
        scores = MatMul(columns, w)
      }
      """;

  private SmallOcr() {}

  static Path in(Path folder) throws IOException {
    Files.createDirectories(folder);
    SmallTowers.write(DETECTOR, folder.resolve("small_det.onnx"));
    SmallTowers.write(CLASSIFIER, folder.resolve("small_cls.onnx"));
    SmallTowers.write(RECOGNIZER, folder.resolve("small_rec.onnx"));
    Files.write(folder.resolve("keys.txt"), List.of("a", "b", "c", "d", "e"));
    Files.writeString(folder.resolve("README.txt"), "Small models.\n");
    return folder;
  }
}

package io.demitasse.app;

import io.demitasse.ir.TextGraph;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** A folder of two towers, of which that for texts is the {@link SmallEncoder}. */
final class SmallBundle {
  private static final String VISION =
      """
      ir 8, opset 17

      graph vision(pixel_values: float[batch,3,8,8]) -> (image_embeds: float[batch,32]) {
        project = float[3,32] ~ 1
        pooled = ReduceMean(pixel_values) <axes=[2, 3], keepdims=0>
        image_embeds = MatMul(pooled, project)
      }
      """;

  private static final String MANIFEST =
      """
      demitasse-bundle: 1
      program: two-tower
      parts:
        vision:
          file: vision.onnx
          modality: image
          preprocessing:
            resize: {width: 8, height: 8}
            filter: pillow-bilinear
            scale: 0.00392156862745098
        text:
          file: encoder.onnx
          modality: text
      """;

  private SmallBundle() {}

  /** Writes models, tokenizer and description. */
  static Path in(Path folder) throws IOException {
    SmallEncoder.in(folder);
    Ports.find()
        .format()
        .write(
            TextGraph.parse(VISION),
            folder.resolve("vision.onnx"),
            ModelFormat.WriteOptions.DEFAULT);
    Files.writeString(folder.resolve("bundle.yaml"), MANIFEST);
    return folder;
  }

  /** Writes two pictures and two texts. */
  static Path data(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (int i = 1; i <= 2; i++) {
      BufferedImage picture = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
      picture.setRGB(i, i, 0xffffff);
      ImageIO.write(picture, "png", folder.resolve(i + ".png").toFile());
      Files.writeString(folder.resolve(i + ".txt"), "cup number " + i);
    }
    return folder;
  }
}

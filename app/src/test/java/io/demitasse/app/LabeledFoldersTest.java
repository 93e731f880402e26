package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.TextGraph;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A picture classifier and pictures in folders of its classes. */
final class LabeledFoldersTest {
  @TempDir private Path folder;

  /** A model that tells red, green and blue pictures from each other, and six pictures. */
  @BeforeEach
  void make() throws IOException {
    Ports.find()
        .format()
        .write(
            TextGraph.parse(
                """
                ir 10, opset 17

                graph main(x: float[B,3,8,8]) -> (y) {
                  w = float[3,3] {1, 0, 0, 0, 1, 0, 0, 0, 1}
                  p = GlobalAveragePool(x)
                  f = Flatten(p)
                  y = Gemm(f, w)
                }
                """),
            folder.resolve("colors.onnx"),
            ModelFormat.WriteOptions.DEFAULT);
    draw("red", Color.RED);
    draw("green", Color.GREEN);
    draw("blue", Color.BLUE);
  }

  @Test
  void accuracyIsMeasuredAndCanBeLimited() throws IOException {
    Files.writeString(folder.resolve("labels.txt"), "red\ngreen\nblue\n");

    Invocation run =
        Invocation.of(
            "compress",
            folder.resolve("colors.onnx"),
            "-o",
            folder.resolve("small.onnx"),
            "--data",
            folder.resolve("pictures"),
            "--budget",
            "drop(accuracy)<=1%",
            "--timing",
            1);

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.toString())
        .contains("the folders name classes in labels.txt")
        .containsPattern("accuracy +(1|100)");
  }

  @Test
  void withoutNamesOfClassesTheOrderIsSaidAloud() {
    Path model = folder.resolve("colors.onnx");

    Invocation run =
        Invocation.of("evaluate", model, "--against", model, "--data", folder.resolve("pictures"));

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.toString())
        .contains("sorted order", "0 = blue, 1 = green, 2 = red")
        .containsPattern("accuracy +0?\\.?33");
  }

  private void draw(String name, Color color) throws IOException {
    BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(color);
    graphics.fillRect(0, 0, 8, 8);
    graphics.dispose();
    Path place = Files.createDirectories(folder.resolve("pictures").resolve(name));
    ImageIO.write(image, "png", place.resolve("1.png").toFile());
    ImageIO.write(image, "png", place.resolve("2.png").toFile());
  }
}

package io.demitasse.media.task;

import static io.demitasse.media.task.ScriptedProgram.score;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.Demitasse;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.Task.Score;
import io.demitasse.evaluate.TaskProvider;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.media.program.SingleProgram;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Boxes and masks. */
class PictureTasksTest {
  @TempDir private Path folder;

  @BeforeEach
  void draw() throws IOException {
    for (String name : List.of("a.png", "b.png")) {
      BufferedImage image = new BufferedImage(16, 8, BufferedImage.TYPE_INT_RGB);
      for (int x = 8; x < 16; x++) {
        for (int y = 0; y < 8; y++) {
          image.setRGB(x, y, 0xffffff);
        }
      }
      ImageIO.write(image, "png", folder.resolve(name).toFile());
    }
    // The right half is of class 1, and what is asked of its last column is nothing.
    BufferedImage mask = new BufferedImage(16, 8, BufferedImage.TYPE_BYTE_GRAY);
    for (int x = 8; x < 16; x++) {
      for (int y = 0; y < 8; y++) {
        mask.getRaster().setSample(x, y, 0, x == 15 ? 255 : 1);
      }
    }
    ImageIO.write(mask, "png", folder.resolve("mask.png").toFile());
  }

  /** Two scores of each pixel of a picture that was resized to 4 x 4: dark and bright. */
  private static Model segmenter() {
    return TextGraph.parse(
        """
        ir 10, opset 17

        graph main(x: float[1,3,4,4]) -> (y: float[1,2,4,4]) {
          w = float[2,3,1,1] {-1, -1, -1, 1, 1, 1}
          y = Conv(x, w)
        }
        """);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private Task task(String name, Model model, Path data) {
    Path file = folder.resolve("model.onnx");
    return TaskProvider.find(
        new TaskProvider.Request(
            name,
            Bundle.of(model),
            SingleProgram.of(model, file, SingleProgram.Options.DEFAULT),
            file,
            data,
            Map.of(),
            7));
  }

  private Path masked() throws IOException {
    return write("m.csv", "image,mask\na.png,mask.png\nb.png,mask.png\n");
  }

  @Test
  void aModelThatTellsDarkFromBrightSegmentsPictures() throws IOException {
    Path model = folder.resolve("model.onnx");
    Ports.find().format().write(segmenter(), model, ModelFormat.WriteOptions.DEFAULT);

    List<ScoreComparison> scores =
        Demitasse.open(model).task("segmentation").data(masked()).evaluate(model).scores();

    assertThat(scores)
        .extracting(ScoreComparison::metric)
        .containsExactly("mean iou", "pixel accuracy");
    assertThat(scores.getFirst().baseline().value()).isEqualTo(1);
    assertThat(scores.getFirst().degradation().value()).isZero();
  }

  @Test
  void masksAreComparedAtTheirOwnPixels() throws IOException {
    Task task = task("segmentation", segmenter(), masked());
    Tensor left = Tensor.ofNumbers(DataType.INT64, new long[] {1, 2, 4}, 1, 1, 0, 0, 1, 1, 0, 0);
    Tensor three = Tensor.ofNumbers(DataType.INT32, new long[] {1, 1, 1, 4}, 0, 1, 1, 1);
    List<Map<String, Tensor>> outputs = List.of(Map.of("y", left), Map.of("y", three));

    List<Score> scores = task.scores().of(outputs, outputs);

    // Of 15 columns asked for in each, 1 is right in 8-14 and said in 0-7, then in 4-14.
    // Class 0: 4 shared, of 16 right, 7 + 4 said. Class 1: 7 shared of 14 right, 8 + 11 said.
    assertThat(scores.getFirst().value())
        .isCloseTo((4 / (16 + 11 - 4.0) + 7 / (14 + 19 - 7.0)) / 2, within(1e-12));
    assertThat(scores.getLast().value()).isCloseTo(11 / 30.0, within(1e-12));
  }

  @Test
  void masksThatCannotBeUsedAreToldTogether() throws IOException {
    Path data =
        write(
            "bad.jsonl",
            """
            {"image": "a.png"}
            {"image": "a.png", "mask": "../mask.png"}
            {"image": "a.png", "mask": "none.png"}
            {"image": "a.png", "mask": "a.png"}
            """);

    assertThatThrownBy(() -> task("segmentation", segmenter(), data))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContainingAll(
            "4 of 4 samples",
            "has no mask",
            "names the mask ../mask.png, which is outside the folder of the list",
            "none.png",
            "it has 3 channels");
    List<Map<String, Tensor>> vectors =
        List.of(
            Map.of("y", Tensor.ofFloats(new long[] {1}, 1)),
            Map.of("y", Tensor.ofFloats(new long[] {1}, 1)));
    Path masked = masked();
    assertThatThrownBy(
            () -> task("segmentation", segmenter(), masked).scores().of(vectors, vectors))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("needs scores [1,C,H,W] of two classes at least");
  }

  private Path coco() throws IOException {
    return write(
        "coco.json",
        """
        {"images": [{"id": 1, "file_name": "a.png"}, {"id": 2, "file_name": "b.png"}],
         "annotations": [{"image_id": 1, "bbox": [8, 0, 8, 8], "category_id": 3}],
         "categories": [{"id": 3, "name": "cup"}, {"id": 5, "name": "sun"}]}
        """);
  }

  /** The precision of what is said of the first picture, where nothing is said of the second. */
  private double precision(Map<String, Tensor> said, Map<String, Tensor> nothing)
      throws IOException {
    List<Map<String, Tensor>> outputs = List.of(said, nothing);
    return score(
            task("detection", segmenter(), coco()).scores().of(outputs, outputs),
            "mean average precision")
        .value();
  }

  private static Tensor floats(long[] sizes, float... values) {
    return Tensor.ofFloats(sizes, values);
  }

  @Test
  void boxesAreReadInTheFormsOfExporters() throws IOException {
    long[] none = {1, 0, 4};
    long[] empty = {1, 0};
    // The picture of 16 x 8 is resized to 4 x 4: its right half begins at column 2.
    Map<String, Tensor> pixels =
        Map.of(
            "boxes", floats(new long[] {1, 4}, 2, 0, 4, 4),
            "scores", floats(new long[] {1}, .9f),
            "labels", Tensor.ofLongs(new long[] {1}, 3));
    Map<String, Tensor> nothing =
        Map.of(
            "boxes", floats(none),
            "scores", floats(empty),
            "labels", Tensor.ofLongs(empty));
    assertThat(precision(pixels, nothing)).isCloseTo(1, within(1e-12));

    Map<String, Tensor> tensorflow =
        Map.of(
            "detection_boxes", floats(new long[] {1, 1, 4}, 0, .5f, 1, 1),
            "detection_scores", floats(new long[] {1, 1}, .9f),
            "detection_classes", floats(new long[] {1, 1}, 3));
    assertThat(precision(tensorflow, nothing)).isCloseTo(1, within(1e-12));

    Map<String, Tensor> transformer =
        Map.of(
            "pred_boxes", floats(new long[] {1, 1, 4}, .75f, .5f, .5f, 1),
            "logits", floats(new long[] {1, 1, 5}, 0, 0, 0, 4, 9));
    assertThat(precision(transformer, nothing)).isCloseTo(1, within(1e-12));

    Map<String, Tensor> rows =
        Map.of("output0", floats(new long[] {1, 2, 6}, 2, 0, 4, 4, .9f, 3, 0, 0, 1, 1, .1f, 0));
    assertThat(precision(rows, nothing)).isCloseTo(1, within(1e-12));
  }

  @Test
  void wrongBoxesAndClassesCount() throws IOException {
    Map<String, Tensor> nothing = Map.of("output0", floats(new long[] {0, 6}));
    // In the other half; of another class; in the right place after a wrong one that was surer.
    assertThat(precision(Map.of("o", floats(new long[] {1, 6}, 0, 0, 2, 4, .9f, 3)), nothing))
        .isZero();
    assertThat(precision(Map.of("o", floats(new long[] {1, 6}, 2, 0, 4, 4, .9f, 5)), nothing))
        .isZero();
    assertThat(
            precision(
                Map.of("o", floats(new long[] {2, 6}, 2, 0, 4, 4, .8f, 3, 0, 0, 2, 4, .9f, 3)),
                nothing))
        .isCloseTo(.5, within(1e-12));
    assertThat(
            precision(Map.of("o", floats(new long[] {1, 6}, Float.NaN, 0, 4, 4, .8f, 3)), nothing))
        .isZero();
  }

  @Test
  void namesBesideTheModelTellItsClasses() throws IOException {
    write("labels.txt", "Cup\nother\n");
    Map<String, Tensor> nothing = Map.of("output0", floats(new long[] {0, 6}));

    assertThat(precision(Map.of("o", floats(new long[] {1, 6}, 2, 0, 4, 4, .9f, 0)), nothing))
        .isCloseTo(1, within(1e-12));
    // With as many scores as names there is no class that is none.
    assertThat(
            precision(
                Map.of(
                    "pred_boxes", floats(new long[] {1, 4}, .75f, .5f, .5f, 1),
                    "logits", floats(new long[] {1, 2}, 2, 1)),
                nothing))
        .isCloseTo(1, within(1e-12));

    write("labels.txt", "tree\nother\n");
    assertThatThrownBy(() -> task("detection", segmenter(), coco()))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContainingAll("Nothing tells which classes", "such as 'cup'", "labels.txt");
  }

  @Test
  void whatHasNoBoxesIsRefused() throws IOException {
    Path none = write("none.json", "{\"images\": [{\"id\": 1, \"file_name\": \"a.png\"}]}");
    assertThatThrownBy(() -> task("detection", segmenter(), none))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("has a box; the task detection needs pictures with boxes");
    assertThatThrownBy(() -> precision(Map.of("y", floats(new long[] {2}, 1, 2)), Map.of()))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("The task detection needs boxes [N,4]");
  }
}

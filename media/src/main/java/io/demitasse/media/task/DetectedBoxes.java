package io.demitasse.media.task;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Tensor;
import io.demitasse.media.image.Placement;
import io.demitasse.media.metric.BoxPrecision.Box;
import io.demitasse.media.metric.BoxPrecision.Found;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Boxes among the outputs of a detector, in one of the forms that exporters write for one picture.
 *
 * <pre>
 *   boxes [N,4] left, top, right, bottom; scores [N]; labels [N]                      torchvision
 *   detection_boxes [N,4] top, left, bottom, right; detection_scores; detection_classes  TensorFlow
 *   pred_boxes [N,4] center and size; logits [N,C]                                     DETR, RT-DETR
 *   one output [N,6] left, top, right, bottom, score, class                     YOLO with its choice
 * </pre>
 *
 * <p>Each may have a batch of one in front. Numbers are pixels of the input, or shares of it where
 * none is above 1. Of {@code logits} the last class is none where there is one more class than
 * names; then they are read by softmax, else by sigmoid. Boxes that were not chosen among their
 * overlapping neighbors, as the raw grid of a YOLO, have no such form.
 *
 * @param sides four numbers a box: left, top, right, bottom
 */
@SuppressWarnings("ArrayRecordComponent")
record DetectedBoxes(double[] sides, double[] scores, int[] classes) {
  /** Shares may be above 1 by as much, where a box sticks out. */
  private static final double SHARE = 1.5;

  private static final int COLUMNS = 6;

  /**
   * Reads the boxes.
   *
   * @param names how many classes have names; 0 where none do
   * @throws DemitasseException (bad request) when outputs have none of the forms
   */
  static DetectedBoxes of(Map<String, Tensor> outputs, int names) {
    Tensor boxes = outputs.get("boxes");
    if (boxes != null) {
      return of(boxes, outputs.get("scores"), outputs.get("labels"), outputs);
    }
    Tensor rows = outputs.get("detection_boxes");
    if (rows != null) {
      return of(rows, outputs.get("detection_scores"), outputs.get("detection_classes"), outputs)
          .withRowsFirst();
    }
    Tensor centers = outputs.get("pred_boxes");
    Tensor logits = outputs.get("logits");
    if (centers != null && logits != null && centers.size(-1) == 4) {
      return ofLogits(centers.toDoubles(), logits, names);
    }
    return outputs.values().stream()
        .filter(each -> each.rank() >= 2 && each.size(-1) == COLUMNS)
        .findFirst()
        .map(DetectedBoxes::ofColumns)
        .orElseThrow(() -> unknown(outputs));
  }

  private static DemitasseException unknown(Map<String, Tensor> outputs) {
    return DemitasseException.badRequest(
        "The task detection needs boxes [N,4], scores [N] and labels [N]; detection_boxes,"
            + " detection_scores and detection_classes; pred_boxes [N,4] and logits [N,C]; or one"
            + " output [N,6] of left, top, right, bottom, score and class. The model gives "
            + outputs
            + ". Use the task agreement.");
  }

  private static DetectedBoxes of(
      Tensor boxes,
      @Nullable Tensor scores,
      @Nullable Tensor classes,
      Map<String, Tensor> outputs) {
    if (scores == null
        || classes == null
        || boxes.elementCount() != 4 * scores.elementCount()
        || classes.elementCount() != scores.elementCount()) {
      throw unknown(outputs);
    }
    double[] numbers = classes.toDoubles();
    int[] whole = new int[numbers.length];
    for (int i = 0; i < whole.length; i++) {
      whole[i] = (int) numbers[i];
    }
    return new DetectedBoxes(boxes.toDoubles(), scores.toDoubles(), whole);
  }

  private DetectedBoxes withRowsFirst() {
    double[] turned = new double[sides.length];
    for (int i = 0; i < turned.length; i++) {
      turned[i] = sides[i ^ 1];
    }
    return new DetectedBoxes(turned, scores, classes);
  }

  private static DetectedBoxes ofColumns(Tensor output) {
    double[] values = output.toDoubles();
    int count = values.length / COLUMNS;
    double[] sides = new double[4 * count];
    double[] scores = new double[count];
    int[] classes = new int[count];
    for (int box = 0; box < count; box++) {
      System.arraycopy(values, COLUMNS * box, sides, 4 * box, 4);
      scores[box] = values[COLUMNS * box + 4];
      classes[box] = (int) values[COLUMNS * box + 5];
    }
    return new DetectedBoxes(sides, scores, classes);
  }

  private static DetectedBoxes ofLogits(double[] centers, Tensor logits, int names) {
    int width = Math.toIntExact(logits.size(-1));
    boolean softmax = names == 0 || width == names + 1;
    float[] values = logits.toFloats();
    int count = Math.min(centers.length / 4, values.length / width);
    double[] sides = new double[4 * count];
    double[] scores = new double[count];
    int[] classes = new int[count];
    for (int box = 0; box < count; box++) {
      double[] probabilities = new double[width];
      double sum = 0;
      for (int i = 0; i < width; i++) {
        double logit = values[box * width + i];
        probabilities[i] = softmax ? Math.exp(logit) : 1 / (1 + Math.exp(-logit));
        sum += probabilities[i];
      }
      int said = 0;
      for (int i = 1; i < (softmax ? width - 1 : width); i++) {
        said = probabilities[i] > probabilities[said] ? i : said;
      }
      classes[box] = said;
      scores[box] = probabilities[said] / (softmax ? sum : 1);
      for (int axis = 0; axis < 2; axis++) {
        double half = centers[4 * box + 2 + axis] / 2;
        sides[4 * box + axis] = centers[4 * box + axis] - half;
        sides[4 * box + 2 + axis] = centers[4 * box + axis] + half;
      }
    }
    return new DetectedBoxes(sides, scores, classes);
  }

  /** The boxes in pixels of the picture; those with a number that is not finite are left out. */
  List<Found> in(Placement placement) {
    double most = 0;
    for (double side : sides) {
      most = Math.max(most, Math.abs(side));
    }
    double width = most <= SHARE ? placement.canvas().width() : 1;
    double height = most <= SHARE ? placement.canvas().height() : 1;
    List<Found> found = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      Box box =
          new Box(
              placement.pictureX(sides[4 * i] * width),
              placement.pictureY(sides[4 * i + 1] * height),
              placement.pictureX(sides[4 * i + 2] * width),
              placement.pictureY(sides[4 * i + 3] * height));
      double sum = box.left() + box.top() + box.right() + box.bottom() + scores[i];
      if (Double.isFinite(sum)) {
        found.add(new Found(box, classes[i], scores[i]));
      }
    }
    return found;
  }
}

package io.demitasse.media.ocr;

import static org.bytedeco.opencv.global.opencv_core.CV_32F;
import static org.bytedeco.opencv.global.opencv_core.CV_32SC2;
import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_core.mean;
import static org.bytedeco.opencv.global.opencv_imgproc.CHAIN_APPROX_SIMPLE;
import static org.bytedeco.opencv.global.opencv_imgproc.MORPH_RECT;
import static org.bytedeco.opencv.global.opencv_imgproc.RETR_LIST;
import static org.bytedeco.opencv.global.opencv_imgproc.dilate;
import static org.bytedeco.opencv.global.opencv_imgproc.fillConvexPoly;
import static org.bytedeco.opencv.global.opencv_imgproc.findContours;
import static org.bytedeco.opencv.global.opencv_imgproc.getStructuringElement;
import static org.bytedeco.opencv.global.opencv_imgproc.minAreaRect;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Makes boxes of a detector's map.
 *
 * <pre>
 *   map ── over the threshold ── contours ── least rectangle of each ── sure enough? ── grown ── box
 * </pre>
 *
 * <p>The detector is trained on shrunken text so that lines stay apart; a rectangle of area {@code
 * A} and perimeter {@code L} is grown back by {@code A r / L} on every side.
 *
 * <p>After M. Liao, Z. Wan, C. Yao, K. Chen and X. Bai, "Real-time Scene Text Detection with
 * Differentiable Binarization", AAAI 2020.
 */
public final class TextBoxes {
  /** More contours than this are noise. */
  private static final int MOST = 1000;

  /** Rectangles with a side shorter than this are specks, in pixels of the map. */
  private static final double LEAST_SIDE = 3;

  /** The same once they are grown. */
  private static final double LEAST_GROWN = LEAST_SIDE + 2;

  private final DetectorSettings settings;

  public TextBoxes(DetectorSettings settings) {
    this.settings = settings;
  }

  /**
   * Reads a map.
   *
   * @param output float {@code [1,1,H,W]}, how sure the detector is of text at each pixel
   * @throws DemitasseException (bad request) when it has another shape
   */
  public Detection find(Tensor output) {
    if (output.rank() != 4 || output.size(0) != 1 || output.size(1) != 1) {
      throw DemitasseException.badRequest(
          "The detector must give one map, float[1,1,H,W], but it gives "
              + output
              + ". Give a DB text detector as the part detector.");
    }
    float[] values = output.toFloats();
    TextMap map = TextMap.of(values, Math.toIntExact(output.size(3)), (float) settings.threshold());
    if (map.bits().isEmpty()) {
      return new Detection(map, List.of());
    }
    try (PointerScope _ = new PointerScope()) {
      Mat sureness = new Mat(map.height(), map.width(), CV_32F);
      new FloatPointer(sureness.data()).put(values);
      return new Detection(map, boxes(sureness, contours(map)));
    }
  }

  private MatVector contours(TextMap map) {
    Mat text = new Mat(map.height(), map.width(), CV_8U);
    byte[] bytes = new byte[map.width() * map.height()];
    map.bits().stream().forEach(i -> bytes[i] = 1);
    text.data().put(bytes);
    if (settings.dilated()) {
      dilate(text, text, getStructuringElement(MORPH_RECT, new Size(2, 2)));
    }
    MatVector contours = new MatVector();
    findContours(text, contours, RETR_LIST, CHAIN_APPROX_SIMPLE);
    return contours;
  }

  private List<Box> boxes(Mat sureness, MatVector contours) {
    List<Box> boxes = new ArrayList<>();
    for (long i = 0; i < Math.min(contours.size(), MOST); i++) {
      Rectangle rectangle = Rectangle.of(minAreaRect(contours.get(i)));
      if (rectangle.leastSide() >= LEAST_SIDE
          && score(sureness, rectangle.box()) >= settings.boxThreshold()) {
        Rectangle grown = rectangle.grown(settings.unclipRatio());
        if (grown.leastSide() >= LEAST_GROWN) {
          boxes.add(grown.box());
        }
      }
    }
    return boxes;
  }

  /** The mean of the map inside a box. */
  private static double score(Mat sureness, Box box) {
    var xs = box.corners().stream().mapToDouble(Point::x).summaryStatistics();
    var ys = box.corners().stream().mapToDouble(Point::y).summaryStatistics();
    int left = within(Math.floor(xs.getMin()), sureness.cols());
    int right = within(Math.ceil(xs.getMax()), sureness.cols());
    int top = within(Math.floor(ys.getMin()), sureness.rows());
    int bottom = within(Math.ceil(ys.getMax()), sureness.rows());
    Rect place = new Rect(left, top, right - left + 1, bottom - top + 1);
    Mat inside = new Mat(place.height(), place.width(), CV_8U, new Scalar(0));
    int[] corners =
        box.corners().stream()
            .flatMapToInt(
                corner -> IntStream.of((int) (corner.x() - left), (int) (corner.y() - top)))
            .toArray();
    fillConvexPoly(inside, new Mat(4, 1, CV_32SC2, new IntPointer(corners)), new Scalar(1));
    return mean(new Mat(sureness, place), inside).get(0);
  }

  private static int within(double value, int size) {
    return Math.clamp((long) value, 0, size - 1);
  }
}

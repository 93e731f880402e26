package io.demitasse.media.ocr;

import static org.bytedeco.opencv.global.opencv_core.CV_32FC2;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.opencv.opencv_core.Mat;

/** Boxes as tensors: float {@code [n,4,2]}, corners {@code x, y} in pixels. */
public final class Boxes {
  private static final int NUMBERS = 8;

  private Boxes() {}

  public static Tensor tensor(List<Box> boxes) {
    float[] values = new float[NUMBERS * boxes.size()];
    int next = 0;
    for (Box box : boxes) {
      for (Point corner : box.corners()) {
        values[next++] = (float) corner.x();
        values[next++] = (float) corner.y();
      }
    }
    return Tensor.ofFloats(new long[] {boxes.size(), 4, 2}, values);
  }

  /** The corners as OpenCV has them, {@code CV_32FC2} of four rows. */
  static Mat mat(Box box) {
    float[] values = new float[NUMBERS];
    for (int i = 0; i < box.corners().size(); i++) {
      values[2 * i] = (float) box.corners().get(i).x();
      values[2 * i + 1] = (float) box.corners().get(i).y();
    }
    return new Mat(box.corners().size(), 1, CV_32FC2, new FloatPointer(values));
  }

  /**
   * The boxes in a tensor.
   *
   * @throws DemitasseException (bad request) when it has another type or shape, or numbers that are
   *     not finite
   */
  public static List<Box> of(Tensor tensor) {
    boolean fits =
        tensor.dataType() == DataType.FLOAT
            && tensor.rank() == 3
            && tensor.size(1) == 4
            && tensor.size(2) == 2;
    if (!fits) {
      throw DemitasseException.badRequest("boxes must be float[n,4,2], got " + tensor);
    }
    float[] values = tensor.toFloats();
    List<Box> boxes = new ArrayList<>();
    for (int start = 0; start < values.length; start += NUMBERS) {
      List<Point> corners = new ArrayList<>();
      for (int i = start; i < start + NUMBERS; i += 2) {
        if (!Float.isFinite(values[i]) || !Float.isFinite(values[i + 1])) {
          throw DemitasseException.badRequest(
              "boxes must be finite, but box " + start / NUMBERS + " is not");
        }
        corners.add(new Point(values[i], values[i + 1]));
      }
      boxes.add(new Box(corners));
    }
    return boxes;
  }
}

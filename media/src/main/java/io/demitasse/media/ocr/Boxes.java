package io.demitasse.media.ocr;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.util.ArrayList;
import java.util.List;

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

package io.demitasse.media.ocr;

import io.demitasse.ir.Tensor;
import io.demitasse.media.image.Mats;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Lines that are read at once, about as wide as each other.
 *
 * @param lines indices of the lines
 * @param input float {@code [B,3,H,W]}, blue plane first: each line as high as the batch, at the
 *     left, and nothing where it ends
 */
public record LineBatch(List<Integer> lines, Tensor input) {
  /** Longer lines are squeezed, in widths for one height: a batch must fit into memory. */
  private static final double LONGEST = 200;

  public LineBatch {
    lines = List.copyOf(lines);
  }

  /** Lines for the recognizer: each batch as wide as its widest line. */
  public static List<LineBatch> forRecognizer(List<LineImage> lines, LineSettings settings) {
    double least = (double) settings.leastWidth() / settings.height();
    return batches(lines, settings)
        .map(
            batch -> {
              double aspect = Math.max(least, aspect(lines.get(batch.getLast())));
              return of(batch, lines, (int) (settings.height() * aspect), settings);
            })
        .toList();
  }

  /** Lines for the angle classifier: all of one width. */
  public static List<LineBatch> forClassifier(List<LineImage> lines, LineSettings settings) {
    return batches(lines, settings)
        .map(batch -> of(batch, lines, settings.turnWidth(), settings))
        .toList();
  }

  private static Stream<List<Integer>> batches(List<LineImage> lines, LineSettings settings) {
    List<Integer> byWidth =
        IntStream.range(0, lines.size())
            .boxed()
            .sorted(Comparator.comparingDouble(i -> aspect(lines.get(i))))
            .toList();
    List<List<Integer>> batches = new ArrayList<>();
    for (int start = 0; start < byWidth.size(); start += settings.batch()) {
      batches.add(byWidth.subList(start, Math.min(byWidth.size(), start + settings.batch())));
    }
    return batches.stream();
  }

  private static double aspect(LineImage line) {
    return Math.min(LONGEST, line.aspect());
  }

  private static LineBatch of(
      List<Integer> batch, List<LineImage> lines, int width, LineSettings settings) {
    Planes planes = new Planes(batch.size(), width, settings.height(), settings.normalization());
    for (int i = 0; i < batch.size(); i++) {
      LineImage line = lines.get(batch.get(i));
      int own = Math.clamp((long) Math.ceil(settings.height() * aspect(line)), 1, width);
      try (Mat mat = Mats.bgr(line.picture())) {
        planes.put(i, mat, own);
      }
    }
    return new LineBatch(batch, planes.tensor());
  }
}

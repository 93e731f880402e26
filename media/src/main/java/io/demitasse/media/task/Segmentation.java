package io.demitasse.media.task;

import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.evaluate.Statistic;
import io.demitasse.evaluate.Task.Score;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.ir.Tensor;
import io.demitasse.manifest.InnerFile;
import io.demitasse.media.data.FieldNames.Role;
import io.demitasse.media.image.ClassMask;
import io.demitasse.media.image.Placement;
import io.demitasse.media.metric.ClassOverlap;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Of what class each pixel of a picture is. What a model says is compared at the pixels of the
 * mask, whose nearest pixel of the output counts.
 *
 * <p>Metrics: {@code mean iou}, the mean over classes of intersection over union, is held by a
 * budget; {@code pixel accuracy}. Both are of all pictures together.
 *
 * @param folder where masks lie, or below it, absolute
 * @param placing where a picture lies in the input
 */
record Segmentation(Path folder, Placing placing) implements Judgment<ClassOverlap> {
  static final String NAME = "segmentation";

  private static final String OVERLAP = "mean iou";
  private static final String ACCURACY = "pixel accuracy";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> metrics() {
    return List.of(OVERLAP, ACCURACY);
  }

  /** Why a sample cannot be judged. */
  Optional<String> problem(Sample sample) {
    try {
      ClassMask unused = mask(sample);
      return Optional.empty();
    } catch (DemitasseException e) {
      return Optional.of(Reason.of(e));
    }
  }

  private ClassMask mask(Sample sample) {
    String name =
        sample
            .fields()
            .text(Role.MASK.field())
            .filter(text -> !text.isBlank())
            .orElseThrow(() -> DemitasseException.badRequest("has no mask"));
    return ClassMask.read(
        InnerFile.of(folder, name)
            .orElseThrow(
                () ->
                    DemitasseException.badRequest(
                        "names the mask " + name + ", which is outside the folder of the list")));
  }

  @Override
  public ClassOverlap judged(Sample sample, Map<String, Tensor> outputs) {
    ClassMask mask = mask(sample);
    return ClassOverlap.of(
        ClassMap.of(outputs).at(mask.size(), placing.of(sample)), mask.classes());
  }

  @Override
  public List<Score> scores(List<ClassOverlap> records) {
    return List.of(
        Score.limited(OVERLAP, Statistic.of(records, ClassOverlap::mean)),
        Score.informational(ACCURACY, Statistic.of(records, ClassOverlap::accuracy)));
  }

  @Override
  public Map<String, Integer> least(TaskSplits.Request request) {
    return Map.of(OVERLAP, request.least(OVERLAP, true, Spread.OF_PICTURES));
  }

  /**
   * The class of each pixel of an output.
   *
   * @param classes row by row
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record ClassMap(int width, int height, int[] classes) {
    private static final int CHANNELS = 4;

    /** Scores [1,C,H,W] of at least two classes, or classes [1,H,W], [1,1,H,W] or [H,W]. */
    static ClassMap of(Map<String, Tensor> outputs) {
      return outputs.values().stream()
          .filter(ClassMap::isOne)
          .findFirst()
          .map(ClassMap::read)
          .orElseThrow(
              () ->
                  DemitasseException.badRequest(
                      "The task segmentation needs scores [1,C,H,W] of two classes at least, or"
                          + " whole numbers [1,H,W], but the model gives "
                          + outputs
                          + ". Use the task agreement."));
    }

    private static boolean isOne(Tensor output) {
      return output.dataType().isFloatingPoint()
          ? output.rank() == CHANNELS && output.size(0) == 1 && output.size(1) > 1
          : output.rank() >= 2
              && output.elementCount() > 0
              && output.elementCount() == output.size(-1) * output.size(-2);
    }

    private static ClassMap read(Tensor output) {
      int width = Math.toIntExact(output.size(-1));
      int height = Math.toIntExact(output.size(-2));
      int[] classes = new int[width * height];
      if (!output.dataType().isFloatingPoint()) {
        long[] values = output.toLongs();
        for (int i = 0; i < classes.length; i++) {
          classes[i] = Math.clamp(values[i], -1, ClassOverlap.IGNORED);
        }
        return new ClassMap(width, height, classes);
      }
      float[] most = output.toFloats(0, classes.length);
      for (int each = 1; each < output.size(1); each++) {
        float[] scores = output.toFloats((long) each * classes.length, classes.length);
        for (int i = 0; i < classes.length; i++) {
          if (scores[i] > most[i]) {
            most[i] = scores[i];
            classes[i] = each;
          }
        }
      }
      return new ClassMap(width, height, classes);
    }

    /** The classes at the pixels of a mask of the whole picture; -1 where the model saw nothing. */
    int[] at(io.demitasse.media.image.Size mask, Placement placement) {
      int[] at = new int[mask.width() * mask.height()];
      for (int y = 0; y < mask.height(); y++) {
        double down = (y + .5) / mask.height() * placement.picture().height();
        int row = place(placement.tensorY(down) / placement.canvas().height(), height);
        for (int x = 0; x < mask.width(); x++) {
          double across = (x + .5) / mask.width() * placement.picture().width();
          int column = place(placement.tensorX(across) / placement.canvas().width(), width);
          at[y * mask.width() + x] = row < 0 || column < 0 ? -1 : classes[row * width + column];
        }
      }
      return at;
    }

    private static int place(double share, int count) {
      return share < 0 || share >= 1 ? -1 : (int) (share * count);
    }
  }
}

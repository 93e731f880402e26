package io.demitasse.media.image;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that happens between a picture and the input of a model.
 *
 * <pre>
 *   picture ─ resize ─ crop or pad ─ (sample * scale - mean) / deviation ─ channels, layout ─ tensor
 * </pre>
 *
 * @param filter how resizing finds its samples
 * @param crop the size that is cut out of the middle; what a smaller picture lacks is black, with
 *     the odd pixel at the top left; null to keep all
 * @param padding how it is made larger; null to leave its size; there is either a crop or padding
 */
public record ImagePreprocessing(
    Resize resize,
    Resampling filter,
    @Nullable Size crop,
    @Nullable Padding padding,
    Normalization normalization,
    ChannelOrder channels,
    TensorLayout layout) {
  private static final List<Integer> BLACK = List.of(0, 0, 0);

  public ImagePreprocessing {
    if (crop != null && padding != null) {
      throw new IllegalArgumentException("a picture is either cropped or padded, got both");
    }
    if (!normalization.isFor(channels.count())) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "mean and std must have one number or one for each of %d channels, got %s and %s",
              channels.count(),
              normalization.mean(),
              normalization.deviation()));
    }
  }

  /**
   * What the keys of a manifest say.
   *
   * @param place what messages call it
   * @param problems gets all that is wrong; the result is of use only where nothing was added
   */
  public static ImagePreprocessing of(
      Map<String, Object> settings, String place, List<String> problems) {
    return PreprocessingSettings.read(settings, place, problems);
  }

  /** The keys and values that {@link #of} reads. */
  public Map<String, Object> settings() {
    return PreprocessingSettings.write(this);
  }

  /**
   * One picture as a batch of one.
   *
   * @return of type float, {@code [1, C, H, W]} or {@code [1, H, W, C]}
   * @throws DemitasseException (bad request) when the picture does not fit
   */
  public Tensor tensor(Picture picture) {
    return prepare(List.of(picture)).tensor();
  }

  /**
   * A batch of pictures, in order.
   *
   * @param pictures at least one
   * @throws DemitasseException (bad request) when they come out in different sizes and there is no
   *     padding, when one does not fit into the size it is padded to, or when they take too much
   *     memory
   */
  public PreparedPictures prepare(List<Picture> pictures) {
    if (pictures.isEmpty()) {
      throw new IllegalArgumentException("a batch has at least one picture, got none");
    }
    List<Placement> placements = new ArrayList<>();
    for (Picture picture : pictures) {
      placements.add(placement(new Size(picture.width(), picture.height())));
    }
    Size canvas = canvas(placements);
    TensorFill fill =
        new TensorFill(bytes(pictures.size(), canvas), canvas, channels, layout, tables());
    for (int i = 0; i < pictures.size(); i++) {
      Placement placement = placements.get(i).on(canvas);
      placements.set(i, placement);
      List<Integer> color = padding == null ? BLACK : padding.color();
      if (color != null && !covers(placement)) {
        fill.color(i, color);
      }
      Size resized = placement.resized();
      fill.picture(i, filter.resize(pictures.get(i), resized.width(), resized.height()), placement);
    }
    long[] sizes = layout.sizes(pictures.size(), channels.count(), canvas);
    Tensor tensor = Tensor.of(DataType.FLOAT, sizes, MemorySegment.ofArray(fill.bytes()));
    return new PreparedPictures(tensor, placements);
  }

  /**
   * Where a picture of some size will lie in a batch of its own.
   *
   * @throws DemitasseException (bad request) when it does not fit into the size it is padded to
   */
  public Placement placement(Size picture) {
    Size resized = resize.of(picture);
    if (crop != null) {
      return new Placement(
          picture,
          resized,
          cropped(crop.width() - resized.width()),
          cropped(crop.height() - resized.height()),
          crop);
    }
    if (padding == null) {
      return new Placement(picture, resized, 0, 0, resized);
    }
    Size canvas = padding.of(resized);
    int right = canvas.width() - resized.width();
    int bottom = canvas.height() - resized.height();
    if (right < 0 || bottom < 0) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "A picture of %s pixels is resized to %s, which does not fit into the %s it is padded"
                  + " to. Resize it within that size.",
              picture,
              resized,
              canvas));
    }
    boolean centered = padding.place() == Padding.Place.CENTER;
    return new Placement(
        picture, resized, centered ? right / 2 : 0, centered ? bottom / 2 : 0, canvas);
  }

  /** Half of what is missing, rounded up; half of what is too much, rounded down. */
  private static int cropped(int missing) {
    return Math.ceilDiv(missing, 2);
  }

  private Size canvas(List<Placement> placements) {
    Size first = placements.getFirst().canvas();
    Size largest = first;
    for (Placement placement : placements) {
      Size canvas = placement.canvas();
      if (padding == null && !canvas.equals(first)) {
        throw DemitasseException.badRequest(
            String.format(
                Locale.ROOT,
                "The pictures of one batch come out as %s and %s pixels. Give their preprocessing"
                    + " one size, a crop or a pad.",
                first,
                canvas));
      }
      largest =
          new Size(
              Math.max(largest.width(), canvas.width()),
              Math.max(largest.height(), canvas.height()));
    }
    return largest;
  }

  private static boolean covers(Placement placement) {
    return placement.left() <= 0
        && placement.top() <= 0
        && placement.left() + placement.resized().width() >= placement.canvas().width()
        && placement.top() + placement.resized().height() >= placement.canvas().height();
  }

  private byte[] bytes(int batch, Size canvas) {
    double length = 4.0 * batch * channels.count() * canvas.width() * canvas.height();
    if (length > Integer.MAX_VALUE - 8) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "A batch of %d pictures of %s pixels does not fit into one tensor. Make it smaller.",
              batch,
              canvas));
    }
    return new byte[(int) length];
  }

  private float[][] tables() {
    float[][] tables = new float[channels.count()][];
    for (int channel = 0; channel < tables.length; channel++) {
      tables[channel] = normalization.table(channel);
    }
    return tables;
  }
}

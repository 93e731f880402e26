package io.demitasse.media.image;

import io.demitasse.error.DemitasseException;
import java.util.Locale;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.jspecify.annotations.Nullable;

/**
 * How the samples of a picture of another size are found: the library that a model's pictures were
 * prepared with in training, and its kernel.
 *
 * <p>The two libraries differ where a picture becomes smaller: Pillow widens its kernels so that
 * every pixel counts, OpenCV looks at the same few neighbors and leaves the others out, except in
 * {@link #OPENCV_AREA}. Same names do not mean same samples.
 */
public enum Resampling {
  PILLOW_NEAREST,
  PILLOW_BOX(PillowKernel.BOX),
  PILLOW_BILINEAR(PillowKernel.BILINEAR),
  PILLOW_HAMMING(PillowKernel.HAMMING),
  PILLOW_BICUBIC(PillowKernel.BICUBIC),
  PILLOW_LANCZOS(PillowKernel.LANCZOS),
  OPENCV_NEAREST(opencv_imgproc.INTER_NEAREST),
  OPENCV_LINEAR(opencv_imgproc.INTER_LINEAR),
  OPENCV_CUBIC(opencv_imgproc.INTER_CUBIC),
  OPENCV_AREA(opencv_imgproc.INTER_AREA),
  OPENCV_LANCZOS4(opencv_imgproc.INTER_LANCZOS4);

  /** Pillow's own numbers, which preprocessor_config.json uses. */
  private static final Resampling[] BY_PILLOW_NUMBER = {
    PILLOW_NEAREST, PILLOW_LANCZOS, PILLOW_BILINEAR, PILLOW_BICUBIC, PILLOW_BOX, PILLOW_HAMMING
  };

  private static final int NOT_OPENCV = -1;

  private final @Nullable PillowKernel kernel;
  private final int interpolation;

  Resampling() {
    this(null, NOT_OPENCV);
  }

  Resampling(PillowKernel kernel) {
    this(kernel, NOT_OPENCV);
  }

  Resampling(int interpolation) {
    this(null, interpolation);
  }

  Resampling(@Nullable PillowKernel kernel, int interpolation) {
    this.kernel = kernel;
    this.interpolation = interpolation;
  }

  /** How a manifest writes it, such as {@code pillow-bicubic}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The resampling that a manifest writes so, or null. */
  public static @Nullable Resampling ofText(String text) {
    for (Resampling resampling : values()) {
      if (resampling.text().equals(text)) {
        return resampling;
      }
    }
    return null;
  }

  /** The resampling that has this number in Pillow, 0 to 5, or null. */
  public static @Nullable Resampling ofPillow(int number) {
    return number >= 0 && number < BY_PILLOW_NUMBER.length ? BY_PILLOW_NUMBER[number] : null;
  }

  /**
   * A picture in another size: equal to what the library gives, in each sample.
   *
   * @param width at least 1
   * @param height at least 1
   * @throws DemitasseException (bad request) when the result or, in Pillow's way, what lies between
   *     would have more than {@link Pictures#MOST_PIXELS}
   */
  public Picture resize(Picture picture, int width, int height) {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "no picture can have %d x %d pixels", width, height));
    }
    if (width == picture.width() && height == picture.height()) {
      return picture;
    }
    requireRoom(picture, width, height);
    if (interpolation != NOT_OPENCV) {
      return Mats.resized(picture, width, height, interpolation);
    }
    return kernel == null
        ? PillowResize.nearest(picture, width, height)
        : PillowResize.resize(picture, width, height, kernel);
  }

  private void requireRoom(Picture picture, int width, int height) {
    // Pillow's two passes first change the width alone.
    int between = kernel == null ? height : Math.max(height, picture.height());
    if ((long) width * between > Pictures.MOST_PIXELS) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "A picture of %,d x %,d pixels cannot be resized to %,d x %,d: at most %,d pixels are"
                  + " held. Crop it, or limit its longest side.",
              picture.width(),
              picture.height(),
              width,
              height,
              Pictures.MOST_PIXELS));
    }
  }
}

package io.demitasse.saliency;

import io.demitasse.ir.Tensor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Base64;
import javax.imageio.ImageIO;

/** A picture as a model sees it, for people: small, from the darkest number to the brightest. */
final class SeenPicture {
  /** Pixels on the longer side at most: every so many is left out of a larger one. */
  private static final int LONGEST = 160;

  private SeenPicture() {}

  /**
   * The content of a {@code data:} address.
   *
   * @param picture divided as {@code regions} tells
   */
  static String of(Tensor picture, Regions regions) {
    double[] values = picture.toDoubles();
    double low = Arrays.stream(values).min().orElse(0);
    double high = Arrays.stream(values).max().orElse(1);
    int height = (int) regions.sizes()[regions.vertical()];
    int width = (int) regions.sizes()[regions.horizontal()];
    int step = Math.max(1, (Math.max(width, height) + LONGEST - 1) / LONGEST);
    BufferedImage image =
        new BufferedImage(
            (width + step - 1) / step, (height + step - 1) / step, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        image.setRGB(x, y, color(values, regions, y * step, x * step, low, high));
      }
    }
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png(image));
  }

  private static int color(
      double[] values, Regions regions, int y, int x, double low, double high) {
    int channels = (int) regions.sizes()[regions.channels()];
    int width = (int) regions.sizes()[regions.horizontal()];
    int height = (int) regions.sizes()[regions.vertical()];
    int color = 0;
    for (int i = 0; i < 3; i++) {
      int channel = channels < 3 ? 0 : i;
      int place =
          regions.channels() == 1
              ? (channel * height + y) * width + x
              : (y * width + x) * channels + channel;
      double share = high > low ? (values[place] - low) / (high - low) : 0;
      color = (color << 8) | (int) Math.round(255 * share);
    }
    return color;
  }

  private static byte[] png(BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, "png", bytes)) {
        throw new IllegalStateException("every Java runtime writes PNG");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}

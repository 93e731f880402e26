package io.demitasse.evaluate;

import java.nio.file.Path;
import java.util.List;

/**
 * A sample to look at: what was seen in it before and after.
 *
 * @param title what the sample is called
 * @param picture a JPEG, PNG or WebP file
 * @param width of the picture as it is shown, in pixels
 * @param height likewise
 * @param marks places in the picture, in reading order
 */
public record Example(String title, Path picture, int width, int height, List<Mark> marks) {
  public Example {
    marks = List.copyOf(marks);
  }

  /**
   * A place in a picture and what was read there.
   *
   * @param corners x and y of four corners, clockwise, in pixels of the picture
   * @param before what the original read; empty when it found nothing here
   * @param after what the result reads; empty when it finds nothing here
   * @param truth what stands there; empty when nobody said
   */
  public record Mark(List<Double> corners, String before, String after, String truth) {
    public Mark {
      corners = List.copyOf(corners);
    }

    public boolean changed() {
      return !before.equals(after);
    }
  }
}

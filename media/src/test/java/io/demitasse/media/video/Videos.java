package io.demitasse.media.video;

import io.demitasse.media.ffmpeg.Encoder;
import java.nio.file.Path;

/** Makes videos whose frames can be told apart by their red, and whose left is blue. */
public final class Videos {
  private Videos() {}

  /** The red of a frame. */
  static int red(int frame) {
    return 40 + 10 * frame;
  }

  /**
   * Writes frames.
   *
   * @param codec as FFmpeg calls it
   */
  public static Path write(
      Path file, String codec, int framesPerSecond, int width, int height, int count) {
    byte[][] frames = new byte[count][3 * width * height];
    for (int i = 0; i < count; i++) {
      for (int pixel = 0; pixel < width * height; pixel++) {
        frames[i][3 * pixel] = (byte) red(i);
        frames[i][3 * pixel + 2] = (byte) (pixel % width < width / 2 ? 200 : 0);
      }
    }
    return Encoder.video(file, codec, framesPerSecond, width, height, frames);
  }
}

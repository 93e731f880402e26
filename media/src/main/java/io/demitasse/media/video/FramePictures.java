package io.demitasse.media.video;

import io.demitasse.error.DemitasseException;
import io.demitasse.media.image.Picture;
import io.demitasse.media.image.Pictures;
import java.util.Locale;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVFrameSideData;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Frames of a decoder as pictures: 8-bit RGB by the color space that the frame names, and upright.
 *
 * <p>Owned by who makes it, who closes it; for one thread.
 */
final class FramePictures implements AutoCloseable {
  private static final double QUARTER = 90;

  private final SwsContext scaler = swscale.sws_alloc_context();
  private final AVFrame rgb = avutil.av_frame_alloc();

  /**
   * @param frame stays the decoder's
   * @throws DemitasseException (bad request) when it is too large or of no known form, as the rest
   *     of a sentence
   */
  Picture of(AVFrame frame) {
    int width = frame.width();
    int height = frame.height();
    if (Math.max(width, height) > Pictures.LONGEST_SIDE
        || (long) width * height > Pictures.MOST_PIXELS) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "has frames of %dx%d pixels, at most %,d are taken",
              width,
              height,
              Pictures.MOST_PIXELS));
    }
    avutil.av_frame_unref(rgb);
    rgb.format(avutil.AV_PIX_FMT_RGB24);
    rgb.width(width);
    rgb.height(height);
    if (swscale.sws_scale_frame(scaler, rgb, frame) < 0) {
      throw DemitasseException.badRequest("has frames of a form that is not read. Convert it");
    }
    byte[] samples = new byte[Math.multiplyExact(3 * width, height)];
    BytePointer rows = rgb.data(0);
    for (int y = 0; y < height; y++) {
      rows.position((long) y * rgb.linesize(0)).get(samples, 3 * width * y, 3 * width);
    }
    return new Picture(width, height, samples).turned(quarters(frame));
  }

  /** How often a frame has to be turned to the right, as telephones tell that were held upright. */
  private static int quarters(AVFrame frame) {
    AVFrameSideData matrix =
        avutil.av_frame_get_side_data(frame, avutil.AV_FRAME_DATA_DISPLAYMATRIX);
    if (Pointer.isNull(matrix)) {
      return 0;
    }
    double toTheLeft = avutil.av_display_rotation_get(new IntPointer(matrix.data()));
    return Double.isNaN(toTheLeft) ? 0 : (int) Math.round(-toTheLeft / QUARTER);
  }

  @Override
  public void close() {
    avutil.av_frame_free(rgb);
    swscale.sws_free_context(scaler);
  }
}

package io.demitasse.media.image;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Writes pictures into the bytes of a tensor: each sample is looked up in a table of 256 and lands
 * at its place.
 *
 * @param bytes little-endian floats, zero where nothing is written
 * @param tables what each sample of a channel becomes
 */
record TensorFill(
    byte[] bytes, Size canvas, ChannelOrder order, TensorLayout layout, float[][] tables) {
  private static final VarHandle FLOATS =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

  /** Fills one picture of the batch with a color of red, green and blue. */
  void color(int index, List<Integer> color) {
    byte[] samples = new byte[3];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = color.get(i).byteValue();
    }
    Source source = Source.of(new Picture(1, 1, samples), order);
    for (int channel = 0; channel < order.count(); channel++) {
      float value = tables[channel][source.bytes()[source.first(channel)] & 0xff];
      int target = start(index, channel);
      for (int i = 0; i < canvas.width() * canvas.height(); i++, target += columnStep()) {
        FLOATS.set(bytes, Float.BYTES * target, value);
      }
    }
  }

  /** Writes what of a resized picture lies on the canvas. */
  void picture(int index, Picture resized, Placement placement) {
    Source source = Source.of(resized, order);
    for (int channel = 0; channel < order.count(); channel++) {
      channel(source, placement, channel, start(index, channel));
    }
  }

  private void channel(Source source, Placement placement, int channel, int start) {
    Size resized = placement.resized();
    int fromX = Math.max(-placement.left(), 0);
    int fromY = Math.max(-placement.top(), 0);
    int toX = Math.min(resized.width(), canvas.width() - placement.left());
    int toY = Math.min(resized.height(), canvas.height() - placement.top());
    byte[] samples = source.bytes();
    float[] table = tables[channel];
    int step = columnStep();
    for (int y = fromY; y < toY; y++) {
      int from = source.first(channel) + source.step() * (y * resized.width() + fromX);
      int row = (placement.top() + y) * canvas.width() + placement.left() + fromX;
      int target = start + row * step;
      for (int x = fromX; x < toX; x++) {
        FLOATS.set(bytes, Float.BYTES * target, table[samples[from] & 0xff]);
        from += source.step();
        target += step;
      }
    }
  }

  private int start(int index, int channel) {
    int pixels = canvas.width() * canvas.height();
    int picture = index * order.count() * pixels;
    return picture + channel * (layout == TensorLayout.NCHW ? pixels : 1);
  }

  private int columnStep() {
    return layout == TensorLayout.NCHW ? 1 : order.count();
  }

  /**
   * The samples that a channel is taken from.
   *
   * @param step from one pixel to the next
   */
  private record Source(byte[] bytes, int step, ChannelOrder order) {
    static Source of(Picture picture, ChannelOrder order) {
      return order == ChannelOrder.GRAY
          ? new Source(luma(picture.rgb()), 1, order)
          : new Source(picture.rgb(), 3, order);
    }

    int first(int channel) {
      return order == ChannelOrder.BGR ? 2 - channel : channel;
    }

    private static byte[] luma(byte[] rgb) {
      byte[] luma = new byte[rgb.length / 3];
      for (int i = 0; i < luma.length; i++) {
        int red = rgb[3 * i] & 0xff;
        int green = rgb[3 * i + 1] & 0xff;
        int blue = rgb[3 * i + 2] & 0xff;
        luma[i] = (byte) ((19595 * red + 38470 * green + 7471 * blue + 32768) >> 16);
      }
      return luma;
    }
  }
}

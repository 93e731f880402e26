package io.demitasse.media.program;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Frames that are put together, {@code [1,T,C,H,W]} or {@code [1,C,T,H,W]}.
 *
 * @param sizes of a frame, {@code [1,C,H,W]}
 * @param values of all frames, in the order of the tensor
 */
@SuppressWarnings("ArrayRecordComponent")
record Clip(long[] sizes, int frames, boolean channelsFirst, float[] values) {

  /** Room for as many frames as the first. */
  static Clip of(Tensor first, int frames, boolean channelsFirst) {
    long count = first.elementCount() * frames;
    if (count > Integer.MAX_VALUE - 8) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "%d frames of %s are too many numbers: take fewer or smaller ones",
              frames,
              first));
    }
    return new Clip(first.sizes(), frames, channelsFirst, new float[(int) count]);
  }

  /**
   * @param frame of the sizes of the first
   * @throws DemitasseException (bad request) when it has others
   */
  void put(int index, Tensor frame, Path file) {
    if (!Arrays.equals(frame.sizes(), sizes)) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "The video %s changes its size on the way: %s comes after frames of %s.",
              file,
              frame,
              Arrays.toString(sizes)));
    }
    float[] numbers = frame.toFloats();
    int channels = (int) sizes[1];
    int plane = numbers.length / channels;
    for (int channel = 0; channel < channels; channel++) {
      int place = channelsFirst ? channel * frames + index : index * channels + channel;
      System.arraycopy(numbers, channel * plane, values, place * plane, plane);
    }
  }

  Tensor tensor() {
    long[] all =
        channelsFirst
            ? new long[] {1, sizes[1], frames, sizes[2], sizes[3]}
            : new long[] {1, frames, sizes[1], sizes[2], sizes[3]};
    return Tensor.ofFloats(all, values);
  }
}

package io.demitasse.saliency;

import io.demitasse.ir.Tensor;
import io.demitasse.manifest.Manifest.Modality;
import java.util.Arrays;
import java.util.Optional;

/**
 * The places into which an input is divided, each of which can be taken out: patches of a picture,
 * or windows of a sound.
 *
 * @param modality of the input
 * @param sizes of the input
 * @param vertical the axis that rows of the grid divide; -1 where there is one row
 * @param horizontal the axis that columns divide
 * @param channels the axis of a picture's channels; -1 where there is none
 */
@SuppressWarnings("ArrayRecordComponent")
record Regions(Modality modality, long[] sizes, int vertical, int horizontal, int channels) {
  private static final int GRID = 7;
  private static final int WINDOWS = 20;

  /** Colors, and how many numbers there may be for each pixel. */
  private static final int MOST_CHANNELS = 4;

  /** Of one picture float [1,C,H,W] or [1,H,W,C], or one sound; empty for all else. */
  static Optional<Regions> of(Modality modality, Tensor input) {
    long[] sizes = input.sizes();
    if (!input.dataType().isFloatingPoint() || sizes.length == 0 || input.elementCount() < 2) {
      return Optional.empty();
    }
    return switch (modality) {
      case IMAGE -> ofPicture(sizes);
      case AUDIO -> Optional.of(ofSound(sizes));
      case TEXT, VIDEO, TENSORS -> Optional.empty();
    };
  }

  private static Optional<Regions> ofPicture(long[] sizes) {
    if (sizes.length != 4 || sizes[0] != 1) {
      return Optional.empty();
    }
    if (sizes[1] <= MOST_CHANNELS) {
      return Optional.of(new Regions(Modality.IMAGE, sizes, 2, 3, 1));
    }
    return sizes[3] <= MOST_CHANNELS
        ? Optional.of(new Regions(Modality.IMAGE, sizes, 1, 2, 3))
        : Optional.empty();
  }

  /** Time is the longest axis. */
  private static Regions ofSound(long[] sizes) {
    int time = 0;
    for (int axis = 1; axis < sizes.length; axis++) {
      time = sizes[axis] > sizes[time] ? axis : time;
    }
    return new Regions(Modality.AUDIO, sizes, -1, time, -1);
  }

  int columns() {
    return (int) Math.min(modality == Modality.AUDIO ? WINDOWS : GRID, sizes[horizontal]);
  }

  private int rows() {
    return vertical < 0 ? 1 : (int) Math.min(GRID, sizes[vertical]);
  }

  int count() {
    return rows() * columns();
  }

  /**
   * The input without one place: a picture has the mean of each channel there, a sound that is
   * given sample by sample is silent, and a spectrogram as low as anywhere.
   */
  Tensor without(Tensor input, int place) {
    double[] values = input.toDoubles();
    double[] blank = blank(values);
    for (int i = 0; i < values.length; i++) {
      if (placeOf(i) == place) {
        values[i] = blank[channelOf(i)];
      }
    }
    return Tensor.ofNumbers(input.dataType(), sizes, values);
  }

  private double[] blank(double[] values) {
    if (modality == Modality.AUDIO) {
      boolean spectrogram = Arrays.stream(sizes).filter(size -> size > 1).count() > 1;
      return new double[] {spectrogram ? Arrays.stream(values).min().orElse(0) : 0};
    }
    int count = channels < 0 ? 1 : (int) sizes[channels];
    double[] mean = new double[count];
    for (int i = 0; i < values.length; i++) {
      mean[channelOf(i)] += values[i] * count / values.length;
    }
    return mean;
  }

  private int channelOf(int element) {
    return channels < 0 ? 0 : (int) index(element, channels);
  }

  /** The place that an element lies in. */
  private int placeOf(int element) {
    int row = vertical < 0 ? 0 : (int) (index(element, vertical) * rows() / sizes[vertical]);
    return row * columns() + (int) (index(element, horizontal) * columns() / sizes[horizontal]);
  }

  private long index(int element, int axis) {
    long stride = 1;
    for (int i = axis + 1; i < sizes.length; i++) {
      stride *= sizes[i];
    }
    return element / stride % sizes[axis];
  }
}

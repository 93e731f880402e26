package io.demitasse.media.sound;

import java.util.Arrays;

/**
 * Features of a sound over time.
 *
 * @param count of frames, from 1
 * @param width features of a frame, from 1
 * @param values all features of a frame, frame after frame: {@code [count, width]}; owned by the
 *     frames and never changed
 */
@SuppressWarnings("ArrayRecordComponent")
public record FeatureFrames(int count, int width, float[] values) {
  public FeatureFrames {
    if (count < 1 || width < 1 || values.length != (long) count * width) {
      throw new IllegalArgumentException(
          count + " frames of " + width + " features cannot have " + values.length + " values");
    }
  }

  /** The same cut off at its end, or followed by zeros. */
  public FeatureFrames ofCount(int other) {
    return other == count
        ? this
        : new FeatureFrames(other, width, Arrays.copyOf(values, Math.multiplyExact(other, width)));
  }

  /** The same, one feature after the other: {@code [width, count]}. */
  public float[] byFeature() {
    float[] turned = new float[values.length];
    for (int frame = 0; frame < count; frame++) {
      for (int feature = 0; feature < width; feature++) {
        turned[feature * count + frame] = values[frame * width + feature];
      }
    }
    return turned;
  }
}

package io.demitasse.media.program;

import io.demitasse.ir.Dim;
import io.demitasse.ir.Shape;
import io.demitasse.media.sound.LogMel;
import io.demitasse.media.sound.SoundFeatures;
import java.util.OptionalInt;

/**
 * What the shape of an input says of the sound that it takes.
 *
 * @param name of the input
 */
record SoundForm(String name, Shape shape) {
  /** The shortest fixed length that is taken for one of a sound: what is shorter is no sound. */
  private static final long SHORTEST = 400;

  /** The frames of Whisper's 30 seconds. */
  private static final long FRAMES = 3000;

  private static final String FEATURES = "input_features";

  /** Whether one sound at a time can be given, {@code [N]}, {@code [B,N]} or {@code [B,X,Y]}. */
  boolean mayBeSound() {
    int rank = shape.rank();
    return rank >= 1
        && rank <= 3
        && (rank == 1 || !(shape.dim(0) instanceof Dim.Fixed(long batch) && batch != 1));
  }

  boolean isOfSamples() {
    long length = fixed(shape.rank() - 1);
    return mayBeSound()
        && (length == 0 || length >= SHORTEST)
        && (shape.rank() < 3 || fixed(1) == 1);
  }

  /** Whether the second axis holds the bands of Whisper, 80 or 128. */
  boolean isOfWhisper() {
    return mayBeSound()
        && shape.rank() == 3
        && (fixed(1) == 80 || fixed(1) == 128)
        && (fixed(2) == FRAMES || (name.equals(FEATURES) && fixed(2) == 0));
  }

  /**
   * The axis along which frames of features stand, 1 or 2: log-mel has features first where both
   * axes have room for them, others last.
   *
   * @return empty where there is no room
   */
  OptionalInt timeAxis(SoundFeatures features) {
    if (!mayBeSound() || shape.rank() != 3) {
      return OptionalInt.empty();
    }
    boolean first = fixed(1) == features.width();
    boolean last = fixed(2) == features.width();
    if (first != last) {
      return OptionalInt.of(first ? 2 : 1);
    }
    boolean before = features instanceof LogMel;
    int room = fixed(1) == 0 ? 1 : fixed(2) == 0 ? 2 : 0;
    if (!first && room == 0) {
      return OptionalInt.empty();
    }
    return first || fixed(1) == fixed(2)
        ? OptionalInt.of(before ? 2 : 1)
        : OptionalInt.of(room == 1 ? 2 : 1);
  }

  /** The fixed size of an axis; 0 where it is open. */
  long fixed(int axis) {
    return shape.dim(axis) instanceof Dim.Fixed(long size) ? size : 0;
  }
}

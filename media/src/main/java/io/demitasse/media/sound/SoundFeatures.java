package io.demitasse.media.sound;

import io.demitasse.error.DemitasseException;

/** What models are given in place of a sound: features that a spectrum has at each time. */
public sealed interface SoundFeatures permits LogMel, Filterbank, Mfcc {
  /** The rate in hertz that a sound is brought to first. */
  int rate();

  /** Features of a frame. */
  int width();

  /**
   * The features of a sound, which may be of any rate.
   *
   * @throws DemitasseException (bad request) when it is too short for one frame
   */
  FeatureFrames of(Sound sound);
}

package io.demitasse.search;

import io.demitasse.cost.Processor;
import io.demitasse.evaluate.BundleFiles;

/**
 * What is known before anything is tried.
 *
 * @param files of the original
 * @param calibrated whether there are real data to see ranges on
 * @param trains whether there is a trainer, and samples and time to train
 * @param saturates whether products of 8-bit weights are cut off on this processor
 */
public record Knowledge(BundleFiles files, boolean calibrated, boolean trains, boolean saturates) {

  /** What is known on this machine, where nothing trains. */
  public static Knowledge here(BundleFiles files, boolean calibrated) {
    return here(files, calibrated, false);
  }

  /** What is known on this machine. */
  public static Knowledge here(BundleFiles files, boolean calibrated, boolean trains) {
    return new Knowledge(files, calibrated, trains, Processor.detect().saturates());
  }
}

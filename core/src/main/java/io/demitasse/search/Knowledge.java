package io.demitasse.search;

import io.demitasse.cost.Processor;
import io.demitasse.evaluate.BundleFiles;

/**
 * What is known before anything is tried.
 *
 * @param files of the original
 * @param calibrated whether there are real data to see ranges on
 * @param saturates whether products of 8-bit weights are cut off on this processor
 */
public record Knowledge(BundleFiles files, boolean calibrated, boolean saturates) {

  /** What is known on this machine. */
  public static Knowledge here(BundleFiles files, boolean calibrated) {
    return new Knowledge(files, calibrated, Processor.detect().saturates());
  }
}

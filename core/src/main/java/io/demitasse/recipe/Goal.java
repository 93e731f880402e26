package io.demitasse.recipe;

/**
 * What a search is to reach.
 *
 * @param budget limits that the result has to keep
 * @param preset what the result is for
 * @param preference what counts more of size and time
 * @param anyProcessor whether the result has to be right on processors that cut off sums of
 *     products of 8-bit numbers, whatever this one does
 */
public record Goal(Budget budget, Preset preset, Preference preference, boolean anyProcessor) {

  /** Within some limits, and the rest as is usual for a purpose. */
  public static Goal of(Budget budget, Preset preset) {
    return new Goal(budget, preset, preset.preference(), preset.anyProcessor());
  }

  /** Whether bytes count more than time. */
  public boolean sizeFirst() {
    return preference == Preference.SIZE;
  }
}

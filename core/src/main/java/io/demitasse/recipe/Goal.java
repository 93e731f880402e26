package io.demitasse.recipe;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a search is to reach.
 *
 * @param budget limits that the result has to keep
 * @param preset what the result is for
 * @param preference what counts more of size and time
 * @param anyProcessor whether the result has to be right on processors that cut off sums of
 *     products of 8-bit numbers, whatever this one does
 * @param recovery options of the training that wins accuracy back, which go before those that
 *     techniques choose
 */
public record Goal(
    Budget budget,
    Preset preset,
    Preference preference,
    boolean anyProcessor,
    Map<String, String> recovery) {

  public Goal {
    recovery = Map.copyOf(recovery);
  }

  /** Within some limits, and the rest as is usual for a purpose. */
  public static Goal of(Budget budget, Preset preset) {
    return new Goal(budget, preset, preset.preference(), preset.anyProcessor(), Map.of());
  }

  /**
   * Options of a training that wins accuracy back.
   *
   * @param usual what is taken where nothing else is asked for
   */
  public Map<String, String> recoveryOr(Map<String, String> usual) {
    Map<String, String> options = new LinkedHashMap<>(usual);
    options.putAll(recovery);
    return options;
  }

  /** Whether bytes count more than time. */
  public boolean sizeFirst() {
    return preference == Preference.SIZE;
  }
}

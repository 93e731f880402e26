package io.demitasse.calibrate;

import io.demitasse.ir.Value;

/**
 * A request for one statistic of one value over the data. Equal requests are answered once.
 *
 * @param part part of the bundle
 * @param value name of a value of the part's main graph
 * @param reducer what is to be known
 */
public record Observation<T>(String part, String value, Reducer<T> reducer) {

  public static <T> Observation<T> of(String part, Value value, Reducer<T> reducer) {
    return new Observation<>(part, value.name(), reducer);
  }

  @Override
  public String toString() {
    return reducer.name() + " of '" + value + "' in part '" + part + "'";
  }
}

package io.demitasse.recipe;

import io.demitasse.error.DemitasseException;
import java.util.List;
import java.util.Optional;

/** What a result is for: which operators a search may write, and what counts most. */
public enum Preset {
  /** What a search does when nobody says otherwise. */
  SERVER(
      "ONNX Runtime on a processor: as small and fast as accuracy allows, nothing slower",
      Operators.OF_ONNX_RUNTIME,
      First.SIZE_AND_TIME,
      0),
  BROWSER(
      "a download: the smallest file, at most half again the time, operators of ONNX alone, right"
          + " on any processor",
      Operators.OF_ONNX,
      First.SIZE,
      1.5),
  MOBILE(
      "accelerators of devices: ranges seen on data where there are any, nothing slower, operators"
          + " of ONNX alone",
      Operators.OF_ONNX,
      First.SEEN_RANGES,
      0),
  SMALLEST("the smallest file, at most twice the time", Operators.OF_ONNX_RUNTIME, First.SIZE, 2);

  private enum Operators {
    OF_ONNX,
    OF_ONNX_RUNTIME
  }

  private enum First {
    SIZE_AND_TIME,
    SIZE,
    SEEN_RANGES
  }

  private final String purpose;
  private final Operators operators;
  private final First first;
  private final double latency;

  /**
   * @param latency share of the original's time that a result may take; 0 where nothing is slower
   */
  Preset(String purpose, Operators operators, First first, double latency) {
    this.purpose = purpose;
    this.operators = operators;
    this.first = first;
    this.latency = latency;
  }

  /**
   * The one of a name.
   *
   * @throws DemitasseException (bad request) naming the nearest, or all
   */
  public static Preset of(String name) {
    return Spelling.find(values(), name, "There is no preset");
  }

  /** The names of all. */
  public static List<String> names() {
    return Spelling.all(values());
  }

  /** Its name as it is written: {@code browser}. */
  public String text() {
    return Spelling.of(this);
  }

  /** What it is for, and what follows from that. */
  public String purpose() {
    return purpose;
  }

  /** Whether only operators of ONNX itself are written, which any runtime of the opset knows. */
  public boolean portable() {
    return operators == Operators.OF_ONNX;
  }

  /** Whether a result is for machines of which nothing is known: a page is opened on any. */
  public boolean anyProcessor() {
    return this == BROWSER;
  }

  /** What counts more of size and time where nobody says so. */
  public Preference preference() {
    return first == First.SIZE ? Preference.SIZE : Preference.BALANCED;
  }

  /** Whether ranges of activations that were seen on data go before those taken at run time. */
  public boolean seenRangesFirst() {
    return first == First.SEEN_RANGES;
  }

  /** A budget with the limit of time of this, where it has none of its own. */
  public Budget within(Budget given) {
    return new Budget(
        given.size(),
        given.latency().or(this::latency),
        given.latencies(),
        given.memory(),
        given.drop(),
        given.drops());
  }

  private Optional<Limit> latency() {
    return latency == 0 ? Optional.empty() : Optional.of(Limit.ofShare(latency));
  }
}

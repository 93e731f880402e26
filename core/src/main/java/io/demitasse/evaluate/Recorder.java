package io.demitasse.evaluate;

import io.demitasse.ir.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps what flowed into one part, in bounded memory: when it is too much, every second run is
 * dropped, and from then on only every second, fourth, eighth ... is kept. So what is kept is
 * spread evenly over all runs, and is the same every time.
 */
final class Recorder {
  /** Runs that are kept at most. */
  static final int RUNS = 256;

  private final long ceiling;
  private final List<Map<String, Tensor>> kept = new ArrayList<>();
  private long bytes;
  private long seen;
  private long stride = 1;

  /**
   * @param ceiling bytes that are kept at most; a single run is kept whatever it takes
   */
  Recorder(long ceiling) {
    this.ceiling = ceiling;
  }

  void add(Map<String, Tensor> inputs) {
    if (seen++ % stride != 0) {
      return;
    }
    kept.add(Collections.unmodifiableMap(new LinkedHashMap<>(inputs)));
    bytes += size(inputs);
    while (kept.size() > 1 && (kept.size() > RUNS || bytes > ceiling)) {
      dropEverySecond();
    }
  }

  private void dropEverySecond() {
    List<Map<String, Tensor>> all = List.copyOf(kept);
    kept.clear();
    for (int i = 0; i < all.size(); i += 2) {
      kept.add(all.get(i));
    }
    stride *= 2;
    bytes = kept.stream().mapToLong(Recorder::size).sum();
  }

  boolean isEmpty() {
    return kept.isEmpty();
  }

  /** What was kept, in the order in which it flowed. */
  List<Map<String, Tensor>> kept() {
    return List.copyOf(kept);
  }

  private static long size(Map<String, Tensor> inputs) {
    return inputs.values().stream().mapToLong(Tensor::byteSize).sum();
  }
}

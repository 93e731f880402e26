package io.demitasse.calibrate;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.port.Runtime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Measures how much the taps of a part yield, by runs that fetch nothing but sizes.
 *
 * <p>A part that runs again and again on one sample, as a decoder does on what it has kept, sees
 * its inputs grow a little each time. So as not to measure each time, what is measured there is
 * taken to hold for inputs up to {@value #ROOM} times as large along every axis, and to be as much
 * more as a value can grow with three of them.
 */
final class TapSizes {
  private static final double ROOM = 1.5;
  private static final double GROWTH = ROOM * ROOM * ROOM;

  private final Runtime runtime;
  private final Model model;
  private final List<Measured> measured = new ArrayList<>();

  /**
   * Sizes of inputs that have been measured.
   *
   * @param room how much larger they may be
   */
  private record Measured(List<Long> sizes, double room) {

    boolean covers(List<Long> others) {
      boolean covered = sizes.size() == others.size();
      for (int i = 0; covered && i < sizes.size(); i++) {
        covered = others.get(i) <= room * sizes.get(i);
      }
      return covered;
    }
  }

  TapSizes(Runtime runtime, Model model) {
    this.runtime = runtime;
    this.model = model;
  }

  /** Whether inputs at least as large along every axis have been measured. */
  boolean cover(Map<String, Tensor> inputs) {
    List<Long> sizes = sizes(inputs);
    return measured.stream().anyMatch(known -> known.covers(sizes));
  }

  private static List<Long> sizes(Map<String, Tensor> inputs) {
    List<Long> sizes = new ArrayList<>();
    for (Tensor input : new TreeMap<>(inputs).values()) {
      for (long size : input.sizes()) {
        sizes.add(size);
      }
    }
    return sizes;
  }

  /**
   * Measures the taps that fetch their value as it is; what others fetch has been reduced in the
   * graph and is as good as nothing.
   *
   * @param again whether the part has run on this sample before
   * @return bytes that each tap yields at most on the inputs that are now covered, when an element
   *     has four
   */
  Map<Tap<?>, Long> measure(List<Tap<?>> taps, Map<String, Tensor> inputs, boolean again) {
    measured.add(new Measured(sizes(inputs), again ? ROOM : 1));
    Model sizing = model.copy();
    Graph graph = sizing.graph();
    Map<Tap<?>, String> names = new LinkedHashMap<>();
    for (Tap<?> tap : taps) {
      Value value = tap.value(graph);
      if (tap.fetched(graph).contains(value)) {
        Value size = graph.node("Size").inputs(value).append().output();
        graph.addOutput(size);
        names.put(tap, size.name());
      }
    }
    return names.isEmpty() ? Map.of() : run(sizing, names, inputs, again ? GROWTH : 1);
  }

  private Map<Tap<?>, Long> run(
      Model sizing, Map<Tap<?>, String> names, Map<String, Tensor> inputs, double growth) {
    try (Runtime.Session session = runtime.open(sizing, TappedPart.OPTIONS)) {
      Map<String, Tensor> outputs = session.run(inputs);
      Map<Tap<?>, Long> bytes = new LinkedHashMap<>();
      names.forEach(
          (tap, name) -> {
            Tensor elements = Objects.requireNonNull(outputs.get(name));
            bytes.put(tap, (long) (growth * Float.BYTES * elements.toLongs()[0]));
          });
      return bytes;
    }
  }
}

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

/** Measures how much the taps of a part yield, by runs that fetch nothing but sizes. */
final class TapSizes {
  private final Runtime runtime;
  private final Model model;
  private final List<List<Long>> measured = new ArrayList<>();

  TapSizes(Runtime runtime, Model model) {
    this.runtime = runtime;
    this.model = model;
  }

  /** Whether inputs at least as large along every axis have been measured. */
  boolean cover(Map<String, Tensor> inputs) {
    List<Long> sizes = sizes(inputs);
    return measured.stream().anyMatch(known -> covers(known, sizes));
  }

  private static boolean covers(List<Long> known, List<Long> sizes) {
    boolean covered = known.size() == sizes.size();
    for (int i = 0; covered && i < known.size(); i++) {
      covered = sizes.get(i) <= known.get(i);
    }
    return covered;
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
   * @return bytes that each tap yields on these inputs, when an element has four
   */
  Map<Tap<?>, Long> measure(List<Tap<?>> taps, Map<String, Tensor> inputs) {
    measured.add(sizes(inputs));
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
    return names.isEmpty() ? Map.of() : run(sizing, names, inputs);
  }

  private Map<Tap<?>, Long> run(
      Model sizing, Map<Tap<?>, String> names, Map<String, Tensor> inputs) {
    try (Runtime.Session session = runtime.open(sizing, TappedPart.OPTIONS)) {
      Map<String, Tensor> outputs = session.run(inputs);
      Map<Tap<?>, Long> bytes = new LinkedHashMap<>();
      names.forEach(
          (tap, name) -> {
            Tensor elements = Objects.requireNonNull(outputs.get(name));
            bytes.put(tap, Float.BYTES * elements.toLongs()[0]);
          });
      return bytes;
    }
  }
}

package io.demitasse.calibrate;

import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.port.Runtime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A part that also yields what its taps fetch, as far as that stays under the ceiling.
 *
 * <p>How much they yield is measured on the first inputs, and on any that are larger along some
 * axis than was expected. Taps that do not fit are postponed to another sweep, which goes on for
 * them where this one stopped.
 */
final class TappedPart implements AutoCloseable {
  static final Runtime.SessionOptions OPTIONS =
      Runtime.SessionOptions.of(1).with(Runtime.Optimization.BASIC);

  private final Runtime runtime;
  private final long ceiling;
  private final Model model;
  private final TapSizes sizes;
  private final Set<String> outputs;
  private final List<Tap<?>> taps;
  private final List<Tap<?>> postponed = new ArrayList<>();
  private final List<Fetching> fetching = new ArrayList<>();
  private Tap.Place place = new Tap.Place(-1, 0);
  private Runtime.@Nullable Session session;

  TappedPart(Runtime runtime, long ceiling, Model model, List<Tap<?>> taps) {
    this.runtime = runtime;
    this.ceiling = ceiling;
    this.model = model;
    this.sizes = new TapSizes(runtime, model);
    this.outputs = model.graph().outputs().stream().map(Value::name).collect(Collectors.toSet());
    this.taps = new ArrayList<>(taps);
  }

  /** What one tap fetches, and what of it has arrived from the present run. */
  private record Fetching(Tap<?> tap, List<String> names, Map<String, Tensor> arrived) {

    void take(String name, Tensor tensor) {
      if (names.contains(name)) {
        arrived.put(name, tensor);
        if (arrived.size() == names.size()) {
          tap.add(names.stream().map(each -> Objects.requireNonNull(arrived.get(each))).toList());
          arrived.clear();
        }
      }
    }
  }

  List<Tap<?>> postponed() {
    return postponed;
  }

  /** Runs once and feeds the taps; returns the outputs of the part itself. */
  Map<String, Tensor> run(int sample, Map<String, Tensor> inputs) {
    place = new Tap.Place(sample, place.sample() == sample ? place.run() + 1 : 0);
    if (!sizes.cover(inputs)) {
      postponeWhatDoesNotFit(sizes.measure(taps, inputs, place.run() > 0));
    }
    if (session == null) {
      session = open();
    }
    Map<String, Tensor> results = new LinkedHashMap<>();
    session.run(
        inputs,
        (name, tensor) -> {
          if (outputs.contains(name)) {
            results.put(name, tensor);
          }
          feed(name, tensor);
        });
    return results;
  }

  private void feed(String name, Tensor tensor) {
    for (Fetching each : fetching) {
      if (!place.isBefore(each.tap.next())) {
        each.take(name, tensor);
      }
    }
  }

  private void postponeWhatDoesNotFit(Map<Tap<?>, Long> bytes) {
    List<Map.Entry<Tap<?>, Long>> largestFirst = new ArrayList<>(bytes.entrySet());
    largestFirst.sort(Map.Entry.<Tap<?>, Long>comparingByValue(Comparator.reverseOrder()));
    long sum = 0;
    for (Map.Entry<Tap<?>, Long> each : largestFirst) {
      if (sum > 0 && sum + each.getValue() > ceiling) {
        each.getKey().postpone(place);
        postponed.add(each.getKey());
        taps.remove(each.getKey());
        close();
      } else {
        sum += each.getValue();
      }
    }
  }

  private Runtime.Session open() {
    Model tapped = model.copy();
    // The runtime goes for the graph's loose ends from the last to the first. What reduces an early
    // value is therefore attached late, and runs as soon as the value is there; otherwise all
    // values would be kept until the end.
    for (Tap<?> tap : taps.reversed()) {
      List<Value> values = tap.fetched(tapped.graph());
      values.stream().filter(value -> !value.isOutput()).forEach(tapped.graph()::addOutput);
      fetching.add(
          new Fetching(tap, values.stream().map(Value::name).toList(), new LinkedHashMap<>()));
    }
    return runtime.open(tapped, OPTIONS);
  }

  @Override
  public void close() {
    if (session != null) {
      session.close();
      session = null;
    }
    fetching.clear();
  }
}

package io.demitasse.calibrate;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import java.util.List;
import java.util.Objects;

/** One observation at work: what it has gathered, and from where it goes on. */
final class Tap<T> {
  private final Observation<T> observation;
  private final Reducer.Accumulator<T> accumulator;
  private Place next = Place.FIRST;

  /**
   * A run of a part.
   *
   * @param sample index of the sample
   * @param run how often the part has run on that sample before
   */
  record Place(int sample, int run) {
    static final Place FIRST = new Place(0, 0);

    boolean isBefore(Place other) {
      return sample < other.sample || (sample == other.sample && run < other.run);
    }
  }

  Tap(Observation<T> observation) {
    this.observation = observation;
    this.accumulator = observation.reducer().start();
  }

  String part() {
    return observation.part();
  }

  /** The first run of the part that it has not seen. */
  Place next() {
    return next;
  }

  /** Leaves out all runs before a place that it has not come to yet. */
  void postpone(Place place) {
    if (next.isBefore(place)) {
      next = place;
    }
  }

  /** The observed value in a graph. */
  Value value(Graph graph) {
    return Objects.requireNonNull(graph.find(observation.value()));
  }

  /** Adds to a graph what reduces the value there; the values to fetch. */
  List<Value> fetched(Graph graph) {
    return observation.reducer().tap(graph, value(graph));
  }

  /** Adds what was fetched in one run, in the order of {@link #fetched}. */
  void add(List<Tensor> tensors) {
    accumulator.add(tensors);
  }

  Gathered.Part<T> gathered() {
    return new Gathered.Part<>(observation, accumulator);
  }
}

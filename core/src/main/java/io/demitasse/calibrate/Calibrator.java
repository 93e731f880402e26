package io.demitasse.calibrate;

import io.demitasse.data.Program;
import io.demitasse.data.Samples;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.port.Runtime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Answers observations by running a program over samples once, on copies of the parts that also
 * yield what the reducers asked for.
 *
 * <p>Memory is bounded by one sample and the accumulators. Samples run in order on one thread, so
 * the answers are the same on any number of cores.
 */
public final class Calibrator {
  private final Runtime runtime;

  public Calibrator(Runtime runtime) {
    this.runtime = runtime;
  }

  /**
   * Runs all samples.
   *
   * @return an answer for each wish whose value was computed and finite
   */
  public Statistics collect(
      Set<? extends Observation<?>> wishes, Bundle bundle, Program program, Samples samples) {
    Map<Observation<?>, Collection<?>> collections = new LinkedHashMap<>();
    Bundle tapped = bundle.copy();
    for (Observation<?> wish : wishes) {
      Graph graph = tapped.part(wish.part()).graph();
      Value value = graph.find(wish.value());
      if (value == null) {
        throw new IllegalArgumentException("there is no value for the " + wish);
      }
      collections.put(wish, Collection.of(wish, graph, value));
    }
    try (TappedParts parts = new TappedParts(tapped, collections)) {
      for (int i = 0; i < samples.size(); i++) {
        program.run(samples.get(i), parts);
      }
    }
    Map<Observation<?>, double[]> answers = new LinkedHashMap<>();
    collections.forEach((wish, collection) -> collection.numbers(answers, wish));
    return new Statistics(answers);
  }

  /** One reducer at work on one value. */
  private record Collection<T>(
      Reducer<T> reducer, Reducer.Accumulator<T> accumulator, String part, List<String> fetched) {

    static <T> Collection<T> of(Observation<T> wish, Graph graph, Value value) {
      List<String> fetched = new ArrayList<>();
      for (Value tap : wish.reducer().tap(graph, value)) {
        if (!tap.isOutput()) {
          graph.addOutput(tap);
        }
        fetched.add(tap.name());
      }
      return new Collection<>(wish.reducer(), wish.reducer().start(), wish.part(), fetched);
    }

    void add(Map<String, Tensor> outputs) {
      List<Tensor> tensors = new ArrayList<>();
      for (String name : fetched) {
        Tensor tensor = outputs.get(name);
        if (tensor == null) {
          return;
        }
        tensors.add(tensor);
      }
      accumulator.add(tensors);
    }

    void numbers(Map<Observation<?>, double[]> answers, Observation<?> wish) {
      accumulator.result().ifPresent(result -> answers.put(wish, reducer.numbers(result)));
    }
  }

  /** Sessions of the tapped parts, opened when first used. */
  private final class TappedParts implements Program.Parts, AutoCloseable {
    private final Bundle tapped;
    private final Map<Observation<?>, Collection<?>> collections;
    private final Map<String, Runtime.Session> sessions = new LinkedHashMap<>();

    TappedParts(Bundle tapped, Map<Observation<?>, Collection<?>> collections) {
      this.tapped = tapped;
      this.collections = collections;
    }

    @Override
    public Map<String, Tensor> run(String part, Map<String, Tensor> inputs) {
      Map<String, Tensor> outputs = session(part).run(inputs);
      Set<Collection<?>> ours = new LinkedHashSet<>();
      for (Collection<?> collection : collections.values()) {
        if (collection.part().equals(part)) {
          ours.add(collection);
        }
      }
      ours.forEach(collection -> collection.add(outputs));
      return outputs;
    }

    private Runtime.Session session(String part) {
      return sessions.computeIfAbsent(
          part,
          name ->
              runtime.open(
                  tapped.part(name),
                  Runtime.SessionOptions.of(1).with(Runtime.Optimization.BASIC)));
    }

    @Override
    public void close() {
      sessions.values().forEach(Runtime.Session::close);
    }
  }
}

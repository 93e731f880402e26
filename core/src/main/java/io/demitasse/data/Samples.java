package io.demitasse.data;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** A sequence of samples that may be larger than memory: each is loaded when it is asked for. */
public interface Samples {

  /** Where they come from, as a person would say it. */
  String name();

  int size();

  Sample get(int index);

  /** Whether these were invented rather than given: weak evidence that reports must label. */
  default boolean synthetic() {
    return false;
  }

  /** What the data say that a sample is for; empty where they leave it open. */
  default Optional<Split> declared(int index) {
    return Optional.empty();
  }

  /** What was taken, what was skipped and why, in lines; empty when there is nothing to tell. */
  default List<String> account() {
    return List.of();
  }

  /** Which data would make the evidence stronger, in sentences; empty when nothing is missing. */
  default String advice() {
    return "";
  }

  /** At most {@code count} samples, spread evenly over all of them, in order. */
  default Samples spread(int count) {
    if (count >= size()) {
      return this;
    }
    int[] chosen = IntStream.range(0, count).map(i -> (int) ((long) i * size() / count)).toArray();
    return new Chosen(this, chosen);
  }

  /** Those at some places, in order. */
  default Samples only(List<Integer> places) {
    return new Chosen(this, places.stream().mapToInt(Integer::intValue).toArray());
  }

  static Samples of(String name, List<? extends Sample> samples) {
    return new Listed(name, List.copyOf(samples), false);
  }

  static Samples synthetic(String name, List<? extends Sample> samples) {
    return new Listed(name, List.copyOf(samples), true);
  }

  /** Samples that are already in memory. */
  record Listed(String name, List<Sample> samples, boolean synthetic) implements Samples {
    @Override
    public int size() {
      return samples.size();
    }

    @Override
    public Sample get(int index) {
      return samples.get(index);
    }
  }

  /** A choice from other samples. */
  @SuppressWarnings("ArrayRecordComponent")
  record Chosen(Samples all, int[] indices) implements Samples {
    @Override
    public String name() {
      return all.name();
    }

    @Override
    public int size() {
      return indices.length;
    }

    @Override
    public Sample get(int index) {
      return all.get(indices[index]);
    }

    @Override
    public boolean synthetic() {
      return all.synthetic();
    }

    @Override
    public Optional<Split> declared(int index) {
      return all.declared(indices[index]);
    }
  }
}

package io.demitasse.calibrate;

import io.demitasse.calibrate.Reducer.Accumulator;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What observations have gathered over some samples: statistics in the making, which can be
 * written, read elsewhere, and merged with those of the samples that follow. However samples are
 * divided into neighbors, the statistics of all are the same.
 */
public final class Gathered {
  private static final int VERSION = 1;

  private final List<Part<?>> parts;

  Gathered(List<Part<?>> parts) {
    this.parts = List.copyOf(parts);
  }

  /** One observation and what it has gathered. */
  record Part<T>(Observation<T> observation, Accumulator<T> accumulator) {

    static <T> Part<T> read(Observation<T> observation, DataInput in) throws IOException {
      return new Part<>(observation, observation.reducer().read(in));
    }

    /** The other's is of an equal observation, and so of its type. */
    @SuppressWarnings("unchecked")
    void merge(Part<?> later) {
      accumulator.merge((Accumulator<T>) later.accumulator());
    }

    void answer(Map<Observation<?>, double[]> answers) {
      accumulator
          .result()
          .map(observation.reducer()::numbers)
          .ifPresent(numbers -> answers.put(observation, numbers));
    }
  }

  private List<? extends Observation<?>> observations() {
    return parts.stream().map(Part::observation).toList();
  }

  /**
   * Adds what was gathered over the samples that follow.
   *
   * @throws IllegalArgumentException when something else was observed there
   */
  public void merge(Gathered later) {
    if (!later.observations().equals(observations())) {
      throw new IllegalArgumentException(
          "what was gathered of "
              + later.observations()
              + " cannot be added to that of "
              + observations());
    }
    for (int i = 0; i < parts.size(); i++) {
      parts.get(i).merge(later.parts.get(i));
    }
  }

  /** The answers so far, for each observation whose value was computed and finite. */
  public Statistics statistics() {
    Map<Observation<?>, double[]> answers = new LinkedHashMap<>();
    parts.forEach(part -> part.answer(answers));
    return new Statistics(answers);
  }

  /** Writes what {@link #read} reads. */
  public void write(DataOutput out) throws IOException {
    out.writeByte(VERSION);
    out.writeInt(parts.size());
    for (Part<?> part : parts) {
      out.writeUTF(part.observation().toString());
      part.accumulator().write(out);
    }
  }

  /**
   * Reads what was gathered by the same observations in the same order.
   *
   * @throws IOException when it ends early, was gathered by others, or is not what was written
   */
  public static Gathered read(Set<? extends Observation<?>> observations, DataInput in)
      throws IOException {
    int version = in.readUnsignedByte();
    ByteForm.require(version == VERSION, "it has version " + version + ", expected " + VERSION);
    int count = in.readInt();
    ByteForm.require(
        count == observations.size(),
        "it has " + count + " observations, expected " + observations.size());
    List<Part<?>> parts = new ArrayList<>();
    for (Observation<?> observation : observations) {
      String name = in.readUTF();
      ByteForm.require(
          name.equals(observation.toString()), "it has " + name + ", expected " + observation);
      parts.add(Part.read(observation, in));
    }
    return new Gathered(parts);
  }
}

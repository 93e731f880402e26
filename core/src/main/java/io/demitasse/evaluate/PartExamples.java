package io.demitasse.evaluate;

import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.error.Cancellation;
import io.demitasse.ir.Tensor;
import io.demitasse.objective.Batch;
import io.demitasse.train.Examples;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What a program gives to one of its parts for each of some samples, as a trainer takes it.
 *
 * <p>Where a part runs once for each sample, as those of a single model do, a sample is prepared
 * when it is asked for, the part itself does not run, and what was prepared is kept as far as that
 * fits into a bounded memory: there may be more samples than memory. Where a part runs more often,
 * or not for each sample, all samples run at once and each run is an example.
 */
final class PartExamples implements Examples {
  /** As many samples tell how often a part runs for one. */
  private static final int TRIED = 8;

  /** What is kept at most: no more than a small share of the heap. */
  private static final long CEILING = java.lang.Runtime.getRuntime().maxMemory() / 8;

  private final Source source;
  private final List<Batch> runs;
  private final Map<Integer, Batch> kept = new HashMap<>();
  private long bytes;

  /**
   * Where examples come from.
   *
   * @param part that learns
   * @param running the original
   * @param targets what outputs for a sample should be, by the name of the target
   */
  record Source(
      String part,
      Samples samples,
      Program program,
      Program.Parts running,
      Function<Sample, Map<String, Tensor>> targets) {}

  private PartExamples(Source source, List<Batch> runs) {
    this.source = source;
    this.runs = runs;
  }

  /** Examples of a source, which is open for as long as they are asked for. */
  static PartExamples of(Source source) {
    List<Batch> first = new ArrayList<>();
    int tried = Math.min(TRIED, source.samples().size());
    boolean once = true;
    for (int i = 0; i < tried; i++) {
      int before = first.size();
      run(source, i, first);
      once &= first.size() == before + 1;
    }
    if (once) {
      return new PartExamples(source, List.of());
    }
    Recorded recorded = new Recorded(first);
    for (int i = tried; i < source.samples().size() && !recorded.isFull(); i++) {
      recorded.add(source, i);
    }
    return new PartExamples(source, List.copyOf(recorded.runs));
  }

  /** Runs a sample to its end; each run of the part is an example without targets. */
  private static void run(Source source, int index, List<Batch> runs) {
    Cancellation.check();
    source
        .program()
        .run(
            source.samples().get(index),
            (part, inputs) -> {
              if (part.equals(source.part())) {
                runs.add(new Batch(inputs, Map.of()));
              }
              return source.running().run(part, inputs);
            });
  }

  /** Runs of a part, as many as fit. */
  private static final class Recorded {
    private final List<Batch> runs;
    private long bytes;

    Recorded(List<Batch> first) {
      runs = new ArrayList<>(first);
      first.forEach(run -> bytes += size(run));
    }

    void add(Source source, int index) {
      int before = runs.size();
      run(source, index, runs);
      runs.subList(before, runs.size()).forEach(run -> bytes += size(run));
    }

    boolean isFull() {
      return bytes >= CEILING;
    }
  }

  private static long size(Batch batch) {
    return batch.inputs().values().stream().mapToLong(Tensor::byteSize).sum();
  }

  /** Whether each sample is an example, so that what is known of it is known of the example. */
  boolean isOnceEach() {
    return runs.isEmpty();
  }

  @Override
  public int size() {
    return isOnceEach() ? source.samples().size() : runs.size();
  }

  @Override
  public Batch get(int index) {
    if (!isOnceEach()) {
      return runs.get(index);
    }
    Batch known = kept.get(index);
    if (known != null) {
      return known;
    }
    Batch prepared = prepared(source.samples().get(index));
    if (bytes + size(prepared) <= CEILING) {
      kept.put(index, prepared);
      bytes += size(prepared);
    }
    return prepared;
  }

  private Batch prepared(Sample sample) {
    Map<String, Tensor> inputs =
        new PartInputs(source.part(), source.program(), source.running())
            .of(sample)
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "nothing reached part '" + source.part() + "' of sample " + sample.id()));
    return new Batch(inputs, source.targets().apply(sample));
  }
}

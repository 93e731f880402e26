package io.demitasse.media.data;

import io.demitasse.data.Fields;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.data.Split;
import io.demitasse.error.DemitasseException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * Samples with the account of how they were taken.
 *
 * @param loader loads a sample each time it is asked for
 * @param advice which data would make the evidence stronger; may be empty
 * @param splits what the data say that a sample is for
 */
public record Dataset(
    LoadedSamples loaded,
    int size,
    IntFunction<Sample> loader,
    String advice,
    IntFunction<Optional<Split>> splits)
    implements Samples {
  /** With fewer samples, intervals of what they show are wide. */
  private static final int FEW = 50;

  /** Samples of which the more are judged the better. */
  public Dataset(LoadedSamples loaded, int size, IntFunction<Sample> loader) {
    this(loaded, size, loader, few(loaded.taken(), "sample"), _ -> Optional.empty());
  }

  /**
   * What to say of so many judged samples; empty where they are enough.
   *
   * @param what one of them is called
   */
  public static String few(int count, String what) {
    return count >= FEW
        ? ""
        : String.format(
            Locale.ROOT,
            "%d %s few: intervals are wide, and what looks met may fail. A hundred or more make the"
                + " evidence stronger.",
            count,
            count == 1 ? what + " is" : what + "s are");
  }

  /** Samples in memory. */
  public static Dataset of(LoadedSamples loaded, List<? extends Sample> samples) {
    List<Sample> kept = List.copyOf(samples);
    return new Dataset(loaded, kept.size(), kept::get);
  }

  /** Any samples, with what they tell of themselves. */
  public static Dataset from(Samples samples) {
    return samples instanceof Dataset dataset
        ? dataset
        : new Dataset(
            new LoadedSamples(samples.name(), samples.size(), 0, 0, List.of(), samples.account()),
            samples.size(),
            samples::get,
            samples.advice(),
            samples::declared);
  }

  /** The same with a further note in the account. */
  public Dataset noting(String note) {
    return new Dataset(loaded.noting(note), size, loader, advice, splits);
  }

  /** The same where other data would make the evidence stronger. */
  public Dataset advising(String which) {
    return new Dataset(loaded, size, loader, which, splits);
  }

  /** The same where the data say of some what they are for. */
  public Dataset declaring(IntFunction<Optional<Split>> of) {
    return new Dataset(loaded, size, loader, advice, of);
  }

  /** The same of which something else is known, by the place of each sample and the sample. */
  public Dataset knowing(BiFunction<Integer, Sample, Fields> of) {
    return new Dataset(
        loaded,
        size,
        i -> {
          Sample sample = loader.apply(i);
          return sample.with(of.apply(i, sample));
        },
        advice,
        splits);
  }

  /**
   * The same without samples that a task cannot use.
   *
   * @param problem of a sample, which has no place and no name in it; empty where it can be used
   * @param needed what would have been of use, for the message
   * @throws DemitasseException (bad request) when that leaves none, or more than one sample in ten
   *     is bad
   */
  public Dataset without(Function<Sample, Optional<String>> problem, String needed) {
    LoadedSamples.Tally tally = new LoadedSamples.Tally(name());
    int[] usable = new int[size];
    int count = 0;
    for (int i = 0; i < size; i++) {
      Sample sample = loader.apply(i);
      Optional<String> why = problem.apply(sample);
      if (why.isPresent()) {
        tally.skip(sample.id(), why.get());
      } else {
        usable[count++] = i;
        tally.take();
      }
    }
    return count == size
        ? this
        : new Dataset(
            loaded.with(tally.finish(needed)),
            count,
            i -> loader.apply(usable[i]),
            advice,
            i -> splits.apply(usable[i]));
  }

  @Override
  public Optional<Split> declared(int index) {
    return splits.apply(Objects.checkIndex(index, size));
  }

  @Override
  public String name() {
    return loaded.source();
  }

  @Override
  public List<String> account() {
    return loaded.lines();
  }

  @Override
  public Sample get(int index) {
    return loader.apply(Objects.checkIndex(index, size));
  }
}

package io.demitasse.media.data;

import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.data.Split;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
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

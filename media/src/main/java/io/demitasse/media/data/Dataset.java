package io.demitasse.media.data;

import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.IntFunction;

/**
 * Samples with the account of how they were taken.
 *
 * @param loader loads a sample each time it is asked for
 */
public record Dataset(Intake intake, int size, IntFunction<Sample> loader) implements Samples {
  /** With fewer samples, intervals of what they show are wide. */
  private static final int FEW = 50;

  /** Samples in memory. */
  public static Dataset of(Intake intake, List<? extends Sample> samples) {
    List<Sample> kept = List.copyOf(samples);
    return new Dataset(intake, kept.size(), kept::get);
  }

  /** The same with a further note in the account. */
  public Dataset noting(String note) {
    return new Dataset(intake.noting(note), size, loader);
  }

  @Override
  public String name() {
    return intake.source();
  }

  @Override
  public List<String> account() {
    return intake.lines();
  }

  @Override
  public String advice() {
    return size >= FEW
        ? ""
        : String.format(
            Locale.ROOT,
            "%d samples are few: intervals are wide, and what looks met may fail. A hundred or more"
                + " make the evidence stronger.",
            size);
  }

  @Override
  public Sample get(int index) {
    return loader.apply(Objects.checkIndex(index, size));
  }
}

package io.demitasse.evaluate;

import io.demitasse.manifest.Manifest.Modality;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How much of a score hangs on one modality: what is lost where samples are given that of others.
 *
 * @param before the loss of the original
 * @param after the loss of the result
 * @param kept the result's loss as a share of the original's; null where the original does not hang
 *     on it for certain, so that there is nothing to keep
 * @param samples how many were judged
 */
public record Dependence(
    Modality modality,
    String metric,
    Interval before,
    Interval after,
    @Nullable Interval kept,
    int samples) {
  /** Where so much is kept, a result looks at what the original looks at. */
  private static final double ENOUGH = .8;

  /** What to look at, as a sentence; empty where the result hangs on the modality as it should. */
  public Optional<String> warning() {
    return kept == null || kept.high() >= ENOUGH
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "the result hangs less on its %s than the original: with those of other samples,"
                    + " %s falls by %.3f where the original's falls by %.3f, which is %.0f %% of it"
                    + " (%.0f to %.0f %%)",
                plural(modality),
                metric,
                after.value(),
                before.value(),
                100 * kept.value(),
                100 * kept.low(),
                100 * kept.high()));
  }

  private static String plural(Modality modality) {
    return switch (modality) {
      case TEXT -> "texts";
      case IMAGE -> "pictures";
      case AUDIO -> "sounds";
      case VIDEO -> "videos";
      case TENSORS -> "numbers";
    };
  }
}

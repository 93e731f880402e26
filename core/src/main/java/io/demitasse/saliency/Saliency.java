package io.demitasse.saliency;

import io.demitasse.manifest.Manifest.Modality;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What in one sample an answer hangs on: how much the original's answer loses, in the original and
 * in the result, where one place is taken out after the other.
 *
 * @param sample what it is called
 * @param places the words of a text; empty for a picture or a sound, whose places have numbers
 * @param columns of the grid that divides a picture, row by row; of all else so many as there are
 *     places
 * @param before what is lost in the original, by place: above 0 where the answer hangs on it
 * @param after the same in the result
 * @param correlation of the ranks of both, 1 where both look at the same; null where one of them
 *     looks at nothing
 * @param picture as the model sees it, the content of a {@code data:} address; else empty
 */
public record Saliency(
    String sample,
    Modality modality,
    List<String> places,
    int columns,
    List<Double> before,
    List<Double> after,
    @Nullable Double correlation,
    String picture) {
  public Saliency {
    places = List.copyOf(places);
    before = List.copyOf(before);
    after = List.copyOf(after);
  }

  /** Of maps whose correlation follows. */
  static Saliency of(
      String sample,
      Modality modality,
      List<String> places,
      int columns,
      List<Double> before,
      List<Double> after,
      String picture) {
    OptionalDouble correlation = RankCorrelation.of(before, after);
    return new Saliency(
        sample,
        modality,
        places,
        columns,
        before,
        after,
        correlation.isPresent() ? correlation.getAsDouble() : null,
        picture);
  }

  /** The mean of the correlations that there are; empty where there is none. */
  public static OptionalDouble meanCorrelation(List<Saliency> all) {
    return all.stream()
        .map(Saliency::correlation)
        .filter(Objects::nonNull)
        .mapToDouble(Double::doubleValue)
        .average();
  }
}

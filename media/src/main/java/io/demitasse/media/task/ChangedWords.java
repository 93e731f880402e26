package io.demitasse.media.task;

import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.evaluate.Difference;
import io.demitasse.evaluate.Example;
import io.demitasse.evaluate.Review;
import io.demitasse.ir.Tensor;
import io.demitasse.media.image.Pictures;
import io.demitasse.media.image.Size;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the samples of which a model says something else than the original, those that lost most
 * first.
 *
 * @param metric the task's first
 */
record ChangedWords(Samples samples, String metric, Reader reader) {
  /** Pictures that a report can show. */
  private static final Set<String> SHOWN = Set.of(".jpg", ".jpeg", ".png", ".webp");

  /** Puts outputs for a sample into words. */
  interface Reader {
    Wording of(Sample sample, Map<String, Tensor> outputs);
  }

  /** A sample in the words of the original and of the result. */
  private record Changed(int sample, Wording before, Wording after) {
    double lost() {
      return before.score() - after.score();
    }

    boolean isOne() {
      return !before.said().equals(after.said());
    }
  }

  /** Whether samples are pictures that can be shown. */
  boolean ofPictures() {
    return samples.size() > 0 && picture(samples.get(0)) != null;
  }

  private static @Nullable Path picture(Sample sample) {
    if (!(sample instanceof Sample.File file)) {
      return null;
    }
    String name = String.valueOf(file.path().getFileName()).toLowerCase(Locale.ROOT);
    return SHOWN.stream().anyMatch(name::endsWith) ? file.path() : null;
  }

  /** Those that can be shown as pictures. */
  Review<?, List<Example>> examples(int limit) {
    return new Review<>(
        this::changed,
        all ->
            worst(all, limit).stream()
                .filter(each -> picture(samples.get(each.sample())) != null)
                .map(this::example)
                .toList());
  }

  /** All of them. */
  Review<?, List<Difference>> differences(int limit) {
    return new Review<>(
        this::changed, all -> worst(all, limit).stream().map(this::difference).toList());
  }

  private Changed changed(int place, Map<String, Tensor> outputs, Map<String, Tensor> reference) {
    Sample sample = samples.get(place);
    return new Changed(place, reader.of(sample, reference), reader.of(sample, outputs));
  }

  private static List<Changed> worst(List<Changed> all, int limit) {
    return all.stream()
        .filter(Changed::isOne)
        .sorted(Comparator.comparingDouble(Changed::lost).reversed())
        .limit(limit)
        .toList();
  }

  /** What is said is said of the whole picture. */
  private Example example(Changed changed) {
    Sample sample = samples.get(changed.sample());
    Path picture = Objects.requireNonNull(picture(sample));
    Size size = Pictures.size(picture);
    double right = size.width();
    double bottom = size.height();
    String content = changed.after().content();
    return new Example(
        content.isEmpty() ? sample.id() : sample.id() + ": " + content,
        picture,
        size.width(),
        size.height(),
        List.of(
            new Example.Mark(
                List.of(0.0, 0.0, right, 0.0, right, bottom, 0.0, bottom),
                changed.before().said(),
                changed.after().said(),
                changed.after().truth())));
  }

  private Difference difference(Changed changed) {
    return new Difference(
        samples.get(changed.sample()).id(),
        changed.after().content(),
        changed.before().said(),
        changed.after().said(),
        metric,
        changed.after().score(),
        changed.after().truth());
  }
}

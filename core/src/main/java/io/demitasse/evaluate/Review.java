package io.demitasse.evaluate;

import io.demitasse.ir.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Looks at what a model gives for one sample after another and keeps a record of each, of which the
 * result is made in the end. So the outputs of all samples are never in memory together, however
 * many there are.
 *
 * <p>A record is small, such as a few numbers, a text or one vector: those of all samples stay on
 * the heap. The share of words that were read right, with what stands in each sample at hand:
 *
 * <pre>{@code
 * new Review<>(
 *     (sample, outputs, reference) -> Words.of(outputs).against(truth.get(sample)),
 *     lines -> List.of(Score.limited("word accuracy", Statistic.of(lines, Words::accuracy))))
 * }</pre>
 *
 * @param <R> what is kept of a sample
 * @param <T> what is made of that in the end
 * @param reading makes the record of a sample: once for each, in any order, on several threads
 * @param result makes the result of all records, which come in the order of the samples
 */
public record Review<R, T>(Reading<R> reading, Function<List<R>, T> result) {

  /** Makes a record of a sample. */
  public interface Reading<R> {
    /**
     * What is to be kept of one sample.
     *
     * @param sample its place among the samples of the task
     * @param outputs what the program gave for it with the model in question
     * @param reference the same with the original model
     */
    R of(int sample, Map<String, Tensor> outputs, Map<String, Tensor> reference);
  }

  /** The records of two reviews. */
  private record Pair<A, B>(A one, B other) {}

  /** Looks at nothing and finds nothing. */
  public static <T> Review<?, List<T>> nothing() {
    return new Review<String, List<T>>((sample, outputs, reference) -> "", none -> List.of());
  }

  /** The same of which something else is made in the end. */
  <U> Review<R, U> then(Function<T, U> further) {
    return new Review<>(reading, records -> further.apply(result.apply(records)));
  }

  /** Two reviews of one run. */
  static <A, B, T, U, V> Review<?, V> both(
      Review<A, T> one, Review<B, U> other, BiFunction<T, U, V> joined) {
    return new Review<Pair<A, B>, V>(
        (sample, outputs, reference) ->
            new Pair<>(
                one.reading().of(sample, outputs, reference),
                other.reading().of(sample, outputs, reference)),
        pairs ->
            joined.apply(
                one.result().apply(pairs.stream().map(Pair::one).toList()),
                other.result().apply(pairs.stream().map(Pair::other).toList())));
  }

  /**
   * Reviews outputs that are at hand, as in the test of a task.
   *
   * @param outputs for each sample, in order
   * @param reference the same of the original
   * @throws IllegalArgumentException when they are not of as many samples
   */
  public T of(List<Map<String, Tensor>> outputs, List<Map<String, Tensor>> reference) {
    if (outputs.size() != reference.size()) {
      throw new IllegalArgumentException(
          "outputs of "
              + outputs.size()
              + " samples cannot be compared with those of "
              + reference.size());
    }
    return result.apply(
        IntStream.range(0, outputs.size())
            .mapToObj(sample -> reading.of(sample, outputs.get(sample), reference.get(sample)))
            .toList());
  }
}

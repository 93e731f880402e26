package io.demitasse.evaluate;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;
import java.util.function.ToDoubleFunction;

/**
 * A number that says something of many samples, made of the records that were kept of them: a mean
 * over samples, or what has to be computed from all of them, such as edits over length, F1 from
 * counts, perplexity from sums. It can also be told of records drawn from them, so that its
 * interval is that of the number itself and not of a mean of parts.
 */
public sealed interface Statistic {

  /** How many records there are. */
  int size();

  /** The number of all records. */
  double value();

  /**
   * The number of some records.
   *
   * @param places of records, each of which counts as often as it is named
   */
  double of(int[] places);

  /** The same of some of the records, by their places. */
  Statistic only(List<Integer> places);

  /** The mean of one value for each record. */
  static Statistic mean(double... perSample) {
    return new Mean(perSample);
  }

  /** The mean of what each record is worth. */
  static <R> Statistic mean(List<R> records, ToDoubleFunction<? super R> value) {
    return new Mean(records.stream().mapToDouble(value).toArray());
  }

  /**
   * A number of the whole set.
   *
   * @param number of any list of such records, also of more than there are here; not a number where
   *     it is not defined, as a quotient of zeros
   */
  static <R> Statistic of(List<R> records, ToDoubleFunction<List<R>> number) {
    return new Whole<>(records, number);
  }

  /**
   * The number of several sets of records together.
   *
   * @param parts at least one; all are means, or all are told of records of one kind in one way
   * @throws IllegalArgumentException when they are not of one kind
   */
  static Statistic pooled(List<Statistic> parts) {
    if (parts.stream().allMatch(Mean.class::isInstance)) {
      return new Mean(
          parts.stream().flatMapToDouble(part -> Arrays.stream(((Mean) part).perSample)).toArray());
    }
    if (parts.getFirst() instanceof Whole<?> first) {
      return first.with(parts.subList(1, parts.size()));
    }
    throw new IllegalArgumentException("a mean is not pooled with another statistic");
  }

  /**
   * A mean over samples.
   *
   * @param perSample one value for each
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Mean(double[] perSample) implements Statistic {
    @Override
    public int size() {
      return perSample.length;
    }

    @Override
    public double value() {
      return Arrays.stream(perSample).average().orElse(Double.NaN);
    }

    @Override
    public double of(int[] places) {
      double sum = 0;
      for (int place : places) {
        sum += perSample[place];
      }
      return sum / places.length;
    }

    @Override
    public Mean only(List<Integer> places) {
      return new Mean(places.stream().mapToDouble(place -> perSample[place]).toArray());
    }
  }

  /** What is computed from all records. */
  record Whole<R>(List<R> records, ToDoubleFunction<List<R>> number) implements Statistic {
    public Whole {
      records = List.copyOf(records);
    }

    /** The same of further records. */
    @SuppressWarnings("unchecked")
    private Whole<R> with(List<Statistic> others) {
      List<R> all = new ArrayList<>(records);
      for (Statistic other : others) {
        if (!(other instanceof Whole<?> whole)) {
          throw new IllegalArgumentException("a mean is not pooled with another statistic");
        }
        all.addAll((List<R>) whole.records);
      }
      return new Whole<>(all, number);
    }

    @Override
    public int size() {
      return records.size();
    }

    @Override
    public double value() {
      return number.applyAsDouble(records);
    }

    @Override
    public double of(int[] places) {
      return number.applyAsDouble(new Drawn<>(records, places));
    }

    @Override
    public Whole<R> only(List<Integer> places) {
      return new Whole<>(places.stream().map(records::get).toList(), number);
    }

    /** Records at some places, which are not copied. */
    private static final class Drawn<R> extends AbstractList<R> implements RandomAccess {
      private final List<R> records;
      private final int[] places;

      Drawn(List<R> records, int[] places) {
        this.records = records;
        this.places = places;
      }

      @Override
      public R get(int index) {
        return records.get(places[index]);
      }

      @Override
      public int size() {
        return places.length;
      }
    }
  }
}

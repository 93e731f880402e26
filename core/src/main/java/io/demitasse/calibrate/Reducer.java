package io.demitasse.calibrate;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Reduces all that a value was, over all samples, to a statistic of bounded size. Implementations
 * are records: equal reducers on the same value are one.
 */
public interface Reducer<T> {

  /** The name under which results are kept in recipes. */
  String name();

  /**
   * Adds to a copy of the graph what reduces the value there, so that as little as possible leaves
   * the runtime.
   *
   * @return the values to fetch; their tensors come to {@link Accumulator#add} in this order
   */
  default List<Value> tap(Graph graph, Value value) {
    return List.of(value);
  }

  Accumulator<T> start();

  /**
   * Goes on from what an accumulator of an equal reducer has written.
   *
   * @throws IOException when it ends early or is not what was written: of another kind or version,
   *     or with numbers that cannot be
   */
  Accumulator<T> read(DataInput in) throws IOException;

  /**
   * Whether a recipe keeps the results. Those that are too large are for what is found out of them
   * and stored by itself.
   */
  default boolean isKept() {
    return true;
  }

  /** The numbers of a result, for keeping it in a recipe. */
  double[] numbers(T result);

  /** The result that {@link #numbers} was taken from. */
  T ofNumbers(double[] numbers);

  /**
   * A statistic in the making. Samples are added in order, so that the result never depends on
   * threads. Those of neighboring samples can be gathered apart, on other machines too, and merged
   * in order: which of them are merged first makes no difference.
   */
  interface Accumulator<T> {
    void add(List<Tensor> tapped);

    /**
     * Adds what was gathered of the samples that follow.
     *
     * @throws IllegalArgumentException when that is by another kind of reducer
     */
    void merge(Accumulator<T> later);

    /** Writes what {@link Reducer#read} reads, in a form that says its version. */
    void write(DataOutput out) throws IOException;

    /** The statistic; empty when nothing finite was seen. */
    Optional<T> result();
  }
}

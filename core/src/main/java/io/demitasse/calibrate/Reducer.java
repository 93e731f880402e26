package io.demitasse.calibrate;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
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

  /** The numbers of a result, for keeping it in a recipe. */
  double[] numbers(T result);

  /** The result that {@link #numbers} was taken from. */
  T ofNumbers(double[] numbers);

  /**
   * A statistic in the making. Samples are added in order, so that the result never depends on
   * threads.
   */
  interface Accumulator<T> {
    void add(List<Tensor> tapped);

    /** The statistic; empty when nothing finite was seen. */
    Optional<T> result();
  }
}

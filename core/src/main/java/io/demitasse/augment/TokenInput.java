package io.demitasse.augment;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import io.demitasse.objective.Batch;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Tokens of a text, and which of them may be changed.
 *
 * @param name of the input, {@code int64[N,T]}
 * @param attention name of the input that is 0 where a position does not count, of as many elements
 *     as there are tokens; where an example has none, all positions count
 * @param kept tokens that never change, such as those that begin and end a text, and padding
 */
public record TokenInput(String name, String attention, Set<Long> kept) {

  public TokenInput {
    SortedSet<Long> inOrder = Collections.unmodifiableSortedSet(new TreeSet<>(kept));
    kept = inOrder;
  }

  /** The tokens of an example; empty where it has none. */
  Optional<Tensor> of(Batch example) {
    return Inputs.of(example, name, DataType.INT64, 1);
  }

  /** For each token, in order, whether it may be changed. */
  boolean[] free(Batch example) {
    long[] tokens = of(example).map(Tensor::toLongs).orElseGet(() -> new long[0]);
    boolean[] free = new boolean[tokens.length];
    Tensor mask = example.inputs().get(attention);
    double[] counts =
        mask == null || mask.elementCount() != tokens.length ? new double[0] : mask.toDoubles();
    for (int i = 0; i < tokens.length; i++) {
      free[i] = !kept.contains(tokens[i]) && (counts.length == 0 || counts[i] != 0);
    }
    return free;
  }
}

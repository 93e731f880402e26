package io.demitasse.prune;

import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.prune.ChannelGroup.Slice;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A layer that multiplies the units of a group by weights and sums up over them.
 *
 * @param input which input of the node the weight is
 * @param data where the units lie in what it reads
 * @param weight where they lie in what it multiplies by
 */
public record Reader(Node node, int input, Slice data, Slice weight) {

  /**
   * Whether each index of the data is multiplied by the same index of the weight, for all outputs,
   * and the weight serves nobody else: so that weights of some channels can stand for others.
   */
  public boolean isPlain(ChannelGroup group) {
    Value value = weight.dimension().value();
    long channels =
        value.constant().map(tensor -> tensor.size(weight.dimension().axis())).orElse(0L);
    return value.isUsedOnce()
        && data.map().sources() == channels
        && IntStream.range(0, group.units())
            .allMatch(unit -> Arrays.equals(data.map().gather(unit), weight.map().gather(unit)));
  }

  /** For each channel that is read the weights that it is multiplied by. */
  public double[][] rows() {
    return AxisRows.of(content(), weight.dimension().axis());
  }

  /** A weight of such rows. */
  public Tensor tensor(double[][] rows) {
    return AxisRows.tensor(rows, content(), weight.dimension().axis());
  }

  private Tensor content() {
    return weight.dimension().value().constant().orElseThrow();
  }
}

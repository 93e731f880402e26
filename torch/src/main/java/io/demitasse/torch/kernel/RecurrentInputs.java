package io.demitasse.torch.kernel;

import io.demitasse.ir.Attribute;
import io.demitasse.ops.Op;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * What flows into a recurrence, direction by direction.
 *
 * @param x {@code [steps, rows, input]}
 */
record RecurrentInputs(Call call, Tensor x) {

  boolean is(Op op) {
    return op.is(call.node());
  }

  int directions() {
    return (int) call.in(1).size(0);
  }

  boolean isReverse() {
    return call.text("direction", "forward").equals("reverse");
  }

  boolean isReverse(int direction) {
    return isReverse() || direction == 1;
  }

  long hiddenSize() {
    return call.in(2).size(2);
  }

  /** Whether libtorch has it in one piece. */
  boolean isPlain() {
    boolean linear = !is(Op.GRU) || call.flag("linear_before_reset");
    return linear
        && !call.has(7)
        && call.attribute("clip") == null
        && !call.flag("input_forget")
        && hasUsualActivations()
        && (!call.has(4) || Arrays.stream(call.longs(4)).allMatch(length -> length == x.size(0)));
  }

  private boolean hasUsualActivations() {
    List<String> usual =
        is(Op.LSTM)
            ? List.of("Sigmoid", "Tanh", "Tanh")
            : is(Op.GRU) ? List.of("Sigmoid", "Tanh") : List.of("Tanh");
    return IntStream.range(0, directions() * usual.size())
        .allMatch(
            i -> {
              int place = i % usual.size();
              return activation(i / usual.size(), place, usual.get(place))
                  .equalsIgnoreCase(usual.get(place));
            });
  }

  /** An activation of a direction by its place; the usual one where the node says nothing. */
  String activation(int direction, int place, String usual) {
    int each = is(Op.LSTM) ? 3 : is(Op.GRU) ? 2 : 1;
    return call.attribute("activations") instanceof Attribute.Strings strings
        ? strings.values().get(direction * each + place).text()
        : usual;
  }

  Tensor weight(int direction) {
    return torch.select(call.in(1), 0, direction);
  }

  Tensor recurrence(int direction) {
    return torch.select(call.in(2), 0, direction);
  }

  Tensor inputBias(int direction) {
    return bias(direction, 0);
  }

  Tensor recurrentBias(int direction) {
    return bias(direction, 1);
  }

  private Tensor bias(int direction, int half) {
    long size = call.in(1).size(1);
    return call.has(3)
        ? torch.narrow(torch.select(call.in(3), 0, direction), 0, half * size, size)
        : torch.zeros(new long[] {size}, Tensors.options(Tensors.type(x)));
  }

  /** A state to begin with, {@code [directions, rows, hidden]}; zeros where none is given. */
  Tensor initial(int input) {
    if (call.has(input)) {
      return call.flag("layout") ? call.in(input).transpose(0, 1).contiguous() : call.in(input);
    }
    return torch.zeros(
        new long[] {directions(), x.size(1), hiddenSize()}, Tensors.options(Tensors.type(x)));
  }

  /** Gates in another order. */
  Tensor gates(Tensor weights, int... order) {
    if (order.length == 1) {
      return weights;
    }
    TensorVector moved = new TensorVector();
    for (int gate : order) {
      moved.push_back(torch.narrow(weights, 0, gate * hiddenSize(), hiddenSize()));
    }
    return torch.cat(moved, 0);
  }
}

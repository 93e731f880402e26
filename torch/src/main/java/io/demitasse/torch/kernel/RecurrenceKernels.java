package io.demitasse.torch.kernel;

import static java.util.Map.entry;

import io.demitasse.ops.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Recurrences. What libtorch has in one piece is computed by that; what it has not, such as
 * peepholes, lengths of rows or other activations, step by step by {@link RecurrentCell}.
 */
final class RecurrenceKernels {
  static final Map<Op, Kernel> ALL =
      Map.ofEntries(
          entry(Op.GRU, RecurrenceKernels::compute),
          entry(Op.LSTM, RecurrenceKernels::compute),
          entry(Op.RNN, RecurrenceKernels::compute));

  /** Gates in libtorch's order, as places in that of ONNX: input, forget, cell, output. */
  private static final int[] LSTM_GATES = {0, 2, 3, 1};

  /** Reset, update, new. */
  private static final int[] GRU_GATES = {1, 0, 2};

  private RecurrenceKernels() {}

  private static List<@Nullable Tensor> compute(Call call) {
    boolean rowsFirst = call.flag("layout");
    Tensor x = rowsFirst ? call.in(0).transpose(0, 1) : call.in(0);
    RecurrentInputs inputs = new RecurrentInputs(call, x);
    List<Tensor> results = inputs.isPlain() ? whole(inputs) : stepwise(inputs);
    List<@Nullable Tensor> all = new ArrayList<>();
    for (int i = 0; i < call.outputs() && i < results.size(); i++) {
      Tensor result = results.get(i);
      // [steps, directions, rows, hidden] and [directions, rows, hidden], or rows first.
      boolean sequence = i == 0;
      all.add(!rowsFirst ? result : sequence ? result.permute(2, 0, 1, 3) : result.transpose(0, 1));
    }
    return all;
  }

  private static List<Tensor> whole(RecurrentInputs inputs) {
    List<Tensor> found =
        computed(inputs, inputs.isReverse() ? torch.flip(inputs.x(), 0) : inputs.x());
    Tensor sequence = found.getFirst();
    long[] sizes = Tensors.sizes(sequence);
    Tensor split =
        sequence
            .reshape(sizes[0], sizes[1], inputs.directions(), sizes[2] / inputs.directions())
            .permute(0, 2, 1, 3);
    List<Tensor> results = new ArrayList<>(found);
    results.set(0, inputs.isReverse() ? torch.flip(split, 0) : split);
    return results;
  }

  /** All outputs in a row, then the last states. */
  private static List<Tensor> computed(RecurrentInputs inputs, Tensor x) {
    boolean both = inputs.directions() == 2;
    Tensor hidden = inputs.initial(5);
    if (inputs.is(Op.LSTM)) {
      TensorVector states = Tensors.vector(hidden, inputs.initial(6));
      T_TensorTensorTensor_T found =
          torch.lstm(x, states, parameters(inputs), true, 1, 0, false, both, false);
      return List.of(found.get0(), found.get1(), found.get2());
    }
    T_TensorTensor_T found =
        inputs.is(Op.GRU)
            ? torch.gru(x, hidden, parameters(inputs), true, 1, 0, false, both, false)
            : torch.rnn_tanh(x, hidden, parameters(inputs), true, 1, 0, false, both, false);
    return List.of(found.get0(), found.get1());
  }

  private static TensorVector parameters(RecurrentInputs inputs) {
    int[] gates = inputs.is(Op.LSTM) ? LSTM_GATES : inputs.is(Op.GRU) ? GRU_GATES : new int[] {0};
    TensorVector parameters = new TensorVector();
    for (int direction = 0; direction < inputs.directions(); direction++) {
      parameters.push_back(inputs.gates(inputs.weight(direction), gates));
      parameters.push_back(inputs.gates(inputs.recurrence(direction), gates));
      parameters.push_back(inputs.gates(inputs.inputBias(direction), gates));
      parameters.push_back(inputs.gates(inputs.recurrentBias(direction), gates));
    }
    return parameters;
  }

  private static List<Tensor> stepwise(RecurrentInputs inputs) {
    TensorVector sequences = new TensorVector();
    TensorVector hidden = new TensorVector();
    TensorVector cells = new TensorVector();
    for (int direction = 0; direction < inputs.directions(); direction++) {
      RecurrentCell cell = new RecurrentCell(inputs, direction);
      sequences.push_back(cell.run());
      hidden.push_back(cell.hidden());
      cells.push_back(cell.cell());
    }
    return List.of(torch.stack(sequences, 1), torch.stack(hidden, 0), torch.stack(cells, 0));
  }
}

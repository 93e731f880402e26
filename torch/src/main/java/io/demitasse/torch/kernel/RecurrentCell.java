package io.demitasse.torch.kernel;

import static io.demitasse.torch.kernel.ActivationKernels.scalar;

import io.demitasse.ops.Op;
import java.util.Locale;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** One direction of a recurrence, step by step, with all that ONNX knows of it. */
final class RecurrentCell {
  private final RecurrentInputs inputs;
  private final int direction;
  private final Tensor weight;
  private final Tensor recurrence;
  private final Tensor inputBias;
  private final Tensor recurrentBias;
  private Tensor hidden;
  private Tensor cell;

  RecurrentCell(RecurrentInputs inputs, int direction) {
    this.inputs = inputs;
    this.direction = direction;
    this.weight = inputs.weight(direction).t();
    this.recurrence = inputs.recurrence(direction).t();
    this.inputBias = inputs.inputBias(direction);
    this.recurrentBias = inputs.recurrentBias(direction);
    this.hidden = torch.select(inputs.initial(5), 0, direction);
    this.cell = inputs.is(Op.LSTM) ? torch.select(inputs.initial(6), 0, direction) : hidden;
  }

  /** The last state of the output. */
  Tensor hidden() {
    return hidden;
  }

  /** The last state of the cell. */
  Tensor cell() {
    return cell;
  }

  /** All outputs, {@code [steps, rows, hidden]}: 0 where a row has ended. */
  Tensor run() {
    int steps = (int) inputs.x().size(0);
    Tensor[] outputs = new Tensor[steps];
    @Nullable Tensor lengths = inputs.call().find(4);
    for (int i = 0; i < steps; i++) {
      int step = inputs.isReverse(direction) ? steps - 1 - i : i;
      Tensor previous = hidden;
      Tensor previousCell = cell;
      step(torch.select(inputs.x(), 0, step));
      outputs[step] = hidden;
      if (lengths != null) {
        Tensor going = torch.gt(lengths, new org.bytedeco.pytorch.Scalar((long) step)).unsqueeze(1);
        outputs[step] = torch.where(going, hidden, torch.zeros_like(hidden));
        hidden = torch.where(going, hidden, previous);
        cell = torch.where(going, cell, previousCell);
      }
    }
    TensorVector all = new TensorVector();
    for (Tensor output : outputs) {
      all.push_back(output);
    }
    return torch.stack(all, 0);
  }

  private void step(Tensor x) {
    Tensor fromInput = torch.matmul(x, weight).add(inputBias);
    if (inputs.is(Op.LSTM)) {
      longShortTerm(fromInput.add(torch.matmul(hidden, recurrence)).add(recurrentBias));
    } else if (inputs.is(Op.GRU)) {
      gated(fromInput);
    } else {
      hidden =
          activated(0, "Tanh", fromInput.add(torch.matmul(hidden, recurrence)).add(recurrentBias));
      cell = hidden;
    }
  }

  /** Gates: input, output, forget, cell; peepholes look at the cell for the first three. */
  private void longShortTerm(Tensor gates) {
    Tensor input = activated(0, "Sigmoid", peeped(gate(gates, 0), 0, cell));
    Tensor forget =
        inputs.call().flag("input_forget")
            ? torch.neg(input).add(scalar(1))
            : activated(0, "Sigmoid", peeped(gate(gates, 2), 2, cell));
    Tensor fresh = activated(1, "Tanh", gate(gates, 3));
    cell = forget.mul(cell).add(input.mul(fresh));
    Tensor output = activated(0, "Sigmoid", peeped(gate(gates, 1), 1, cell));
    // The runtime limits what flows into gates, and not this.
    hidden = output.mul(unlimited(2, "Tanh", cell));
  }

  private Tensor peeped(Tensor gate, int place, Tensor state) {
    if (!inputs.call().has(7)) {
      return gate;
    }
    Tensor peepholes = torch.select(inputs.call().in(7), 0, direction);
    return gate.add(state.mul(gate(peepholes.unsqueeze(0), place)));
  }

  /** Gates: update, reset, hidden. */
  private void gated(Tensor fromInput) {
    Tensor fromState = torch.matmul(hidden, recurrence).add(recurrentBias);
    Tensor update = activated(0, "Sigmoid", gate(fromInput, 0).add(gate(fromState, 0)));
    Tensor reset = activated(0, "Sigmoid", gate(fromInput, 1).add(gate(fromState, 1)));
    Tensor remembered =
        inputs.call().flag("linear_before_reset")
            ? reset.mul(gate(fromState, 2))
            : torch
                .matmul(
                    reset.mul(hidden),
                    torch.narrow(recurrence, 1, 2 * inputs.hiddenSize(), inputs.hiddenSize()))
                .add(torch.narrow(recurrentBias, 0, 2 * inputs.hiddenSize(), inputs.hiddenSize()));
    Tensor fresh = activated(1, "Tanh", gate(fromInput, 2).add(remembered));
    hidden = torch.neg(update).add(scalar(1)).mul(fresh).add(update.mul(hidden));
    cell = hidden;
  }

  private Tensor gate(Tensor gates, int place) {
    return torch.narrow(gates, 1, place * inputs.hiddenSize(), inputs.hiddenSize());
  }

  private Tensor activated(int place, String usual, Tensor x) {
    double clip = inputs.call().real("clip", Double.POSITIVE_INFINITY);
    Tensor limited =
        Double.isInfinite(clip)
            ? x
            : torch.clamp_max(torch.clamp_min(x, scalar(-clip)), scalar(clip));
    return unlimited(place, usual, limited);
  }

  private Tensor unlimited(int place, String usual, Tensor x) {
    String name = inputs.activation(direction, place, usual);
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "sigmoid" -> torch.sigmoid(x);
      case "tanh" -> torch.tanh(x);
      case "relu" -> torch.relu(x);
      case "softsign" -> x.div(torch.abs(x).add(scalar(1)));
      case "softplus" -> torch.softplus(x);
      default ->
          throw new IllegalArgumentException("the activation " + name + " is not computed here");
    };
  }
}

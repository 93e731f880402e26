package io.demitasse.torch.graph;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Value;
import io.demitasse.ops.IntegerWeight;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Integer weights that learn. They are kept as floats that move between the integers; what the
 * model sees of them while it is computed is rounded to the nearest, half to even, and cut off at
 * their range. Gradients pass straight through inside of it.
 */
final class RoundedWeights {
  private final Map<Value, Moving> moving = new LinkedHashMap<>();
  private final Map<Value, Tensor> rounded = new HashMap<>();

  private record Moving(Tensor floats, IntegerWeight range) {}

  /**
   * Takes a weight that learns.
   *
   * @return what its gradients are recorded by: another tensor for a bias of 32 bits, whose
   *     integers no float holds
   */
  Tensor add(Value value, Tensor content) {
    DataType type = value.constant().orElseThrow().dataType();
    if (type.isFloatingPoint()) {
      return content;
    }
    Tensor floats = type == DataType.INT32 ? content.to(ScalarType.Double) : content;
    moving.put(value, new Moving(floats, IntegerWeight.of(value).orElseThrow()));
    return floats;
  }

  /** Rounds all of them as they are now. */
  void round() {
    forget();
    moving.forEach(
        (value, weight) -> {
          Tensor integers =
              torch.fake_quantize_per_tensor_affine(
                  weight.floats, 1., 0, weight.range.least(), weight.range.greatest());
          integers.retainReference();
          rounded.put(value, integers);
        });
  }

  /**
   * Lets what was rounded last record its gradients by itself, so that they can be followed up to
   * there and from there on.
   *
   * @return what follows gradients on, by value; the caller's
   */
  Map<Value, Tensor> cutOff() {
    Map<Value, Tensor> roots = new LinkedHashMap<>(rounded);
    rounded.replaceAll((_, integers) -> Interpreter.own(integers.detach().requires_grad_(true)));
    return roots;
  }

  /** What was rounded last; null where a value is no such weight. */
  @Nullable Tensor get(Value value) {
    return rounded.get(value);
  }

  void forget() {
    rounded.values().forEach(Pointer::close);
    rounded.clear();
  }
}

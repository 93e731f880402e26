package io.demitasse.zoo;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Runs models on inputs that are made up. */
final class Run {
  private Run() {}

  /** All outputs of one run. */
  static Map<String, Tensor> of(Model model, Map<String, Tensor> inputs) {
    try (Runtime.Session session =
        Ports.find().runtime().open(model, Runtime.SessionOptions.of(1))) {
      return session.run(inputs);
    }
  }

  /**
   * Inputs of a model.
   *
   * @param sizes of the dimensions that vary, by name
   */
  static Map<String, Tensor> inputs(Model model, Map<String, Integer> sizes, long seed) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    Random random = new Random(seed);
    for (Value input : model.graph().inputs()) {
      long[] shape =
          input.shape().orElseThrow().dims().stream()
              .mapToLong(
                  dim ->
                      switch (dim) {
                        case Dim.Fixed(long size) -> size;
                        case Dim.Named(String name) -> sizes.get(name);
                        case Dim.Unknown() -> throw new AssertionError(input);
                      })
              .toArray();
      inputs.put(input.name(), tensor(input, shape, random));
    }
    return inputs;
  }

  private static Tensor tensor(Value input, long[] shape, Random random) {
    int count = Math.toIntExact(Tensor.elementCount(shape));
    if (input.dataType().orElseThrow() == DataType.FLOAT) {
      double[] numbers = random.doubles(count, -1, 1).toArray();
      return Tensor.ofNumbers(DataType.FLOAT, shape, numbers);
    }
    int most =
        switch (input.name()) {
          case "token_type_ids" -> 2;
          case "attention_mask" -> 1;
          default -> SmallSizes.WORDS;
        };
    long[] numbers = random.longs(count, 0, most).toArray();
    if (input.name().equals("attention_mask")) {
      Arrays.fill(numbers, 1);
    }
    return Tensor.ofLongs(shape, numbers);
  }

  /** An input with something else in it, of which every sample has some. */
  static Tensor changed(String name, Tensor tensor) {
    if (tensor.dataType() == DataType.FLOAT) {
      double[] numbers = tensor.toDoubles();
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] += i % 3 - 1;
      }
      return Tensor.ofNumbers(DataType.FLOAT, tensor.sizes(), numbers);
    }
    int rows = name.equals("input_ids") ? SmallSizes.WORDS : 2;
    long[] numbers = tensor.toLongs();
    for (int i = 0; i < numbers.length; i++) {
      boolean first = i % tensor.size(-1) == 0;
      // A text without its first token would be none to those that look at that.
      numbers[i] = first && name.equals("attention_mask") ? 1 : (numbers[i] + 1) % rows;
    }
    return Tensor.ofLongs(tensor.sizes(), numbers);
  }
}

package io.demitasse.testkit;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** Operators that tests call one by one, and inputs that suit them. */
public final class OperatorCalls {

  /** With their attributes, element by element on {@link #inputs} of floats. */
  public static final List<String> ONE_INPUT =
      words(
          """
          Abs Acos Asin Asinh Atan Atanh Ceil Celu Cos Cosh Elu Erf Exp Floor Gelu HardSigmoid
          HardSwish IsInf IsNaN LeakyRelu Log Mish Neg Reciprocal Relu Round Selu Sigmoid Sign Sin Sinh
          Softplus Softsign Sqrt Tan Tanh Cast<to=11> Shrink<lambd=0.3> ThresholdedRelu<alpha=0.3>
          """);

  /** The same of two inputs. */
  public static final List<String> TWO_INPUTS =
      words(
          """
          Div Greater GreaterOrEqual Less LessOrEqual Max Mean Min Mod<fmod=1> Mul Pow Sub Sum
          """);

  /** With axes as their second input. */
  public static final List<String> REDUCTIONS =
      words(
          """
          ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd
          ReduceSum ReduceSumSquare
          """);

  private OperatorCalls() {}

  private static List<String> words(String text) {
    return List.of(text.trim().split("\\s+", -1));
  }

  /**
   * Numbers for all inputs of a model, by their names: uniform in [0.1, 0.9], in [-0.9, 0.9] for
   * names that begin with z, and in [1.1, 1.9] for large numbers; of other types 0 or 1, or 2 or 3
   * for lengths.
   */
  public static Map<String, Tensor> inputs(Model model) {
    Random random = new Random(7);
    Map<String, Tensor> inputs = new HashMap<>();
    for (Value input : model.graph().inputs()) {
      inputs.put(input.name(), numbers(input, random));
    }
    return inputs;
  }

  private static Tensor numbers(Value input, Random random) {
    if (!(input.type() instanceof ValueType.OfTensor(DataType type, var shape))) {
      throw new IllegalArgumentException(input + " is no tensor");
    }
    long[] sizes = Objects.requireNonNull(shape).sizes();
    int least = least(input);
    double low = input.name().startsWith("z") ? -0.9 : 0.1;
    double[] numbers =
        random
            .doubles(Tensor.elementCount(sizes), low, 0.9)
            .map(x -> type.isFloatingPoint() ? x + least : least + (x < 0.5 ? 0 : 1))
            .toArray();
    return Tensor.ofNumbers(type, sizes, numbers);
  }

  /** What the numbers of an input begin with, as its name says. */
  public static int least(Value input) {
    return input.name().equals("lengths") ? 2 : input.name().equals("large") ? 1 : 0;
  }
}

package io.demitasse.torch;

import io.demitasse.port.Trainer;
import io.demitasse.torch.kernel.Tensors;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorType;
import org.bytedeco.pytorch.Type;

/**
 * A step of AdamW for many weights in one pass over their memory, which libtorch offers to Python
 * alone: its operator is found by name.
 */
final class FusedAdamW {
  private static final String OPERATOR = "aten::_fused_adamw_";

  private final GenericList weights = list();
  private final GenericList gradients = list();
  private final GenericList firsts = list();
  private final GenericList seconds = list();
  private final GenericList counts = list();
  private final Tensor count;

  /**
   * A step of weights that have all made as many.
   *
   * @param steps with this one
   */
  FusedAdamW(long steps) {
    this.count = Tensors.ofDoubles((double) steps).reshape(new long[0]).to(FLOAT);
  }

  private static final org.bytedeco.pytorch.global.torch.ScalarType FLOAT =
      org.bytedeco.pytorch.global.torch.ScalarType.Float;

  private static GenericList list() {
    return new GenericList(new Type.TypePtr(TensorType.get()));
  }

  /** Takes a weight with what is remembered of it; all are moved in place. */
  void add(Tensor weight, Tensor gradient, Tensor first, Tensor second) {
    weights.push_back(new IValue(weight));
    gradients.push_back(new IValue(gradient));
    firsts.push_back(new IValue(first));
    seconds.push_back(new IValue(second));
    counts.push_back(new IValue(count));
  }

  /**
   * Moves all that were added.
   *
   * @param decay share of a weight that is taken off, times the rate
   * @param factor that gradients are multiplied by
   */
  void step(Trainer.Optimizer.AdamW adam, double rate, double decay, double factor) {
    IValueVector arguments = new IValueVector();
    arguments.push_back(new IValue(weights));
    arguments.push_back(new IValue(gradients));
    arguments.push_back(new IValue(firsts));
    arguments.push_back(new IValue(seconds));
    arguments.push_back(new IValue(list()));
    arguments.push_back(new IValue(counts));
    arguments.push_back(new IValue(rate));
    arguments.push_back(new IValue(adam.beta1()));
    arguments.push_back(new IValue(adam.beta2()));
    arguments.push_back(new IValue(decay));
    arguments.push_back(new IValue(adam.epsilon()));
    arguments.push_back(new IValue(false));
    arguments.push_back(new IValue(false));
    arguments.push_back(divisor(factor));
    arguments.push_back(new IValue());
    OperatorHandle operator = Dispatcher.realSingleton().findSchemaOrThrow(OPERATOR, "");
    operator.callBoxed(arguments);
  }

  /** Nothing, where gradients stay as they are. */
  private static IValue divisor(double factor) {
    return factor == 1
        ? new IValue()
        : new IValue(Tensors.ofDoubles(1 / factor).reshape(new long[0]).to(FLOAT));
  }
}

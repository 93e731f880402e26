package io.demitasse.torch;

import io.demitasse.ir.DataType;
import io.demitasse.port.Trainer;
import io.demitasse.torch.kernel.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A tensor that learns: as it is now, what the optimizer remembers of its gradients, its running
 * mean and the copy that was kept.
 */
final class Weight implements AutoCloseable {
  private final Tensor current;
  private final int groupAxis;
  private final Motion motion;
  private final Trainer.Optimizer optimizer;
  private final Map<String, Tensor> states = new LinkedHashMap<>();
  private @Nullable ZeroMask mask;
  private long steps;

  /**
   * A weight that has not moved.
   *
   * @param current records gradients; belongs to whoever made it
   * @param groupAxis the axis along which groups lie; -1 where there are none
   * @param motion belongs to this weight
   */
  Weight(Tensor current, int groupAxis, Motion motion, Trainer.Optimizer optimizer) {
    this.current = current;
    this.groupAxis = groupAxis;
    this.motion = motion;
    this.optimizer = optimizer;
    keep(Trainer.Version.CURRENT);
  }

  /** Lets what is zero now stay so, where enough is. */
  void keepZeros() {
    mask = ZeroMask.of(current.detach());
  }

  /**
   * Lets other numbers be zero than before, as many, by the gradient that was recorded last; what
   * is trained from here on begins at zero. Of integers, and where nothing stays zero, none
   * changes.
   *
   * @param share of the numbers that are not zero, from 0 to 1
   */
  void regrow(double share) {
    Tensor recorded = current.grad();
    if (mask == null || !recorded.defined() || !(motion instanceof Motion.Free)) {
      return;
    }
    Tensor given = mask.exchange(current.detach(), recorded, share);
    if (given != null) {
      clear(current.detach(), given);
      for (String name : List.of(FIRST, SECOND, AVERAGED)) {
        if (states.containsKey(name)) {
          clear(state(name), given);
        }
      }
    }
  }

  private static void clear(Tensor tensor, Tensor where) {
    tensor.view(-1).index_fill_(0, where, new Scalar(0.));
  }

  Tensor current() {
    return current;
  }

  /** A version of it; what was never averaged is as it is now. */
  Tensor of(Trainer.Version version) {
    return switch (version) {
      case CURRENT -> current.detach();
      case AVERAGED -> states.getOrDefault(AVERAGED, current.detach());
      case KEPT -> state(KEPT);
    };
  }

  /** A version as the model holds it. */
  io.demitasse.ir.Tensor written(Trainer.Version version) {
    return motion.written(of(version));
  }

  private static final String AVERAGED = "averaged";
  private static final String KEPT = "kept";
  private static final String FIRST = "first";
  private static final String SECOND = "second";
  private static final String MOVING = "moving";

  /** Vectors, such as biases and scales of normalizations, do not decay. */
  private boolean decays() {
    return motion.decays() && !isVector();
  }

  private boolean isVector() {
    return LongStream.of(Tensors.sizes(current)).filter(size -> size > 1).count() < 2;
  }

  private Tensor state(String name) {
    return states.computeIfAbsent(
        name,
        _ -> {
          Tensor zeros = torch.zeros_like(current.detach());
          zeros.retainReference();
          return zeros;
        });
  }

  /**
   * The gradient that was recorded, as the optimizer sees it; null where there is none. It is 0
   * where zeros stay, and no optimizer moves what is zero and never had another gradient.
   */
  @Nullable Tensor gradient() {
    Tensor recorded = current.grad();
    if (!recorded.defined()) {
      return null;
    }
    Tensor gradient = motion.gradient(current.detach(), recorded);
    return mask == null ? gradient : gradient.mul(mask.moving());
  }

  /** Counts a step; what it has in common with weights that libtorch can move together. */
  WeightSteps.@Nullable Alike begin() {
    steps++;
    return motion instanceof Motion.Free && optimizer instanceof Trainer.Optimizer.AdamW adam
        ? new WeightSteps.Alike(adam, steps, decays() ? adam.weightDecay() : 0)
        : null;
  }

  /** Moves with others. */
  void addTo(FusedAdamW together, Tensor gradient) {
    together.add(current.detach(), gradient, state(FIRST), state(SECOND));
  }

  /**
   * Moves it down its gradient.
   *
   * @param factor that the gradient is multiplied by
   */
  void step(Tensor whole, double learningRate, double factor) {
    Tensor gradient = factor == 1 ? whole : whole.mul(new Scalar(factor));
    Tensor weight = current.detach();
    if (optimizer.weightDecay() > 0 && decays()) {
      weight.mul_(new Scalar(1 - learningRate * optimizer.weightDecay()));
    }
    switch (optimizer) {
      case Trainer.Optimizer.AdamW adam -> step(weight, gradient, learningRate, adam);
      case Trainer.Optimizer.Sgd sgd -> step(weight, gradient, learningRate, sgd);
    }
  }

  private void step(
      Tensor weight, Tensor gradient, double learningRate, Trainer.Optimizer.AdamW adam) {
    Tensor first = state(FIRST);
    Tensor second = state(SECOND);
    first.lerp_(gradient, new Scalar(1 - adam.beta1()));
    second
        .mul_(new Scalar(adam.beta2()))
        .addcmul_(gradient, gradient, new Scalar(1 - adam.beta2()));
    double firstShare = 1 - Math.pow(adam.beta1(), (double) steps);
    motion.move(weight, first.div(length(adam)), -learningRate / firstShare);
  }

  private void step(
      Tensor weight, Tensor gradient, double learningRate, Trainer.Optimizer.Sgd sgd) {
    Tensor way = gradient;
    if (sgd.momentum() > 0) {
      Tensor memory = state(FIRST);
      memory.mul_(new Scalar(sgd.momentum())).add_(gradient);
      way = sgd.nesterov() ? gradient.add(memory.mul(new Scalar(sgd.momentum()))) : memory;
    }
    motion.move(weight, way, -learningRate);
  }

  /**
   * Moves every element, or group, towards 0 as far as the penalty does, and lets it stop there.
   */
  void shrink(double by, boolean groups) {
    Tensor weight = current.detach();
    if (!groups) {
      Tensor left = torch.clamp_min(torch.abs(weight).sub(moved(by)), new Scalar(0.));
      weight.copy_(torch.sign(weight).mul(left));
    } else if (groupAxis >= 0) {
      Tensor length = lengths(weight);
      Tensor within = moved(by).expand_as(weight).mean(withinGroup(weight), true, Tensors.noType());
      Tensor left = torch.clamp_min(length.sub(within), new Scalar(0.));
      weight.mul_(left.div(torch.clamp_min(length, new Scalar(1e-30))));
    }
  }

  /**
   * How far a gradient of this size would move each element: the penalty is held against the loss
   * in the measure that the optimizer has for it, or what it holds at 0 would be thrown off again
   * (Yun, Lozano, Yang, Adaptive Proximal Gradient Methods for Structured Neural Networks, NeurIPS
   * 2021).
   */
  private Tensor moved(double by) {
    return switch (optimizer) {
      case Trainer.Optimizer.AdamW adam -> length(adam).reciprocal().mul_(new Scalar(by));
      case Trainer.Optimizer.Sgd sgd ->
          torch.full_like(current.detach(), new Scalar(by / (1 - sgd.momentum())));
    };
  }

  /** What Adam divides the mean gradient of each element by. */
  private Tensor length(Trainer.Optimizer.AdamW adam) {
    double share = 1 - Math.pow(adam.beta2(), (double) steps);
    return torch
        .sqrt(state(SECOND))
        .div_(new Scalar(Math.sqrt(share)))
        .add_(new Scalar(adam.epsilon()));
  }

  /** What {@link #shrink} makes smaller. */
  double size(boolean groups) {
    Tensor weight = current.detach();
    if (!groups) {
      return decays() ? Tensors.number(torch.abs(weight).sum()) : 0;
    }
    return groupAxis < 0 ? 0 : Tensors.number(lengths(weight).sum());
  }

  private Tensor lengths(Tensor weight) {
    return torch.sqrt(torch.square(weight).sum(withinGroup(weight), true, Tensors.noType()));
  }

  private long[] withinGroup(Tensor weight) {
    return LongStream.range(0, Tensors.rank(weight)).filter(axis -> axis != groupAxis).toArray();
  }

  /** Whether it is a matrix, and no vector that shifts or scales. */
  boolean canBeSparse() {
    return decays();
  }

  void average(double share) {
    if (!states.containsKey(AVERAGED)) {
      put(AVERAGED, current.detach().clone());
    }
    state(AVERAGED).lerp_(current.detach(), new Scalar(share));
  }

  void keep(Trainer.Version version) {
    Tensor from = version == Trainer.Version.KEPT ? null : of(version);
    if (from == null) {
      return;
    }
    if (states.containsKey(KEPT)) {
      state(KEPT).copy_(from);
    } else {
      put(KEPT, from.clone());
    }
  }

  private void put(String name, Tensor tensor) {
    tensor.retainReference();
    states.put(name, tensor);
  }

  /** Takes other numbers; those before come back. */
  Tensor exchange(Tensor other) {
    Tensor before = current.detach().clone();
    current.detach().copy_(other);
    return before;
  }

  void forgetGradient() {
    Tensor gradient = current.mutable_grad();
    if (gradient.defined()) {
      gradient.reset();
    }
  }

  /** All that the next steps depend on, by name. */
  Map<String, io.demitasse.ir.Tensor> saved() {
    Map<String, io.demitasse.ir.Tensor> saved = new LinkedHashMap<>();
    saved.put("current", Tensors.toOurs(current));
    states.forEach((name, tensor) -> saved.put(name, Tensors.toOurs(tensor)));
    saved.put("steps", io.demitasse.ir.Tensor.scalar(steps));
    if (mask != null) {
      saved.put(MOVING, Tensors.toOurs(mask.moving()));
    }
    return saved;
  }

  void restore(Map<String, io.demitasse.ir.Tensor> saved) {
    saved.forEach(this::restore);
  }

  private void restore(String name, io.demitasse.ir.Tensor content) {
    if (name.equals("steps")) {
      steps = content.toLongs()[0];
      return;
    }
    Tensor tensor = Tensors.of(content, content.dataType() == DataType.DOUBLE);
    if (name.equals("current")) {
      current.detach().copy_(tensor);
    } else if (name.equals(MOVING)) {
      Objects.requireNonNull(mask).moving().copy_(tensor);
    } else if (states.containsKey(name)) {
      state(name).copy_(tensor);
    } else {
      put(name, tensor);
    }
  }

  @Override
  public void close() {
    states.values().forEach(Pointer::close);
    motion.close();
    if (mask != null) {
      mask.close();
    }
  }
}

package io.demitasse.torch.graph;

import io.demitasse.ir.Value;
import io.demitasse.torch.kernel.Tensors;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * A graph that is computed segment by segment. Forward, what gradients need of a segment is dropped
 * when it is done; backward each is computed once more.
 *
 * <pre>
 *   forward    x ─ segment 1 ─ a ─ segment 2 ─ b ─ loss        a, b are kept
 *   backward                   a ─ segment 2 ─ b ◀─ gradient of b
 *              x ─ segment 1 ─ a ◀─ gradient of a
 * </pre>
 *
 * <p>Gradients are the same, bit by bit, as those of the graph as a whole: a segment computes the
 * same whenever it is computed, random numbers included, and the gradient that a value or a weight
 * has from later segments goes in as one of its readers, the first to be added, as the whole adds
 * it.
 */
final class SegmentedRun implements AutoCloseable {
  private final Interpreter interpreter;
  private final Segments segments;
  private final Set<Value> wanted;
  private final Set<Value> kept = new HashSet<>();

  /** Inputs and integers that learn, rounded. */
  private final Map<Value, Tensor> given;

  /** Weights that record gradients, as segments read them. */
  private final Map<Value, Tensor> weights;

  /** What flows between segments or is wanted; each records its gradient by itself. */
  private final Map<Value, Tensor> between = new HashMap<>();

  /** States of the generator of random numbers, before each segment and at the end. */
  private final List<Tensor> states = new ArrayList<>();

  private final Map<Value, Tensor> gradients = new HashMap<>();

  /**
   * A run that has not begun.
   *
   * @param given the caller's
   * @param weights the caller's
   */
  SegmentedRun(
      Interpreter interpreter,
      Segments segments,
      Set<Value> wanted,
      Map<Value, Tensor> given,
      Map<Value, Tensor> weights) {
    this.interpreter = interpreter;
    this.segments = segments;
    this.wanted = wanted;
    this.given = given;
    this.weights = weights;
    kept.addAll(segments.between());
    kept.addAll(wanted);
  }

  /** Computes forward. */
  void forward() {
    for (int segment = 0; segment < segments.steps().size(); segment++) {
      states.add(state());
      try (PointerScope _ = new PointerScope()) {
        Map<Value, Tensor> made = computed(segment);
        made.forEach(
            (value, tensor) -> {
              Tensor alone = tensor.detach();
              if (tensor.requires_grad()) {
                alone.requires_grad_(true);
              }
              between.put(value, Interpreter.own(alone));
              tensor.close();
            });
      }
    }
    states.add(state());
  }

  private static Tensor state() {
    try (PointerScope _ = new PointerScope()) {
      return Interpreter.own(torch.getDefaultCPUGenerator().get_state());
    }
  }

  /** What a segment gives to others; the caller closes it. */
  private Map<Value, Tensor> computed(int segment) {
    Map<Value, Tensor> known = new HashMap<>(given);
    known.putAll(between);
    Set<Value> giving = segments.givenBy(segment, wanted);
    giving.forEach(known::remove);
    interpreter.compute(segments.steps().get(segment), known, kept, _ -> {});
    Map<Value, Tensor> made = new LinkedHashMap<>();
    giving.forEach(value -> made.put(value, Objects.requireNonNull(known.get(value))));
    return made;
  }

  private Tensor get(Value value) {
    return Objects.requireNonNull(between.get(value));
  }

  /** What flows between segments or was asked for, each recording its gradient by itself. */
  Map<Value, Tensor> values() {
    return between;
  }

  /**
   * Follows gradients back from what was asked for, to which they came.
   *
   * @return gradients of weights, owned by this
   */
  Map<Value, Tensor> backward() {
    between.forEach(
        (value, tensor) -> {
          if (wanted.contains(value)) {
            put(value, tensor.grad());
          }
        });
    for (int segment = segments.steps().size() - 1; segment >= 0; segment--) {
      try (PointerScope _ = new PointerScope()) {
        torch.getDefaultCPUGenerator().set_state(states.get(segment));
        backward(segment);
      }
    }
    torch.getDefaultCPUGenerator().set_state(states.getLast());
    Map<Value, Tensor> found = new LinkedHashMap<>(gradients);
    found.keySet().retainAll(weights.keySet());
    return found;
  }

  private void backward(int segment) {
    Map<Value, Tensor> made = computed(segment);
    Map<Value, Tensor> inputs = new LinkedHashMap<>();
    segments.readBy(segment).forEach(value -> inputs.put(value, get(value)));
    inputs.values().removeIf(tensor -> !tensor.requires_grad());
    inputs.putAll(weights);
    List<Tensor> outputs = new ArrayList<>();
    List<Tensor> from = new ArrayList<>();
    List<Tensor> spent = new ArrayList<>();
    made.forEach(
        (value, tensor) -> {
          Tensor gradient = gradients.remove(value);
          if (gradient != null) {
            outputs.add(tensor);
            from.add(gradient);
            spent.add(gradient);
          }
        });
    if (!outputs.isEmpty()) {
      follow(outputs, from, inputs);
    }
    spent.forEach(Pointer::close);
    made.values().forEach(Pointer::close);
  }

  /**
   * Follows gradients from what a segment gives to what it reads. What that has from later segments
   * goes in as a reader of it, and comes out with the others.
   */
  private void follow(List<Tensor> outputs, List<Tensor> from, Map<Value, Tensor> inputs) {
    inputs.forEach(
        (value, tensor) -> {
          Tensor gradient = gradients.get(value);
          if (gradient != null) {
            outputs.add(torch.alias(tensor));
            from.add(gradient);
          }
        });
    TensorVector found =
        torch.grad(
            vector(outputs),
            vector(inputs.values()),
            vector(from),
            new BoolOptional(false),
            false,
            true);
    int place = 0;
    for (Value value : inputs.keySet()) {
      put(value, found.get(place++));
    }
  }

  private static TensorVector vector(Collection<Tensor> tensors) {
    return Tensors.vector(tensors.toArray(Tensor[]::new));
  }

  private void put(Value value, Tensor gradient) {
    if (gradient.defined()) {
      Tensor before = gradients.put(value, Interpreter.own(gradient));
      if (before != null) {
        before.close();
      }
    }
  }

  @Override
  public void close() {
    between.values().forEach(Pointer::close);
    gradients.values().forEach(Pointer::close);
    states.forEach(Pointer::close);
  }
}

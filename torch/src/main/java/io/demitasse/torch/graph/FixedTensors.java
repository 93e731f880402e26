package io.demitasse.torch.graph;

import io.demitasse.ir.Value;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** What follows from the sizes of inputs, computed once for each form of batches. */
final class FixedTensors implements AutoCloseable {
  /** Batches come in few forms; those that were seen longest ago are computed anew. */
  private static final int FORMS = 32;

  private final Map<List<List<Long>>, Map<Value, Tensor>> computed =
      new LinkedHashMap<>(FORMS, .75f, true);
  private Map<Value, Tensor> present = Map.of();

  /**
   * Takes those of some sizes for what follows.
   *
   * @param sizes of all inputs, in their order
   * @param compute makes them, where nobody has yet; they belong to this then
   */
  void turnTo(List<List<Long>> sizes, Supplier<Map<Value, Tensor>> compute) {
    Map<Value, Tensor> known = computed.get(sizes);
    if (known == null) {
      known = new HashMap<>(compute.get());
      computed.put(sizes, known);
      if (computed.size() > FORMS) {
        List<List<Long>> oldest = computed.keySet().iterator().next();
        close(computed.remove(oldest));
      }
    }
    present = known;
  }

  @Nullable Tensor get(Value value) {
    return present.get(value);
  }

  @Override
  public void close() {
    computed.values().forEach(FixedTensors::close);
    computed.clear();
    present = Map.of();
  }

  private static void close(@Nullable Map<Value, Tensor> tensors) {
    if (tensors != null) {
      tensors.values().forEach(Pointer::close);
    }
  }
}

package io.demitasse.torch.graph;

import io.demitasse.ir.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
   * Turns to those of some sizes.
   *
   * @param sizes of all inputs, in their order
   * @return whether they are known; there are none before they are kept
   */
  boolean turnTo(List<List<Long>> sizes) {
    Map<Value, Tensor> known = computed.get(sizes);
    present = known == null ? Map.of() : known;
    return known != null;
  }

  /** Keeps those of some sizes, which belong to this from here on. */
  void keep(List<List<Long>> sizes, Map<Value, Tensor> tensors) {
    computed.put(sizes, tensors);
    if (computed.size() > FORMS) {
      close(computed.remove(computed.keySet().iterator().next()));
    }
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

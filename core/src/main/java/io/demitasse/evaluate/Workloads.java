package io.demitasse.evaluate;

import static java.util.stream.Collectors.joining;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Chooses what to time of what flowed into each part.
 *
 * <p>Of all that flowed, the median by size is timed, and the largest once more eight at a time
 * where program and part take batches.
 */
public final class Workloads {
  private static final int BATCH = 8;

  private Workloads() {}

  /**
   * Chooses for every part.
   *
   * @param batches whether the program runs several samples at once
   */
  public static Map<String, List<Workload>> of(
      RecordedInputs recordedInputs, Map<String, Model> parts, boolean batches) {
    Map<String, List<Workload>> workloads = new LinkedHashMap<>();
    parts.forEach(
        (part, model) -> {
          List<Map<String, Tensor>> inputs = recordedInputs.of(part);
          workloads.put(part, inputs.isEmpty() ? List.of() : choose(model, inputs, batches));
        });
    return workloads;
  }

  private static List<Workload> choose(
      Model model, List<Map<String, Tensor>> recorded, boolean batches) {
    List<Map<String, Tensor>> bySize =
        recorded.stream().sorted(Comparator.comparingLong(RecordedInputs::elements)).toList();
    Map<String, Tensor> median = bySize.get(bySize.size() / 2);
    List<Workload> chosen = new ArrayList<>();
    chosen.add(new Workload(name(median), median));
    Optional.of(bySize.getLast())
        .filter(largest -> batches)
        .flatMap(largest -> batched(model, largest))
        .ifPresent(batch -> chosen.add(new Workload(name(batch), batch)));
    return chosen;
  }

  /** The sizes of the largest input, such as {@code 8x64}. */
  public static String name(Map<String, Tensor> inputs) {
    return inputs.values().stream()
        .max(Comparator.comparingLong(Tensor::elementCount))
        .map(tensor -> LongStream.of(tensor.sizes()).mapToObj(Long::toString).collect(joining("x")))
        .orElse("no inputs");
  }

  /**
   * The same inputs {@value #BATCH} times along the first axis, where every input has the same free
   * first axis.
   */
  private static Optional<Map<String, Tensor>> batched(Model model, Map<String, Tensor> inputs) {
    Map<String, Tensor> batch = new LinkedHashMap<>();
    Dim first = null;
    for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
      Value value = model.graph().find(input.getKey());
      Tensor tensor = input.getValue();
      Dim dim = value == null ? null : firstDim(value);
      if (dim == null
          || dim instanceof Dim.Fixed
          || (first != null && !dim.equals(first))
          || tensor.size(0) != 1
          || tensor.dataType() == DataType.STRING) {
        return Optional.empty();
      }
      first = dim;
      batch.put(input.getKey(), repeated(tensor));
    }
    return batch.isEmpty() ? Optional.empty() : Optional.of(batch);
  }

  private static @Nullable Dim firstDim(Value value) {
    return value.type() instanceof ValueType.OfTensor(DataType _, var shape)
            && shape != null
            && shape.rank() > 0
        ? shape.dim(0)
        : null;
  }

  private static Tensor repeated(Tensor tensor) {
    MemorySegment one = tensor.bytes();
    byte[] all = new byte[Math.toIntExact(one.byteSize() * BATCH)];
    for (int i = 0; i < BATCH; i++) {
      MemorySegment.copy(one, 0, MemorySegment.ofArray(all), i * one.byteSize(), one.byteSize());
    }
    long[] sizes = Arrays.copyOf(tensor.sizes(), tensor.rank());
    sizes[0] = BATCH;
    return Tensor.of(tensor.dataType(), sizes, MemorySegment.ofArray(all));
  }
}

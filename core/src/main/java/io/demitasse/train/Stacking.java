package io.demitasse.train;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import io.demitasse.objective.Batch;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Makes one batch of examples whose tensors differ in the first axis alone. */
public final class Stacking {
  private Stacking() {}

  /**
   * Batches of as many examples as fit together.
   *
   * @return in the order in which their first examples come
   */
  public static List<Batch> stacked(List<Batch> examples) {
    Map<String, List<Batch>> alike = new LinkedHashMap<>();
    for (Batch example : examples) {
      alike.computeIfAbsent(form(example), _ -> new ArrayList<>()).add(example);
    }
    return alike.values().stream().map(Stacking::together).toList();
  }

  /** What has to be equal for examples to be stacked, as a text that sorts short ones first. */
  static String form(Batch example) {
    return form(example.inputs()) + "|" + form(example.targets());
  }

  private static String form(Map<String, Tensor> tensors) {
    StringBuilder form = new StringBuilder();
    new TreeMap<>(tensors)
        .forEach(
            (name, tensor) -> {
              form.append(name).append(':').append(tensor.dataType().text());
              long[] sizes = tensor.sizes();
              for (int axis = 1; axis < sizes.length; axis++) {
                form.append(String.format(Locale.ROOT, ",%019d", sizes[axis]));
              }
              // What has no axis for examples has to be the same for all of them.
              if (sizes.length == 0 && tensor.dataType() != DataType.STRING) {
                form.append('=').append(Arrays.toString(tensor.toDoubles()));
              }
              form.append(';');
            });
    return form.toString();
  }

  private static Batch together(List<Batch> examples) {
    if (examples.size() == 1) {
      return examples.getFirst();
    }
    return new Batch(
        joined(examples.stream().map(Batch::inputs).toList()),
        joined(examples.stream().map(Batch::targets).toList()));
  }

  private static Map<String, Tensor> joined(List<Map<String, Tensor>> all) {
    Map<String, Tensor> joined = new LinkedHashMap<>();
    all.getFirst()
        .keySet()
        .forEach(
            name ->
                joined.put(name, joinedTensors(all.stream().map(each -> each.get(name)).toList())));
    return joined;
  }

  private static Tensor joinedTensors(List<Tensor> tensors) {
    Tensor first = tensors.getFirst();
    if (first.rank() == 0 || first.dataType() == DataType.STRING) {
      return first;
    }
    long[] sizes = first.sizes().clone();
    sizes[0] = tensors.stream().mapToLong(tensor -> tensor.size(0)).sum();
    long bytes = tensors.stream().mapToLong(Tensor::byteSize).sum();
    byte[] content = new byte[Math.toIntExact(bytes)];
    MemorySegment all = MemorySegment.ofArray(content);
    long place = 0;
    for (Tensor tensor : tensors) {
      MemorySegment.copy(tensor.bytes(), 0, all, place, tensor.byteSize());
      place += tensor.byteSize();
    }
    return Tensor.of(first.dataType(), sizes, all);
  }
}

package io.demitasse.onnx;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The weights that several models of one folder have in common, each with its place in the data
 * file beside them.
 *
 * @param file the data file's name, without folder
 * @param offsets by tensor, in the order of the file; tensors are the same when they are one object
 */
record SharedWeights(String file, Map<Tensor, Long> offsets, long bytes) {
  static final SharedWeights NONE = new SharedWeights("", Map.of(), 0);

  /** The initializers that at least two of the models hold, and that need not stay in them. */
  static SharedWeights of(Collection<Model> models, String file) {
    Map<Tensor, Long> holders =
        models.stream()
            .flatMap(model -> weights(model).stream())
            .collect(
                Collectors.groupingBy(
                    Function.identity(), LinkedHashMap::new, Collectors.counting()));
    DataFile data = new DataFile(file);
    Map<Tensor, Long> offsets = new LinkedHashMap<>();
    holders.forEach(
        (tensor, count) -> {
          if (count > 1) {
            offsets.put(tensor, data.reserve(tensor.byteSize()));
          }
        });
    return new SharedWeights(file, offsets, data.bytes());
  }

  /** Each tensor once, however many names it has; a tensor equals itself alone. */
  private static List<Tensor> weights(Model model) {
    Set<Tensor> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    return GraphEncoder.initializers(model.graph()).stream()
        .map(GraphEncoder::content)
        .filter(SharedWeights::canLieOutside)
        .filter(seen::add)
        .toList();
  }

  /** Whether a tensor of the main graph may lie outside the model file. */
  static boolean canLieOutside(Tensor tensor) {
    return tensor.dataType() != DataType.STRING
        && tensor.byteSize() >= FileLayout.EXTERNAL_FROM_BYTES;
  }
}

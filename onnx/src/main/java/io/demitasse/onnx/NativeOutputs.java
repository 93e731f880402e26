package io.demitasse.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Places in native memory that the runtime writes outputs of known sizes to. The tensors stay valid
 * when this is closed, as long as they are reachable.
 *
 * @param others names of the outputs that have no place
 * @param pinned the places as the runtime sees them
 * @param tensors the same places
 */
record NativeOutputs(
    Set<String> others, Map<String, OnnxTensor> pinned, Map<String, Tensor> tensors)
    implements AutoCloseable {

  /**
   * @param declared outputs of the model
   * @param sizes of those that get a place
   * @throws DemitasseException (bad request) where a name is no output that is a tensor
   */
  static NativeOutputs of(Map<String, NodeInfo> declared, Map<String, long[]> sizes)
      throws OrtException {
    Set<String> others = new LinkedHashSet<>(declared.keySet());
    NativeOutputs made = new NativeOutputs(others, new LinkedHashMap<>(), new LinkedHashMap<>());
    try {
      for (Map.Entry<String, long[]> each : sizes.entrySet()) {
        made.place(each.getKey(), type(declared, each.getKey()), each.getValue());
      }
      return made;
    } catch (OrtException | RuntimeException e) {
      made.close();
      throw e;
    }
  }

  private void place(String name, DataType type, long[] sizes) throws OrtException {
    Tensor empty = NativeTensors.empty(type, sizes);
    tensors.put(name, empty);
    pinned.put(name, NativeTensors.create(name, empty, Arena.ofAuto()));
    others.remove(name);
  }

  private static DataType type(Map<String, NodeInfo> declared, String name) {
    NodeInfo output = declared.get(name);
    if (output == null || !(output.getInfo() instanceof TensorInfo tensor)) {
      throw DemitasseException.badRequest(
          "The model has no output '" + name + "' that is a tensor; it has " + declared.keySet());
    }
    return NativeTensors.dataType(tensor.onnxType);
  }

  @Override
  public void close() {
    pinned.values().forEach(OnnxTensor::close);
  }
}

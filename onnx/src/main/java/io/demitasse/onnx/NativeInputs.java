package io.demitasse.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import io.demitasse.ir.Tensor;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Map;

/** The inputs of one run as the runtime wants them, with the native memory some were copied to. */
record NativeInputs(Map<String, OnnxTensor> tensors, Arena arena) implements AutoCloseable {

  static NativeInputs of(Map<String, Tensor> inputs) throws OrtException {
    NativeInputs made = new NativeInputs(new LinkedHashMap<>(), Arena.ofConfined());
    try {
      for (Map.Entry<String, Tensor> each : inputs.entrySet()) {
        made.tensors.put(
            each.getKey(), NativeTensors.create(each.getKey(), each.getValue(), made.arena));
      }
      return made;
    } catch (OrtException | RuntimeException e) {
      made.close();
      throw e;
    }
  }

  @Override
  public void close() {
    tensors.values().forEach(OnnxTensor::close);
    arena.close();
  }
}

package io.demitasse.torch.process;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import io.demitasse.objective.Batch;
import java.io.Serializable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;

/** A batch as it is sent. */
record WireBatch(Map<String, WireTensor> inputs, Map<String, WireTensor> targets)
    implements Serializable {

  /** A tensor as it is sent. */
  @SuppressWarnings("ArrayRecordComponent")
  record WireTensor(DataType type, long[] sizes, byte[] content) implements Serializable {}

  static WireBatch of(Batch batch) {
    return new WireBatch(sent(batch.inputs()), sent(batch.targets()));
  }

  private static Map<String, WireTensor> sent(Map<String, Tensor> tensors) {
    Map<String, WireTensor> sent = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          if (tensor.dataType() != DataType.STRING) {
            sent.put(
                name,
                new WireTensor(
                    tensor.dataType(),
                    tensor.sizes(),
                    tensor.bytes().toArray(ValueLayout.JAVA_BYTE)));
          }
        });
    return sent;
  }

  Batch batch() {
    return new Batch(received(inputs), received(targets));
  }

  private static Map<String, Tensor> received(Map<String, WireTensor> sent) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    sent.forEach(
        (name, tensor) ->
            tensors.put(
                name,
                Tensor.of(tensor.type(), tensor.sizes(), MemorySegment.ofArray(tensor.content()))));
    return tensors;
  }
}

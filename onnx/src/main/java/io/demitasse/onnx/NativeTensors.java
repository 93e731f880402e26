package io.demitasse.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo.OnnxTensorType;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Tensors to and from the runtime. Outputs are copied once; inputs only when they are not in native
 * memory.
 */
final class NativeTensors {
  private static final int ALIGNMENT = 64;

  private NativeTensors() {}

  /**
   * @param arena where heap content is copied to; it must outlive the run
   */
  static OnnxTensor create(String name, Tensor tensor, Arena arena) throws OrtException {
    OrtEnvironment environment = OnnxRuntime.Environment.INSTANCE;
    if (tensor.dataType() == DataType.STRING) {
      String[] elements =
          tensor.strings().stream()
              .map(each -> new String(each, StandardCharsets.UTF_8))
              .toArray(String[]::new);
      return OnnxTensor.createTensor(environment, elements, tensor.sizes());
    }
    OnnxJavaType type = javaType(name, tensor);
    MemorySegment bytes = tensor.bytes();
    if (bytes.byteSize() > Integer.MAX_VALUE) {
      throw DemitasseException.badRequest(
          "Input '"
              + name
              + "' is "
              + tensor
              + " of "
              + bytes.byteSize()
              + " bytes; ONNX Runtime takes at most "
              + Integer.MAX_VALUE
              + " from Java. Use a smaller batch.");
    }
    if (!bytes.isNative() || bytes.address() % ALIGNMENT != 0) {
      bytes = arena.allocate(bytes.byteSize(), ALIGNMENT).copyFrom(bytes);
    }
    return OnnxTensor.createTensor(
        environment, bytes.asByteBuffer().order(ByteOrder.nativeOrder()), tensor.sizes(), type);
  }

  private static OnnxJavaType javaType(String name, Tensor tensor) {
    return switch (tensor.dataType()) {
      case FLOAT -> OnnxJavaType.FLOAT;
      case DOUBLE -> OnnxJavaType.DOUBLE;
      case INT8 -> OnnxJavaType.INT8;
      case UINT8 -> OnnxJavaType.UINT8;
      case INT16 -> OnnxJavaType.INT16;
      case INT32 -> OnnxJavaType.INT32;
      case INT64 -> OnnxJavaType.INT64;
      case BOOL -> OnnxJavaType.BOOL;
      case FLOAT16 -> OnnxJavaType.FLOAT16;
      case BFLOAT16 -> OnnxJavaType.BFLOAT16;
      default ->
          throw DemitasseException.badRequest(
              "Input '"
                  + name
                  + "' is "
                  + tensor
                  + ", a type ONNX Runtime does not take from Java; expected float,"
                  + " double, float16, bfloat16, bool, string, uint8 or a signed integer.");
    };
  }

  /** A copy that stays valid when the runtime's tensor is gone. */
  static Tensor read(OnnxTensor tensor) throws OrtException {
    long[] sizes = tensor.getInfo().getShape();
    DataType type = dataType(tensor.getInfo().onnxType);
    if (type == DataType.STRING) {
      List<byte[]> elements = new ArrayList<>();
      flatten(tensor.getValue(), elements);
      return Tensor.ofStrings(sizes, elements);
    }
    return Tensor.of(type, sizes, MemorySegment.ofBuffer(tensor.getByteBuffer()));
  }

  private static void flatten(Object value, List<byte[]> elements) {
    if (value instanceof Object[] array) {
      for (Object each : array) {
        flatten(each, elements);
      }
    } else {
      elements.add(value.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  /** A tensor in native memory, freed when nobody has it any more, for the runtime to write to. */
  static Tensor empty(DataType type, long[] sizes) {
    long elements = LongStream.of(sizes).reduce(1, Math::multiplyExact);
    return Tensor.of(type, sizes, Arena.ofAuto().allocate(type.bytes(elements), ALIGNMENT));
  }

  static DataType dataType(OnnxTensorType type) {
    String name = type.name().replace("ONNX_TENSOR_ELEMENT_DATA_TYPE_", "");
    try {
      return DataType.valueOf(name);
    } catch (IllegalArgumentException e) {
      throw DemitasseException.backendFailed(
          "ONNX Runtime's Java interface cannot hand out an output of its type.", e);
    }
  }
}

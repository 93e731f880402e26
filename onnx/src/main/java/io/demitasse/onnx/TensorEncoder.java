package io.demitasse.onnx;

import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.SparseTensor;
import io.demitasse.ir.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Encodes tensors: whole, or without their content where that is written separately. */
final class TensorEncoder {
  private TensorEncoder() {}

  /** Name, type, sizes and, for strings, content; other content is left to the caller. */
  static TensorProto.Builder header(String name, Tensor tensor) {
    TensorProto.Builder proto = TensorProto.newBuilder().setDataType(tensor.dataType().code());
    if (!name.isEmpty()) {
      proto.setName(name);
    }
    for (long size : tensor.sizes()) {
      proto.addDims(size);
    }
    if (tensor.dataType() == DataType.STRING) {
      tensor.strings().forEach(element -> proto.addStringData(ByteString.copyFrom(element)));
    }
    return proto;
  }

  /** The whole tensor; its bytes are not copied. */
  static TensorProto inline(String name, Tensor tensor) {
    TensorProto.Builder proto = header(name, tensor);
    if (tensor.dataType() != DataType.STRING) {
      if (tensor.byteSize() > Integer.MAX_VALUE) {
        throw DemitasseException.backendFailed(
            "Cannot write the constant '"
                + name
                + "', "
                + tensor
                + ": it has "
                + tensor.byteSize()
                + " bytes, and a constant inside a node or subgraph holds at most "
                + Integer.MAX_VALUE
                + ". Make it an initializer of the main graph.",
            null);
      }
      proto.setRawData(UnsafeByteOperations.unsafeWrap(tensor.bytes().asByteBuffer()));
    }
    return proto.build();
  }

  static SparseTensorProto sparse(SparseTensor tensor) {
    return SparseTensorProto.newBuilder()
        .setValues(inline(tensor.name(), tensor.values()))
        .setIndices(inline("", tensor.indices()))
        .addAllDims(tensor.sizes())
        .build();
  }

  static List<StringStringEntryProto> entries(Map<String, String> entries) {
    List<StringStringEntryProto> protos = new ArrayList<>();
    entries.forEach(
        (key, value) ->
            protos.add(StringStringEntryProto.newBuilder().setKey(key).setValue(value).build()));
    return protos;
  }
}

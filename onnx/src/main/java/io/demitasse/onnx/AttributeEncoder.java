package io.demitasse.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import com.google.protobuf.ByteString;
import io.demitasse.ir.Attribute;
import io.demitasse.ir.Graph;
import io.demitasse.ir.SparseTensor;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.ValueType;
import java.util.List;

/** Encodes the attributes of nodes and functions. */
final class AttributeEncoder {
  private AttributeEncoder() {}

  static AttributeProto encode(String name, Attribute attribute) {
    AttributeProto.Builder proto = AttributeProto.newBuilder().setName(name);
    switch (attribute) {
      case Attribute.Real(float value) -> proto.setType(AttributeType.FLOAT).setF(value);
      case Attribute.Int(long value) -> proto.setType(AttributeType.INT).setI(value);
      case Attribute.Bytes bytes -> proto.setType(AttributeType.STRING).setS(string(bytes));
      case Attribute.OfTensor(Tensor value) ->
          proto.setType(AttributeType.TENSOR).setT(TensorEncoder.inline("", value));
      case Attribute.OfGraph(Graph value) ->
          proto.setType(AttributeType.GRAPH).setG(GraphEncoder.whole(value));
      case Attribute.OfSparseTensor(SparseTensor value) ->
          proto.setType(AttributeType.SPARSE_TENSOR).setSparseTensor(TensorEncoder.sparse(value));
      case Attribute.OfType(ValueType value) ->
          proto.setType(AttributeType.TYPE_PROTO).setTp(Types.encode(value));
      case Attribute.Reference(String reference, int typeCode) ->
          reference(proto, reference, typeCode);
      default -> list(proto, attribute);
    }
    return proto.build();
  }

  private static void list(AttributeProto.Builder proto, Attribute attribute) {
    switch (attribute) {
      case Attribute.Reals(List<Float> values) ->
          proto.setType(AttributeType.FLOATS).addAllFloats(values);
      case Attribute.Ints(List<Long> values) ->
          proto.setType(AttributeType.INTS).addAllInts(values);
      case Attribute.Strings(List<Attribute.Bytes> values) -> {
        proto.setType(AttributeType.STRINGS);
        values.forEach(value -> proto.addStrings(string(value)));
      }
      case Attribute.Tensors(List<Tensor> values) -> {
        proto.setType(AttributeType.TENSORS);
        values.forEach(value -> proto.addTensors(TensorEncoder.inline("", value)));
      }
      case Attribute.Graphs(List<Graph> values) -> {
        proto.setType(AttributeType.GRAPHS);
        values.forEach(value -> proto.addGraphs(GraphEncoder.whole(value)));
      }
      case Attribute.SparseTensors(List<SparseTensor> values) -> {
        proto.setType(AttributeType.SPARSE_TENSORS);
        values.forEach(value -> proto.addSparseTensors(TensorEncoder.sparse(value)));
      }
      case Attribute.Types(List<ValueType> values) -> {
        proto.setType(AttributeType.TYPE_PROTOS);
        values.forEach(value -> proto.addTypeProtos(Types.encode(value)));
      }
      default -> throw new IllegalStateException("no list: " + attribute);
    }
  }

  private static void reference(AttributeProto.Builder proto, String reference, int typeCode) {
    AttributeType type = AttributeType.forNumber(typeCode);
    proto.setRefAttrName(reference).setType(type == null ? AttributeType.UNDEFINED : type);
  }

  private static ByteString string(Attribute.Bytes bytes) {
    return ByteString.copyFrom(bytes.value());
  }
}

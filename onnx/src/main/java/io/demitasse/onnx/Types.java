package io.demitasse.onnx;

import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Shape;
import io.demitasse.ir.ValueType;
import org.jspecify.annotations.Nullable;

/** Value types and shapes, both ways. */
final class Types {
  private Types() {}

  /** The type, or null where the file leaves it open. */
  static @Nullable ValueType decode(TypeProto proto, Source source, String place) {
    return switch (proto.getValueCase()) {
      case TENSOR_TYPE -> {
        TypeProto.Tensor tensor = proto.getTensorType();
        yield tensor.getElemType() == 0
            ? null
            : new ValueType.OfTensor(
                dataType(tensor.getElemType(), source, place),
                tensor.hasShape() ? shape(tensor.getShape()) : null);
      }
      case SPARSE_TENSOR_TYPE -> {
        TypeProto.SparseTensor tensor = proto.getSparseTensorType();
        yield new ValueType.OfSparseTensor(
            dataType(tensor.getElemType(), source, place),
            tensor.hasShape() ? shape(tensor.getShape()) : null);
      }
      case SEQUENCE_TYPE ->
          new ValueType.OfSequence(required(proto.getSequenceType().getElemType(), source, place));
      case MAP_TYPE ->
          new ValueType.OfMap(
              dataType(proto.getMapType().getKeyType(), source, place),
              required(proto.getMapType().getValueType(), source, place));
      case OPTIONAL_TYPE ->
          new ValueType.OfOptional(required(proto.getOptionalType().getElemType(), source, place));
      case OPAQUE_TYPE ->
          new ValueType.OfOpaque(
              proto.getOpaqueType().getDomain(), proto.getOpaqueType().getName());
      case VALUE_NOT_SET -> null;
    };
  }

  private static ValueType required(TypeProto proto, Source source, String place) {
    ValueType type = decode(proto, source, place);
    if (type == null) {
      throw source.bad(place + " is of a compound type without an element type, expected one.");
    }
    return type;
  }

  static DataType dataType(int code, Source source, String place) {
    try {
      return DataType.ofCode(code);
    } catch (IllegalArgumentException e) {
      throw source.bad(
          place
              + " has data type "
              + code
              + ", expected one of 1 to "
              + DataType.values().length
              + ". The model is damaged or newer than this program.");
    }
  }

  private static Shape shape(TensorShapeProto proto) {
    return new Shape(proto.getDimList().stream().map(Types::dim).toList());
  }

  private static Dim dim(TensorShapeProto.Dimension proto) {
    return switch (proto.getValueCase()) {
      // Some exporters write -1, also as an unsigned number, where they do not know.
      case DIM_VALUE -> proto.getDimValue() < 0 ? Dim.UNKNOWN : Dim.of(proto.getDimValue());
      // Others write a question mark, for dimensions that are not equal at all.
      case DIM_PARAM ->
          proto.getDimParam().isEmpty() || proto.getDimParam().equals("?")
              ? Dim.UNKNOWN
              : Dim.named(proto.getDimParam());
      case VALUE_NOT_SET -> Dim.UNKNOWN;
    };
  }

  static TypeProto encode(ValueType type) {
    TypeProto.Builder proto = TypeProto.newBuilder();
    switch (type) {
      case ValueType.OfTensor(DataType dataType, Shape shape) -> {
        TypeProto.Tensor.Builder tensor = proto.getTensorTypeBuilder().setElemType(dataType.code());
        if (shape != null) {
          tensor.setShape(encode(shape));
        }
      }
      case ValueType.OfSparseTensor(DataType dataType, Shape shape) -> {
        TypeProto.SparseTensor.Builder tensor =
            proto.getSparseTensorTypeBuilder().setElemType(dataType.code());
        if (shape != null) {
          tensor.setShape(encode(shape));
        }
      }
      case ValueType.OfSequence(ValueType element) ->
          proto.getSequenceTypeBuilder().setElemType(encode(element));
      case ValueType.OfMap(DataType key, ValueType value) ->
          proto.getMapTypeBuilder().setKeyType(key.code()).setValueType(encode(value));
      case ValueType.OfOptional(ValueType element) ->
          proto.getOptionalTypeBuilder().setElemType(encode(element));
      case ValueType.OfOpaque(String domain, String name) ->
          proto.getOpaqueTypeBuilder().setDomain(domain).setName(name);
    }
    return proto.build();
  }

  private static TensorShapeProto encode(Shape shape) {
    TensorShapeProto.Builder proto = TensorShapeProto.newBuilder();
    for (Dim dim : shape.dims()) {
      switch (dim) {
        case Dim.Fixed(long size) -> proto.addDimBuilder().setDimValue(size);
        case Dim.Named(String name) -> proto.addDimBuilder().setDimParam(name);
        case Dim.Unknown() -> proto.addDimBuilder();
      }
    }
    return proto.build();
  }
}

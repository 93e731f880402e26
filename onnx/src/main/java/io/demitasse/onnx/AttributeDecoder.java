package io.demitasse.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.TypeProto;
import com.google.protobuf.ByteString;
import io.demitasse.ir.Attribute;
import io.demitasse.ir.ValueType;

/** Decodes the attributes of nodes and functions. */
record AttributeDecoder(Source source, TensorDecoder tensors) {

  /**
   * @param scope of the node that has the attribute, which subgraphs see
   * @param place what the attribute belongs to, for messages
   */
  Attribute decode(AttributeProto proto, Scope scope, String place) {
    String where = "attribute '" + proto.getName() + "' of " + place;
    if (!proto.getRefAttrName().isEmpty()) {
      return new Attribute.Reference(proto.getRefAttrName(), proto.getType().getNumber());
    }
    return switch (type(proto)) {
      case FLOAT -> new Attribute.Real(proto.getF());
      case INT -> new Attribute.Int(proto.getI());
      case STRING -> bytes(proto.getS());
      case TENSOR -> new Attribute.OfTensor(tensors.decode(proto.getT(), where));
      case GRAPH ->
          new Attribute.OfGraph(
              GraphDecoder.decode(proto.getG(), scope, this, " in " + where).graph());
      case SPARSE_TENSOR ->
          new Attribute.OfSparseTensor(tensors.decodeSparse(proto.getSparseTensor(), where));
      case TYPE_PROTO -> new Attribute.OfType(valueType(proto.getTp(), where));
      case FLOATS -> new Attribute.Reals(proto.getFloatsList());
      case INTS -> new Attribute.Ints(proto.getIntsList());
      case STRINGS ->
          new Attribute.Strings(
              proto.getStringsList().stream().map(AttributeDecoder::bytes).toList());
      case TENSORS ->
          new Attribute.Tensors(
              proto.getTensorsList().stream().map(each -> tensors.decode(each, where)).toList());
      case GRAPHS ->
          new Attribute.Graphs(
              proto.getGraphsList().stream()
                  .map(each -> GraphDecoder.decode(each, scope, this, " in " + where).graph())
                  .toList());
      case SPARSE_TENSORS ->
          new Attribute.SparseTensors(
              proto.getSparseTensorsList().stream()
                  .map(each -> tensors.decodeSparse(each, where))
                  .toList());
      case TYPE_PROTOS ->
          new Attribute.Types(
              proto.getTypeProtosList().stream().map(each -> valueType(each, where)).toList());
      case UNDEFINED ->
          throw source.bad(
              where
                  + " has no type this program knows. The model is damaged or newer than this"
                  + " program.");
    };
  }

  /** The declared type; files of the first ONNX version declare none and tell by what they hold. */
  private static AttributeType type(AttributeProto proto) {
    if (proto.getType() != AttributeType.UNDEFINED) {
      return proto.getType();
    }
    for (AttributeType type : AttributeType.values()) {
      if (type != AttributeType.UNDEFINED && holds(proto, type)) {
        return type;
      }
    }
    return AttributeType.UNDEFINED;
  }

  private static boolean holds(AttributeProto proto, AttributeType type) {
    return switch (type) {
      case FLOAT -> proto.hasF();
      case INT -> proto.hasI();
      case STRING -> proto.hasS();
      case TENSOR -> proto.hasT();
      case GRAPH -> proto.hasG();
      case SPARSE_TENSOR -> proto.hasSparseTensor();
      case TYPE_PROTO -> proto.hasTp();
      case FLOATS -> proto.getFloatsCount() > 0;
      case INTS -> proto.getIntsCount() > 0;
      case STRINGS -> proto.getStringsCount() > 0;
      case TENSORS -> proto.getTensorsCount() > 0;
      case GRAPHS -> proto.getGraphsCount() > 0;
      case SPARSE_TENSORS -> proto.getSparseTensorsCount() > 0;
      case TYPE_PROTOS -> proto.getTypeProtosCount() > 0;
      case UNDEFINED -> false;
    };
  }

  private ValueType valueType(TypeProto proto, String where) {
    ValueType type = Types.decode(proto, source, where);
    if (type == null) {
      throw source.bad(where + " is a type that says nothing, expected a type.");
    }
    return type;
  }

  private static Attribute.Bytes bytes(ByteString string) {
    return new Attribute.Bytes(string.toByteArray());
  }
}

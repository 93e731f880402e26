package io.demitasse.onnx;

import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import com.google.protobuf.ByteString;
import io.demitasse.ir.DataType;
import io.demitasse.ir.SparseTensor;
import io.demitasse.ir.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToLongFunction;

/** Decodes tensors: raw bytes stay in the mapping, typed fields become the little-endian form. */
final class TensorDecoder {
  private static final int MOST_AXES = 64;

  private final Source source;
  private final ExternalData external;

  TensorDecoder(Source source) {
    this.source = source;
    this.external = new ExternalData(source);
  }

  /**
   * @param place what the tensor is, for messages
   */
  Tensor decode(TensorProto proto, String place) {
    DataType type = Types.dataType(proto.getDataType(), source, place);
    long[] sizes = sizes(proto.getDimsList(), place);
    String what = place + ", " + type.text() + Arrays.toString(sizes) + ",";
    long bytes = byteSize(type, sizes, what);
    if (proto.hasSegment()) {
      throw source.bad(
          what
              + " is stored in segments, which this program does not read. Export the model"
              + " again.");
    }
    if (type == DataType.STRING) {
      requireCount(proto.getStringDataCount(), elements(sizes), "strings", what);
      return Tensor.ofStrings(
          sizes, proto.getStringDataList().stream().map(ByteString::toByteArray).toList());
    }
    if (proto.getDataLocation() == DataLocation.EXTERNAL) {
      return Tensor.of(
          type,
          sizes,
          external.find(ModelDecoder.entries(proto.getExternalDataList()), bytes, what));
    }
    if (proto.hasRawData()) {
      requireCount(proto.getRawData().size(), bytes, "bytes of raw data", what);
      return Tensor.of(
          type, sizes, MemorySegment.ofBuffer(proto.getRawData().asReadOnlyByteBuffer()));
    }
    return Tensor.of(type, sizes, typed(TypedField.of(proto, type), bytes, what));
  }

  SparseTensor decodeSparse(SparseTensorProto proto, String place) {
    return decodeSparse(proto, proto.getValues().getName(), place);
  }

  /**
   * @param name what it is called from now on
   */
  SparseTensor decodeSparse(SparseTensorProto proto, String name, String place) {
    return new SparseTensor(
        name,
        decode(proto.getValues(), "the values of " + place),
        decode(proto.getIndices(), "the indices of " + place),
        Arrays.stream(sizes(proto.getDimsList(), place)).boxed().toList());
  }

  private long[] sizes(List<Long> dims, String place) {
    if (dims.size() > MOST_AXES) {
      throw source.bad(
          String.format(
              Locale.ROOT,
              "%s has %d axes, expected at most %d. The model is damaged.",
              place,
              dims.size(),
              MOST_AXES));
    }
    long[] sizes = dims.stream().mapToLong(Long::longValue).toArray();
    if (Arrays.stream(sizes).anyMatch(size -> size < 0)) {
      throw source.bad(
          place
              + " has sizes "
              + Arrays.toString(sizes)
              + ", expected none below zero. The model is damaged.");
    }
    return sizes;
  }

  private long byteSize(DataType type, long[] sizes, String what) {
    try {
      return type.bytes(elements(sizes));
    } catch (ArithmeticException e) {
      throw source.bad(
          what + " is larger than any memory, expected sizes that fit one. The model is damaged.");
    }
  }

  private static long elements(long[] sizes) {
    return Tensor.elementCount(sizes);
  }

  private void requireCount(long got, long expected, String unit, String what) {
    if (got != expected) {
      throw source.bad(
          what
              + " has "
              + got
              + " "
              + unit
              + ", expected "
              + expected
              + ". The model is damaged; download or export it again.");
    }
  }

  private MemorySegment typed(TypedField field, long byteSize, String what) {
    requireCount(field.count(), byteSize / field.width(), "entries of " + field.name(), what);
    MemorySegment bytes = MemorySegment.ofArray(new byte[Math.toIntExact(byteSize)]);
    for (int i = 0; i < field.count(); i++) {
      long bits = field.bits().applyAsLong(i);
      switch (field.width()) {
        case 1 -> bytes.set(ValueLayout.JAVA_BYTE, i, (byte) bits);
        case 2 -> bytes.setAtIndex(Tensor.I16, i, (short) bits);
        case 4 -> bytes.setAtIndex(Tensor.I32, i, (int) bits);
        default -> bytes.setAtIndex(Tensor.I64, i, bits);
      }
    }
    return bytes;
  }

  /**
   * The field a data type is spelled out in when it is not raw.
   *
   * @param width bytes that one entry stands for: an element, half a complex one, or several packed
   *     ones
   */
  private record TypedField(String name, int count, int width, IntToLongFunction bits) {
    static TypedField of(TensorProto proto, DataType type) {
      return switch (type) {
        case FLOAT, COMPLEX64 ->
            new TypedField(
                "float_data",
                proto.getFloatDataCount(),
                4,
                i -> Float.floatToRawIntBits(proto.getFloatData(i)));
        case DOUBLE, COMPLEX128 ->
            new TypedField(
                "double_data",
                proto.getDoubleDataCount(),
                8,
                i -> Double.doubleToRawLongBits(proto.getDoubleData(i)));
        case INT64 ->
            new TypedField("int64_data", proto.getInt64DataCount(), 8, proto::getInt64Data);
        case UINT32 ->
            new TypedField("uint64_data", proto.getUint64DataCount(), 4, proto::getUint64Data);
        case UINT64 ->
            new TypedField("uint64_data", proto.getUint64DataCount(), 8, proto::getUint64Data);
        default ->
            new TypedField(
                "int32_data",
                proto.getInt32DataCount(),
                Math.ceilDiv(type.bits(), 8),
                proto::getInt32Data);
      };
    }
  }
}

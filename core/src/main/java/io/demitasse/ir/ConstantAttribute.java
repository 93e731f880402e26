package io.demitasse.ir;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The spellings a {@code Constant} node has for its content, as a tensor. */
final class ConstantAttribute {
  private ConstantAttribute() {}

  static @Nullable Tensor tensor(String name, Attribute attribute) {
    return switch (attribute) {
      case Attribute.OfTensor(Tensor value) when name.equals("value") -> value;
      case Attribute.Int(long value) when name.equals("value_int") -> Tensor.scalar(value);
      case Attribute.Real(float value) when name.equals("value_float") -> Tensor.scalar(value);
      case Attribute.Bytes(byte[] value) when name.equals("value_string") ->
          Tensor.ofStrings(new long[0], List.of(value));
      case Attribute.Ints ints when name.equals("value_ints") ->
          Tensor.ofLongs(new long[] {ints.values().size()}, ints.toArray());
      case Attribute.Reals(List<Float> values) when name.equals("value_floats") -> floats(values);
      case Attribute.Strings(List<Attribute.Bytes> values) when name.equals("value_strings") ->
          Tensor.ofStrings(
              new long[] {values.size()}, values.stream().map(Attribute.Bytes::value).toList());
      default -> null;
    };
  }

  private static Tensor floats(List<Float> values) {
    float[] array = new float[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return Tensor.ofFloats(new long[] {array.length}, array);
  }
}

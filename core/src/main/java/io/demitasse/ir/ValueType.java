package io.demitasse.ir;

import org.jspecify.annotations.Nullable;

/**
 * The type of a value: a tensor nearly always, and whatever else ONNX lets flow through a graph.
 */
public sealed interface ValueType {

  /** A dense tensor; a null shape means that not even the rank is known. */
  record OfTensor(DataType dataType, @Nullable Shape shape) implements ValueType {
    @Override
    public String toString() {
      return dataType.text() + (shape == null ? "[...]" : shape);
    }
  }

  /** A sparse tensor. */
  record OfSparseTensor(DataType dataType, @Nullable Shape shape) implements ValueType {
    @Override
    public String toString() {
      return "sparse(" + dataType.text() + (shape == null ? "[...]" : shape) + ")";
    }
  }

  /** A sequence of values of one type. */
  record OfSequence(ValueType element) implements ValueType {
    @Override
    public String toString() {
      return "seq(" + element + ")";
    }
  }

  /** A map from keys of an integral or string type. */
  record OfMap(DataType key, ValueType value) implements ValueType {
    @Override
    public String toString() {
      return "map(" + key.text() + "," + value + ")";
    }
  }

  /** A value that may be absent at run time. */
  record OfOptional(ValueType element) implements ValueType {
    @Override
    public String toString() {
      return "optional(" + element + ")";
    }
  }

  /** A value of a type only its own domain knows. */
  record OfOpaque(String domain, String name) implements ValueType {
    @Override
    public String toString() {
      return "opaque(" + domain + "," + name + ")";
    }
  }

  static OfTensor tensor(DataType dataType, @Nullable Shape shape) {
    return new OfTensor(dataType, shape);
  }

  static OfTensor tensor(DataType dataType, long... sizes) {
    return new OfTensor(dataType, Shape.of(sizes));
  }
}

package io.demitasse.ir;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The value of a node's attribute. Lists keep the order of the file; numbers keep their ONNX width.
 */
public sealed interface Attribute {

  record Int(long value) implements Attribute {}

  record Real(float value) implements Attribute {}

  /** A byte string, which ONNX does not promise to be UTF-8. */
  record Bytes(byte[] value) implements Attribute {
    public String text() {
      return new String(value, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Bytes(byte[] bytes) && Arrays.equals(value, bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(value);
    }

    @Override
    public String toString() {
      return "Bytes[" + text() + "]";
    }
  }

  record OfTensor(Tensor value) implements Attribute {}

  record OfSparseTensor(SparseTensor value) implements Attribute {}

  /** A subgraph, whose nodes may read values of the graphs around it. */
  record OfGraph(Graph value) implements Attribute {}

  record OfType(ValueType value) implements Attribute {}

  record Ints(List<Long> values) implements Attribute {
    public Ints {
      values = List.copyOf(values);
    }

    public long[] toArray() {
      return values.stream().mapToLong(Long::longValue).toArray();
    }
  }

  record Reals(List<Float> values) implements Attribute {
    public Reals {
      values = List.copyOf(values);
    }
  }

  record Strings(List<Bytes> values) implements Attribute {
    public Strings {
      values = List.copyOf(values);
    }
  }

  record Tensors(List<Tensor> values) implements Attribute {
    public Tensors {
      values = List.copyOf(values);
    }
  }

  record SparseTensors(List<SparseTensor> values) implements Attribute {
    public SparseTensors {
      values = List.copyOf(values);
    }
  }

  record Graphs(List<Graph> values) implements Attribute {
    public Graphs {
      values = List.copyOf(values);
    }
  }

  record Types(List<ValueType> values) implements Attribute {
    public Types {
      values = List.copyOf(values);
    }
  }

  /** Inside a model-local function: the value that the caller's attribute of this name has. */
  record Reference(String attribute, int typeCode) implements Attribute {}

  static Attribute of(long value) {
    return new Int(value);
  }

  static Attribute of(float value) {
    return new Real(value);
  }

  static Attribute of(String value) {
    return new Bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  static Attribute of(Tensor value) {
    return new OfTensor(value);
  }

  static Attribute of(Graph value) {
    return new OfGraph(value);
  }

  static Attribute ofInts(long... values) {
    return new Ints(Arrays.stream(values).boxed().toList());
  }
}

package io.demitasse.torch.kernel;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A node with what flows into it.
 *
 * @param inputs by position; null where the node leaves one out
 * @param bound what attributes of the function around stand for, by their names
 * @param setting how numbers are computed
 * @param subgraphs runs a graph of the node
 */
public record Call(
    Node node,
    List<@Nullable Tensor> inputs,
    Map<String, Attribute> bound,
    Setting setting,
    Subgraphs subgraphs) {

  /**
   * How numbers are computed.
   *
   * @param doubles whether floats have 64 bits, as they need to for comparing differences
   * @param halves whether products are computed in bfloat16
   * @param training whether what is done in training alone is done
   * @param opset version of ONNX that the node is written against
   */
  public record Setting(boolean doubles, boolean halves, boolean training, long opset) {
    public Setting with(long newOpset) {
      return new Setting(doubles, halves, training, newOpset);
    }
  }

  /** Runs graphs inside of nodes. */
  @FunctionalInterface
  public interface Subgraphs {
    /**
     * Runs one.
     *
     * @param inputs in the order of the graph's own
     * @return its outputs, in order
     */
    List<Tensor> run(Graph graph, List<Tensor> inputs);
  }

  /** An input that the operator always has. */
  public Tensor in(int index) {
    Tensor input = find(index);
    if (input == null) {
      throw new IllegalStateException(node + " lacks its input " + index);
    }
    return input;
  }

  /** An input; null where the node leaves it out. */
  public @Nullable Tensor find(int index) {
    return index < inputs.size() ? inputs.get(index) : null;
  }

  public boolean has(int index) {
    return find(index) != null;
  }

  /** The elements of an input of whole numbers. */
  public long[] longs(int index) {
    return Tensors.longs(in(index));
  }

  /** The elements of an input of whole numbers, or of an attribute in older versions. */
  public Optional<long[]> longs(int index, String attribute) {
    return has(index) ? Optional.of(longs(index)) : ints(attribute);
  }

  /** The single element of an input; the other number where it is left out. */
  public double number(int index, double otherwise) {
    return has(index) ? Tensors.number(in(index)) : otherwise;
  }

  public long integer(String name, long otherwise) {
    return attribute(name) instanceof Attribute.Int(long value) ? value : otherwise;
  }

  public boolean flag(String name) {
    return integer(name, 0) != 0;
  }

  public double real(String name, double otherwise) {
    return attribute(name) instanceof Attribute.Real(float value) ? value : otherwise;
  }

  public String text(String name, String otherwise) {
    return attribute(name) instanceof Attribute.Bytes bytes ? bytes.text() : otherwise;
  }

  public Optional<long[]> ints(String name) {
    return attribute(name) instanceof Attribute.Ints ints
        ? Optional.of(ints.toArray())
        : Optional.empty();
  }

  /** An attribute as the caller of the function around says it. */
  public @Nullable Attribute attribute(String name) {
    Attribute own = node.attribute(name);
    return own instanceof Attribute.Reference(String outer, int _) ? bound.get(outer) : own;
  }

  /** How many outputs the node has, those that it leaves out included. */
  public int outputs() {
    return node.outputs().size();
  }
}

package io.demitasse.zoo;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.NodeBuilder;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import io.demitasse.ops.Op;
import io.demitasse.report.Version;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A graph in the making. Nodes and weights are named after the layer that they belong to, as {@code
 * layer1.0.conv1} and {@code layer1.0.conv1.weight}; {@link #in} goes into a layer.
 *
 * <p>The numbers of a weight follow from the seed and the names of graph and weight, so that no
 * weight depends on what is built before it.
 */
final class Network {
  /** The lowest version of ONNX's operators that has {@code LayerNormalization}. */
  static final long OPSET = 17;

  /** How many samples there are. */
  static final Dim BATCH = Dim.named("batch");

  /** How many tokens a text has. */
  static final Dim TOKENS = Dim.named("tokens");

  private final Model model;
  private final Graph graph;
  private final long seed;
  private final String scope;

  private Network(Model model, long seed, String scope) {
    this.model = model;
    this.graph = model.graph();
    this.seed = seed;
    this.scope = scope;
  }

  /** An empty graph in a version of ONNX's operators. */
  static Network of(String name, long opset, long seed) {
    Model model = new Model(new Graph(name, null));
    model.opsets().put("", opset);
    model.producer("demitasse", Version.TEXT);
    return new Network(model, seed, "");
  }

  /** The same graph, with names inside a layer. */
  Network in(String layer) {
    return new Network(model, seed, scope + layer + ".");
  }

  /** The same graph, with names inside a layer that is one of several. */
  Network in(String layer, int index) {
    return in(layer + "." + index);
  }

  Value input(String name, DataType type, Dim... dims) {
    return graph.addInput(name, ValueType.tensor(type, new Shape(List.of(dims))));
  }

  /** Gives something out under a name of its own. */
  Network output(String name, Value value, Dim... dims) {
    value.rename(name);
    value.type(ValueType.tensor(DataType.FLOAT, new Shape(List.of(dims))));
    graph.addOutput(value);
    return this;
  }

  /** What was built. */
  Model model() {
    return model;
  }

  /** Something to be learned. */
  Value weight(String name, Fill fill, long... sizes) {
    String full = scope + name;
    return graph.addInitializer(full, fill.make(sizes, seedOf(graph.name() + ":" + full)));
  }

  /** Seeds that differ in little give numbers that are alike, unless their bits are mixed. */
  private long seedOf(String name) {
    long mixed = seed;
    for (int i = 0; i < name.length(); i++) {
      mixed = (mixed ^ name.charAt(i)) * 0x100000001b3L;
    }
    mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
    return mixed ^ mixed >>> 31;
  }

  /** Sizes, axes or places; equal ones are held once. */
  Value integers(long... numbers) {
    String name =
        "integers_"
            + Arrays.stream(numbers).mapToObj(Long::toString).collect(Collectors.joining("_"));
    return constant(name, Tensor.ofLongs(new long[] {numbers.length}, numbers));
  }

  /** A whole number without dimensions. */
  Value integer(long number) {
    return constant("integer_" + number, Tensor.scalar(number));
  }

  /** A number without dimensions. */
  Value number(double number) {
    return constant(
        String.format(Locale.ROOT, "number_%s", (float) number), Tensor.scalar((float) number));
  }

  private Value constant(String name, Tensor tensor) {
    Value known = graph.find(name);
    return known == null ? graph.addInitializer(name, tensor) : known;
  }

  /** A node that can still be given attributes; its output has its name. */
  NodeBuilder node(Op op, String name, @Nullable Value... inputs) {
    return op.in(graph).name(scope + name).inputs(inputs);
  }

  /** Values side by side along an axis. */
  Value joined(String name, int axis, Value... values) {
    return node(Op.CONCAT, name, values).attribute("axis", axis).append().output();
  }

  /** A value with its axes in another order. */
  Value transposed(String name, Value x, long... order) {
    return node(Op.TRANSPOSE, name, x).attribute("perm", Attribute.ofInts(order)).append().output();
  }

  /** A node without attributes. */
  Value op(Op op, String name, @Nullable Value... inputs) {
    return node(op, name, inputs).append().output();
  }
}

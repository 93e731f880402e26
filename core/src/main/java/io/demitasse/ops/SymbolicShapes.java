package io.demitasse.ops;

import io.demitasse.ir.Dim;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What can be said of the shapes of a model's values without running it.
 *
 * <p>Dimensions are numbers or names: those of the inputs, and fresh ones such as {@code #3} for
 * sizes that follow from nothing known. Two values with the same name in a place have the same size
 * there in every run. Sizes are followed through the integer arithmetic that exporters write around
 * {@code Reshape}.
 *
 * <p>Of what the file declares only the model's inputs are believed: it is to them that the runtime
 * holds what it is given.
 *
 * <p>Facts are kept by the names of values, so they stay true while an exact pass replaces values
 * under their names.
 */
public final class SymbolicShapes {
  /** Longer contents are no sizes. */
  static final int MOST_SIZES = 64;

  private final Map<Graph, Map<String, Shape>> shapes = new HashMap<>();
  private final Map<Graph, Map<String, List<Size>>> contents = new HashMap<>();

  /** Dimensions that are the smaller of another one and some number over 1. */
  private final Map<Dim, Dim> clamped = new HashMap<>();

  private int symbols;

  /** An element of a small integer tensor: a number, or the size of a dimension. */
  record Size(long number, @Nullable Dim dim) {
    static Size of(long number) {
      return new Size(number, null);
    }

    static Size of(Dim dim) {
      return dim instanceof Dim.Fixed(long size) ? of(size) : new Size(0, dim);
    }

    boolean isNumber() {
      return dim == null;
    }
  }

  private SymbolicShapes() {}

  /** Walks the main graph and the graphs nested in it once. */
  public static SymbolicShapes of(Model model) {
    SymbolicShapes facts = new SymbolicShapes();
    facts.walk(model.graph());
    return facts;
  }

  /**
   * The shape of a value, with no unknown dimension in it; empty when not even the rank follows.
   */
  public Optional<Shape> of(Value value) {
    Optional<Shape> constant = value.constant().map(Tensor::shape);
    return constant.isPresent()
        ? constant
        : Optional.ofNullable(shapes.getOrDefault(value.graph(), Map.of()).get(value.name()));
  }

  /**
   * Whether two dimensions of operands of an element-wise operator are equal whenever the operator
   * runs at all.
   */
  public boolean areEqual(Dim one, Dim other) {
    return one.equals(other) || one.equals(clamped.get(other)) || other.equals(clamped.get(one));
  }

  private void walk(Graph graph) {
    Map<String, Shape> own = new HashMap<>();
    shapes.put(graph, own);
    contents.put(graph, new HashMap<>());
    if (graph.outer() == null) {
      graph
          .inputs()
          .forEach(input -> declared(input).ifPresent(shape -> own.put(input.name(), shape)));
    }
    for (Node node : graph.nodes()) {
      node.subgraphs().forEach(this::walk);
      new ShapeRules(this, node).infer();
    }
  }

  /** The shape that the file states, with fresh names for dimensions it leaves open. */
  private Optional<Shape> declared(Value value) {
    return value.type() instanceof ValueType.OfTensor
        ? value.shape().map(this::named)
        : Optional.empty();
  }

  private Shape named(Shape shape) {
    return new Shape(
        shape.dims().stream().map(dim -> dim instanceof Dim.Unknown ? fresh() : dim).toList());
  }

  /** A dimension of which nothing is known but that it is itself. */
  Dim fresh() {
    return Dim.named("#" + ++symbols);
  }

  /** The smaller of a dimension and a number. */
  Dim clamp(Dim dim, Dim limit) {
    if (dim.equals(limit)) {
      return dim;
    }
    if (dim instanceof Dim.Fixed(long size) && limit instanceof Dim.Fixed(long most)) {
      return Dim.of(Math.min(size, most));
    }
    Dim result = fresh();
    if (limit instanceof Dim.Fixed(long most) && most > 1) {
      clamped.put(result, dim);
    }
    return result;
  }

  void put(Value value, Shape shape) {
    if (shape.rank() <= TensorFacts.MOST_AXES) {
      shapes.getOrDefault(value.graph(), new HashMap<>()).put(value.name(), shape);
    }
  }

  void putContent(Value value, List<Size> content) {
    if (content.size() <= MOST_SIZES) {
      contents.getOrDefault(value.graph(), new HashMap<>()).put(value.name(), List.copyOf(content));
    }
  }

  /**
   * The elements of an integer tensor of at most one dimension, if they are constants or sizes of
   * dimensions.
   */
  Optional<List<Size>> content(@Nullable Value value) {
    if (value == null) {
      return Optional.empty();
    }
    Optional<Tensor> constant = value.constant();
    if (constant.isEmpty()) {
      return Optional.ofNullable(contents.getOrDefault(value.graph(), Map.of()).get(value.name()));
    }
    return constant.filter(SymbolicShapes::isSmallInteger).map(SymbolicShapes::sizes);
  }

  private static boolean isSmallInteger(Tensor tensor) {
    return tensor.rank() <= 1
        && tensor.elementCount() <= MOST_SIZES
        && switch (tensor.dataType()) {
          case INT64, INT32 -> true;
          default -> false;
        };
  }

  private static List<Size> sizes(Tensor tensor) {
    List<Size> sizes = new ArrayList<>();
    for (long number : tensor.toLongs()) {
      sizes.add(Size.of(number));
    }
    return sizes;
  }

  /** One dimension of the result of element-wise work on two. */
  private Dim broadcast(Dim one, Dim other) {
    if (one.equals(Dim.of(1)) || one.equals(other) || other.equals(clamped.get(one))) {
      return other;
    }
    if (other.equals(Dim.of(1)) || one.equals(clamped.get(other)) || one instanceof Dim.Fixed) {
      return one;
    }
    return other instanceof Dim.Fixed ? other : fresh();
  }

  Shape broadcast(Shape one, Shape other) {
    int rank = Math.max(one.rank(), other.rank());
    List<Dim> dims = new ArrayList<>();
    for (int i = rank; i >= 1; i--) {
      Dim left = i > one.rank() ? Dim.of(1) : one.dim(-i);
      Dim right = i > other.rank() ? Dim.of(1) : other.dim(-i);
      dims.add(broadcast(left, right));
    }
    return new Shape(dims);
  }
}

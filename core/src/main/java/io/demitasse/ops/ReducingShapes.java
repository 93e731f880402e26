package io.demitasse.ops;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Rules of operators that reduce, select or count along axes. */
final class ReducingShapes {
  private ReducingShapes() {}

  static ShapeRule reduced() {
    return ShapeRule.one(ReducingShapes::reduce);
  }

  /** A reduction whose small contents are followed. */
  static ShapeRule reduced(DoubleBinaryOperator operator) {
    return ShapeRule.one(
        node -> {
          TensorFacts result = reduce(node);
          double[] numbers = node.input(0).numbers();
          DataType type = node.type(0);
          boolean inAnyOrder = !type.isFloatingPoint(); // of floats the order decides the rounding
          return numbers == null || numbers.length == 0 || result.elementCount() != 1 || !inAnyOrder
              ? result
              : result.withNumbers(
                  new double[] {
                    Arrays.stream(numbers)
                        .reduce((a, b) -> Exact.of(operator, a, b, type))
                        .orElseThrow()
                  });
        });
  }

  private static TensorFacts reduce(NodeFacts node) {
    TensorFacts input = node.input(0);
    long[] axes = node.list("axes", 1);
    boolean keep = node.attribute("keepdims", 1) != 0;
    if (axes == null || axes.length == 0) {
      if (node.attribute("noop_with_empty_axes", 0) != 0) {
        return input;
      }
      axes = IntStream.range(0, input.rank()).asLongStream().toArray();
    }
    return input.withSizes(without(input.dims(), axes, keep));
  }

  private static Dim[] without(Dim[] sizes, long[] axes, boolean keep) {
    boolean[] reduced = new boolean[sizes.length];
    Arrays.stream(axes).forEach(axis -> reduced[Sizes.axis(axis, sizes.length)] = true);
    return IntStream.range(0, sizes.length)
        .filter(i -> keep || !reduced[i])
        .mapToObj(i -> reduced[i] ? Sizes.ONE : sizes[i])
        .toArray(Dim[]::new);
  }

  static TensorFacts argument(NodeFacts node) {
    long[] axis = {node.attribute("axis", 0)};
    boolean keep = node.attribute("keepdims", 1) != 0;
    return TensorFacts.of(DataType.INT64, without(node.sizes(0), axis, keep));
  }

  static List<@Nullable TensorFacts> topK(NodeFacts node) {
    TensorFacts input = node.input(0);
    int axis = node.axis(-1, input.rank());
    Dim k = node.has(1) ? node.onlySize(1) : Sizes.of(node.attribute("k", TensorFacts.OPEN));
    TensorFacts values =
        node.symbols().named(input.withSizes(Sizes.replaced(input.dims(), axis, k)));
    return List.of(values, values.withType(DataType.INT64));
  }

  static TensorFacts oneHot(NodeFacts node) {
    Dim[] indices = node.sizes(0);
    int axis = Sizes.axis(node.attribute("axis", -1), indices.length + 1);
    return TensorFacts.of(
        node.type(2),
        Sizes.concat(
            Sizes.range(indices, 0, axis),
            new Dim[] {node.content(1).size(0)},
            Sizes.range(indices, axis, indices.length)));
  }

  /**
   * Sizes scaled or given; scales were an attribute, then input 1, then input 2 before the sizes.
   */
  static TensorFacts resized(NodeFacts node) {
    TensorFacts input = node.input(0);
    int count = node.node().inputs().size();
    int scales = count <= 2 ? 1 : 2;
    long[] axes =
        node.attributes("axes", IntStream.range(0, input.rank()).asLongStream().toArray());
    if (count > 3 && node.has(3)) {
      return resized(node, axes, node.content(3).sizes());
    }
    double[] factors =
        node.node().attribute("scales") instanceof Attribute.Reals reals
            ? reals.values().stream().mapToDouble(Float::doubleValue).toArray()
            : node.numbers(scales);
    Dim[] sizes = new Dim[axes.length];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = scaled(input.dims()[Sizes.axis(axes[i], input.rank())], (float) factors[i]);
    }
    return resized(node, axes, sizes);
  }

  private static Dim scaled(Dim size, float factor) {
    if (Float.isNaN(factor)) {
      return Dim.UNKNOWN;
    }
    return factor == 1 && !Sizes.isFixed(size)
        ? size
        : Sizes.mapped(size, number -> (long) Math.floor(number * factor));
  }

  private static TensorFacts resized(NodeFacts node, long[] axes, Dim[] sizes) {
    boolean stretched =
        node.node().textAttribute("keep_aspect_ratio_policy", "stretch").equals("stretch");
    Dim[] result = node.sizes(0);
    for (int i = 0; i < axes.length; i++) {
      result[Sizes.axis(axes[i], result.length)] = stretched ? sizes[i] : Dim.UNKNOWN;
    }
    return node.input(0).withSizes(result);
  }
}

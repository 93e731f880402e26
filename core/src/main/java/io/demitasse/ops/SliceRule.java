package io.demitasse.ops;

import io.demitasse.ir.Dim;
import io.demitasse.ir.Node;
import io.demitasse.ir.Shape;
import io.demitasse.ops.SymbolicShapes.Size;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The shape of a slice, whose bounds are attributes or, since opset 10, inputs. */
final class SliceRule {
  private final SymbolicShapes facts;
  private final Node node;

  SliceRule(SymbolicShapes facts, Node node) {
    this.facts = facts;
    this.node = node;
  }

  Shape apply(Shape x) {
    Optional<List<Size>> axes = numbers(3, "axes");
    Optional<List<Size>> starts = numbers(1, "starts");
    Optional<List<Size>> ends = numbers(2, "ends");
    Optional<List<Size>> steps = numbers(4, "steps");
    List<Dim> dims = new ArrayList<>(x.dims());
    if (axes.isEmpty() && node.input(3) != null) {
      dims.replaceAll(_ -> facts.fresh());
      return new Shape(dims);
    }
    int count = axes.or(() -> starts).map(List::size).orElse(x.rank());
    for (int i = 0; i < count; i++) {
      int position = i;
      int axis = axes.map(all -> Math.floorMod(all.get(position).number(), x.rank())).orElse(i);
      boolean plain =
          starts.filter(all -> isNumber(all.get(position), 0)).isPresent()
              && (steps.isPresent()
                  ? isNumber(steps.get().get(position), 1)
                  : node.input(4) == null);
      dims.set(
          axis,
          plain && ends.isPresent() ? upTo(ends.get().get(position), x.dim(axis)) : facts.fresh());
    }
    return new Shape(dims);
  }

  private static boolean isNumber(Size size, long number) {
    return size.isNumber() && size.number() == number;
  }

  /** The size of a slice from 0 to an end. */
  private Dim upTo(Size end, Dim whole) {
    if (end.dim() != null) {
      return facts.clamp(end.dim(), whole);
    }
    if (end.number() >= Integer.MAX_VALUE) {
      return whole;
    }
    return end.number() >= 0 && whole instanceof Dim.Fixed
        ? facts.clamp(Dim.of(end.number()), whole)
        : facts.fresh();
  }

  private Optional<List<Size>> numbers(int input, String attribute) {
    if (node.input(input) != null) {
      return facts.content(node.input(input));
    }
    return node.attribute(attribute) == null
        ? Optional.empty()
        : Optional.of(Arrays.stream(node.intsAttribute(attribute)).mapToObj(Size::of).toList());
  }

  /** The elements of a content that a slice keeps; empty when that does not follow. */
  Optional<List<Size>> kept(List<Size> content) {
    Optional<List<Size>> starts = numbers(1, "starts").filter(SliceRule::isOneNumber);
    Optional<List<Size>> ends = numbers(2, "ends").filter(SliceRule::isOneNumber);
    boolean plainSteps =
        node.input(4) == null
            || numbers(4, "steps").filter(s -> isNumber(s.getFirst(), 1)).isPresent();
    if (starts.isEmpty() || ends.isEmpty() || !plainSteps) {
      return Optional.empty();
    }
    int from = bound(starts.get().getFirst(), content.size());
    int to = bound(ends.get().getFirst(), content.size());
    return Optional.of(IntStream.range(from, Math.max(from, to)).mapToObj(content::get).toList());
  }

  private static boolean isOneNumber(List<Size> sizes) {
    return sizes.size() == 1 && sizes.getFirst().isNumber();
  }

  private static int bound(Size size, int length) {
    long number = size.number() < 0 ? size.number() + length : size.number();
    return Math.clamp(number, 0, length);
  }
}

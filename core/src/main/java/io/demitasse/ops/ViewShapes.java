package io.demitasse.ops;

import io.demitasse.ir.Dim;
import io.demitasse.ir.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Rules of operators that give the same elements, in the same order, another shape. */
final class ViewShapes {
  private ViewShapes() {}

  static TensorFacts reshape(NodeFacts node) {
    TensorFacts input = node.input(0);
    Content wanted = node.content(1);
    boolean zeroCopies = node.attribute("allowzero", 0) == 0;
    List<Dim> target = new ArrayList<>();
    int computed = -1;
    for (int i = 0; i < wanted.length(); i++) {
      if (wanted.number(i) == -1) {
        computed = i;
      }
      target.add(
          wanted.number(i) == 0 && zeroCopies
              ? node.size(0, i)
              : wanted.number(i) == -1 ? Sizes.ONE : wanted.size(i));
    }
    if (computed >= 0) {
      target.remove(computed);
      target.add(computed, rest(input, target));
    }
    requireSameCount(input, target);
    return input.viewedAs(new Shape(target));
  }

  /** The size that is left of all elements when they are divided into others. */
  private static Dim rest(TensorFacts input, List<Dim> others) {
    if (others.contains(Sizes.ZERO)) {
      return Dim.UNKNOWN;
    }
    List<Dim> left = new ArrayList<>(input.shape().dims());
    List<Dim> divisors = new ArrayList<>();
    for (Dim other : others) {
      boolean cancels = !(other instanceof Dim.Unknown) && left.remove(other);
      if (!cancels) {
        divisors.add(other);
      }
    }
    Dim product = Sizes.product(left.toArray(Dim[]::new));
    Dim divisor = Sizes.product(divisors.toArray(Dim[]::new));
    if (divisor.equals(Sizes.ONE)) {
      return product;
    }
    if (!(product instanceof Dim.Fixed(long all) && divisor instanceof Dim.Fixed(long by))) {
      return Dim.UNKNOWN;
    }
    if (all % by != 0) {
      throw contradiction(input, others);
    }
    return Dim.of(all / by);
  }

  private static void requireSameCount(TensorFacts input, List<Dim> target) {
    Dim all = Sizes.product(input.dims());
    Dim wanted = Sizes.product(target.toArray(Dim[]::new));
    if (Sizes.isFixed(all) && Sizes.isFixed(wanted) && !all.equals(wanted)) {
      throw contradiction(input, target);
    }
  }

  private static NotInferable contradiction(TensorFacts input, List<Dim> target) {
    return NotInferable.contradiction(input + " cannot be viewed as " + target);
  }

  static TensorFacts flatten(NodeFacts node) {
    TensorFacts input = node.input(0);
    int axis = node.axis(1, input.rank());
    return input.viewedAs(
        Sizes.product(Sizes.range(input.dims(), 0, axis)),
        Sizes.product(Sizes.range(input.dims(), axis, input.rank())));
  }

  static TensorFacts squeeze(NodeFacts node) {
    TensorFacts input = node.input(0);
    long[] axes = node.list("axes", 1);
    if (axes == null && !input.isFixed()) {
      throw new NotInferable("which axes of " + input + " have size 1 is not known");
    }
    boolean[] dropped = new boolean[input.rank()];
    if (axes == null) {
      IntStream.range(0, dropped.length).forEach(i -> dropped[i] = input.dim(i).equals(Sizes.ONE));
    } else {
      Arrays.stream(axes).forEach(axis -> dropped[Sizes.axis(axis, dropped.length)] = true);
    }
    return input.viewedAs(
        IntStream.range(0, dropped.length)
            .filter(i -> !dropped[i])
            .mapToObj(input::dim)
            .toArray(Dim[]::new));
  }

  static TensorFacts unsqueeze(NodeFacts node) {
    TensorFacts input = node.input(0);
    long[] axes = node.list("axes", 1);
    if (axes == null) {
      throw new NotInferable("its axes are not known");
    }
    boolean[] inserted = new boolean[input.rank() + axes.length];
    Arrays.stream(axes).forEach(axis -> inserted[Sizes.axis(axis, inserted.length)] = true);
    Dim[] sizes = new Dim[inserted.length];
    int next = 0;
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = inserted[i] ? Sizes.ONE : input.dim(next++);
    }
    return input.viewedAs(sizes);
  }
}

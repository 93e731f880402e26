package io.demitasse.passes.prune;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.rewrite.ConstantContent;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** The weights of a convolution, seen as windows that lose their outermost places. */
final class KernelWindow {
  /** Axes of outputs and inputs, which come before those of the window. */
  private static final int CHANNEL_AXES = 2;

  private final Node node;
  private final long[] sizes;
  private final double[] numbers;

  /** How many places are gone at each end of each axis of the window. */
  private final int[] gone;

  private KernelWindow(Node node, long[] sizes, double[] numbers, int[] gone) {
    this.node = node;
    this.sizes = sizes;
    this.numbers = numbers;
    this.gone = gone;
  }

  /**
   * The one that a convolution has.
   *
   * @param node a Conv whose weight is a constant with at least one axis of places
   */
  static KernelWindow of(Node node) {
    Tensor weight = node.requiredInput(1).constant().orElseThrow();
    return new KernelWindow(
        node, weight.sizes(), weight.toDoubles(), new int[weight.rank() - CHANNEL_AXES]);
  }

  int axes() {
    return gone.length;
  }

  /** How many places it has along an axis. */
  int places(int axis) {
    return Math.toIntExact(sizes[CHANNEL_AXES + axis]);
  }

  /** Whether what the convolution gives keeps its size when a place goes at each end of an axis. */
  boolean isPadded(int axis) {
    return switch (node.textAttribute("auto_pad", "NOTSET")) {
      case "NOTSET" ->
          padding(axis, gone[axis] + 1) >= 0 && padding(axis + axes(), gone[axis] + 1) >= 0;
      case "SAME_UPPER", "SAME_LOWER" -> node.intAttribute("strides", axis, 1) == 1;
      default -> false;
    };
  }

  /** What is padded at an end of an axis without so many places there. */
  private long padding(int end, int without) {
    return node.intAttribute("pads", end, 0)
        - without * node.intAttribute("dilations", end % axes(), 1);
  }

  /** The share of the squares of all weights that the first and last places of an axis have. */
  double border(int axis) {
    int last = places(axis) - 1;
    double all = 0;
    double border = 0;
    for (int i = 0; i < numbers.length; i++) {
      double square = numbers[i] * numbers[i];
      all += square;
      int place = place(i, axis);
      border += place == 0 || place == last ? square : 0;
    }
    return all == 0 ? 0 : border / all;
  }

  private int place(int index, int axis) {
    return index / behind(axis) % places(axis);
  }

  /** How many weights lie behind each other before the place along an axis is another. */
  private int behind(int axis) {
    long behind = LongStream.of(sizes).skip(CHANNEL_AXES + axis + 1L).reduce(1, (a, b) -> a * b);
    return Math.toIntExact(behind);
  }

  /**
   * The one without the first and last places of an axis, of which there are at least 3.
   *
   * @param takeOver whether weights are added to those of the places beside them that stay
   */
  KernelWindow without(int axis, boolean takeOver) {
    int behind = behind(axis);
    int before = places(axis);
    int after = before - 2;
    double[] inner = new double[numbers.length / before * after];
    for (int i = 0; i < numbers.length; i++) {
      int place = place(i, axis) - 1;
      int nearest = Math.clamp(place, 0, after - 1);
      if (takeOver || place == nearest) {
        int row = i / (behind * before);
        inner[(row * after + nearest) * behind + i % behind] += numbers[i];
      }
    }
    long[] smaller = sizes.clone();
    smaller[CHANNEL_AXES + axis] = after;
    int[] more = gone.clone();
    more[axis]++;
    return new KernelWindow(node, smaller, inner, more);
  }

  /** Lets the convolution have it. */
  void store() {
    Value weight = node.requiredInput(1);
    ConstantContent.replace(
        weight, Tensor.ofNumbers(weight.constant().orElseThrow().dataType(), sizes, numbers));
    if (node.attributes().containsKey("kernel_shape")) {
      node.attribute("kernel_shape", Attribute.ofInts(window().toArray()));
    }
    if (node.textAttribute("auto_pad", "NOTSET").equals("NOTSET")) {
      long[] pads = new long[2 * axes()];
      Arrays.setAll(pads, end -> padding(end, gone[end % axes()]));
      node.attribute("pads", Attribute.ofInts(pads));
    }
  }

  private LongStream window() {
    return LongStream.of(sizes).skip(CHANNEL_AXES);
  }

  /** Such as {@code 5x5}. */
  @Override
  public String toString() {
    return window().mapToObj(String::valueOf).collect(Collectors.joining("x"));
  }
}

package io.demitasse.passes.factorize;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.Op;
import io.demitasse.ops.TensorFacts;
import io.demitasse.pass.Where;
import io.demitasse.rewrite.Unread;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** A convolution whose weight is a constant that nothing else reads. */
record Convolution(Node node) {

  /**
   * One of the convolutions that come to be of one.
   *
   * @param sizes of its weight, [outputs, inputs, windows...]
   * @param along the axes of places along which it moves its window as the original did
   * @param groups of channels that are multiplied by themselves
   */
  record Stage(long[] sizes, IntPredicate along, long groups) {
    /** Of one group. */
    Stage(long[] sizes, IntPredicate along) {
      this(sizes, along, 1);
    }
  }

  /**
   * The convolution of one group that a node is; null when it is none or its weight has to stay.
   */
  static @Nullable Convolution of(Node node) {
    return node.intAttribute("group", 1) == 1 ? ofAny(node) : null;
  }

  /** The same, where each channel may also be multiplied by itself. */
  static @Nullable Convolution ofChannels(Node node) {
    Convolution any = ofAny(node);
    boolean single = any != null && any.groups() == any.outputs() && any.tensor().size(1) == 1;
    return single ? any : of(node);
  }

  private static @Nullable Convolution ofAny(Node node) {
    Value weight = Op.CONV.is(node) ? node.input(1) : null;
    Tensor constant = weight == null ? null : weight.constant().orElse(null);
    return weight != null
            && constant != null
            && weight.isUsedOnce()
            && constant.dataType() == DataType.FLOAT
            && constant.rank() > 2
            && constant.elementCount() > 0
        ? new Convolution(node)
        : null;
  }

  long groups() {
    return node.intAttribute("group", 1);
  }

  /** The weight with a number for each output and each input: 0 where they are of two groups. */
  double[] whole() {
    double[] numbers = tensor().toDoubles();
    if (groups() == 1) {
      return numbers;
    }
    double[] whole = new double[outputs() * inputs() * places()];
    for (int i = 0; i < numbers.length; i++) {
      int channel = i / places();
      whole[(channel * inputs() + channel) * places() + i % places()] = numbers[i];
    }
    return whole;
  }

  Value weight() {
    return node.requiredInput(1);
  }

  Tensor tensor() {
    return weight().constant().orElseThrow();
  }

  int outputs() {
    return (int) tensor().size(0);
  }

  int inputs() {
    return (int) (tensor().size(1) * groups());
  }

  /** How many places the window has along each axis. */
  long[] window() {
    return LongStream.of(tensor().sizes()).skip(2).toArray();
  }

  int axes() {
    return tensor().rank() - 2;
  }

  /** How many places the window has in all. */
  int places() {
    return (int) LongStream.of(window()).reduce(1, (a, b) -> a * b);
  }

  long stride(int axis) {
    return node.intAttribute("strides", axis, 1);
  }

  /**
   * How many places of what it reads there are for each that it makes, along an axis: as the shapes
   * say, or, where they are not known, as many as it strides over.
   */
  double shrinking(int axis, InferredShapes shapes) {
    long read = size(node.requiredInput(0), axis, shapes);
    long made = size(node.output(), axis, shapes);
    return read > 0 && made > 0 ? (double) read / made : stride(axis);
  }

  /**
   * Why it stays whole, where its factors would not multiply less.
   *
   * @param apart how many numbers they multiply for each place that it makes
   */
  Optional<String> more(double apart) {
    double whole = (double) inputs() * outputs() * places();
    return apart < whole
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "its factors would take %.0f multiplications a place, it takes %.0f",
                apart,
                whole));
  }

  private static long size(Value value, int axis, InferredShapes shapes) {
    return shapes
        .of(value)
        .filter(facts -> facts.rank() > axis + 2)
        .map(facts -> facts.sizes()[axis + 2])
        .orElse(TensorFacts.OPEN);
  }

  String padding() {
    String text = node.textAttribute("auto_pad", "NOTSET");
    return text.equals("NOTSET") ? "" : text;
  }

  long[] strides(IntPredicate along) {
    return each("strides", 1, along, 1);
  }

  long[] dilations(IntPredicate along) {
    return each("dilations", 1, along, 1);
  }

  /** Those before the first places of all axes, then those behind the last. */
  long[] pads(IntPredicate along) {
    return each("pads", 0, along, 2);
  }

  private long[] each(String attribute, long otherwise, IntPredicate along, int ends) {
    return IntStream.range(0, ends * axes())
        .mapToLong(
            i -> along.test(i % axes()) ? node.intAttribute(attribute, i, otherwise) : otherwise)
        .toArray();
  }

  /** Whether it does more along an axis than to look at each place by itself. */
  boolean moves(int axis) {
    return window()[axis] > 1
        || stride(axis) != 1
        || node.intAttribute("dilations", axis, 1) != 1
        || node.intAttribute("pads", axis, 0) != 0
        || node.intAttribute("pads", axis + axes(), 0) != 0;
  }

  /** Whether it does so along any. */
  boolean moves() {
    return IntStream.range(0, axes()).anyMatch(this::moves);
  }

  /** Writes convolutions before it, and what it multiplies by itself, which is the last. */
  void write(List<Stage> stages, List<Tensor> weights) {
    Graph graph = node.graph();
    Value old = weight();
    String stem = Where.label(node);
    Value read = node.requiredInput(0);
    for (int i = 0; i < stages.size() - 1; i++) {
      Value weight =
          graph.addInitializer(graph.freeName(old.name() + FactorSite.FIRST), weights.get(i));
      String name = graph.freeNodeName(stem + FactorSite.FIRST);
      Node before =
          Op.CONV
              .in(graph)
              .name(name)
              .inputs(read, weight)
              .outputs(graph.freeName(name))
              .insertBefore(node);
      move(before, stages.get(i));
      read = before.output();
    }
    Stage last = stages.getLast();
    move(node, last);
    node.input(0, read);
    node.input(1, graph.addInitializer(graph.freeName(old.name() + "_second"), weights.getLast()));
    Unread.remove(old);
  }

  /** Lets a convolution move its window as a stage does. */
  private void move(Node stage, Stage as) {
    long[] window = Arrays.copyOfRange(as.sizes(), 2, as.sizes().length);
    long[] strides = strides(as.along());
    long[] dilations = dilations(as.along());
    long[] pads = pads(as.along());
    String padding = padding();
    stage.attribute("kernel_shape", Attribute.ofInts(window));
    stage.attribute("strides", Attribute.ofInts(strides));
    stage.attribute("dilations", Attribute.ofInts(dilations));
    if (as.groups() > 1) {
      stage.attribute("group", Attribute.of(as.groups()));
    }
    if (padding.isEmpty()) {
      stage.attribute("pads", Attribute.ofInts(pads));
    } else {
      stage.attribute("auto_pad", Attribute.of(padding));
    }
  }
}

package io.demitasse.passes.factorize;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.pass.PassContext;
import io.demitasse.rewrite.Unread;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Two convolutions, one behind the other, that are one: along each axis of places only one of them
 * does more than to look at each place by itself.
 */
record ConvolutionMerge(Convolution first, Convolution second) {

  /** Those that two nodes are; null where they are no such convolutions. */
  static @Nullable ConvolutionMerge of(Node first, Node second) {
    Convolution before = Convolution.of(first);
    Convolution behind = Convolution.ofChannels(second);
    return before != null
            && behind != null
            && first.input(2) == null
            && before.outputs() == behind.inputs()
            && before.axes() == behind.axes()
            && fit(before, behind)
        ? new ConvolutionMerge(before, behind)
        : null;
  }

  private static boolean fit(Convolution first, Convolution second) {
    boolean padded = first.padding().equals(second.padding()) || !first.moves() || !second.moves();
    return padded
        && IntStream.range(0, first.axes())
            .noneMatch(axis -> first.moves(axis) && second.moves(axis));
  }

  void write(PassContext context) {
    Node reader = second.node();
    Graph graph = reader.graph();
    Value old = second.weight();
    Value whole = graph.addInitializer(graph.freeName(MergeFactors.name(first.weight())), weight());
    move(reader);
    context.changed(reader, "its weight is whole again");
    context.changed(first.node(), "its factor is in the weight behind it");
    reader.input(1, whole);
    reader.input(0, first.node().requiredInput(0));
    Unread.remove(first.node(), context);
    Unread.remove(old);
  }

  /** Lets the one move as the two did. */
  private void move(Node reader) {
    long[] strides = either("strides", 1, 1);
    long[] dilations = either("dilations", 1, 1);
    long[] pads = either("pads", 0, 2);
    String padding = first.moves() ? first.padding() : second.padding();
    reader.removeAttribute("group");
    reader.attribute("kernel_shape", Attribute.ofInts(window()));
    reader.attribute("strides", Attribute.ofInts(strides));
    reader.attribute("dilations", Attribute.ofInts(dilations));
    if (padding.isEmpty()) {
      reader.removeAttribute("auto_pad");
      reader.attribute("pads", Attribute.ofInts(pads));
    } else {
      reader.removeAttribute("pads");
      reader.attribute("auto_pad", Attribute.of(padding));
    }
  }

  /** What the one of them has that moves along the axis. */
  private long[] either(String attribute, long otherwise, int ends) {
    return IntStream.range(0, ends * first.axes())
        .mapToLong(
            i ->
                (first.moves(i % first.axes()) ? first : second)
                    .node()
                    .intAttribute(attribute, i, otherwise))
        .toArray();
  }

  private long[] window() {
    return IntStream.range(0, first.axes())
        .mapToLong(axis -> Math.max(first.window()[axis], second.window()[axis]))
        .toArray();
  }

  /** Sums of products over what is between, [outputs, inputs, windows...]. */
  private Tensor weight() {
    double[] left = first.whole();
    double[] right = second.whole();
    int places = (int) LongStream.of(window()).reduce(1, (a, b) -> a * b);
    int inputs = first.inputs();
    int inner = second.inputs();
    double[] whole = new double[second.outputs() * inputs * places];
    for (int place = 0; place < places; place++) {
      int before = place(place, first);
      int behind = place(place, second);
      for (int i = 0; i < second.outputs() * inner; i++) {
        double factor = right[i * second.places() + behind];
        for (int input = 0; factor != 0 && input < inputs; input++) {
          whole[(i / inner * inputs + input) * places + place] +=
              factor * left[(i % inner * inputs + input) * first.places() + before];
        }
      }
    }
    long[] channels = {second.outputs(), inputs};
    long[] sizes = LongStream.concat(LongStream.of(channels), LongStream.of(window())).toArray();
    return Tensor.ofNumbers(DataType.FLOAT, sizes, whole);
  }

  /** Which place of the window of one of them a place of the whole window is. */
  private int place(int place, Convolution of) {
    long[] whole = window();
    long[] own = of.window();
    int left = place;
    int index = 0;
    int step = 1;
    for (int axis = whole.length - 1; axis >= 0; axis--) {
      int along = left % (int) whole[axis];
      left /= (int) whole[axis];
      index += own[axis] > 1 ? along * step : 0;
      step *= (int) own[axis];
    }
    return index;
  }
}

package io.demitasse.passes.quantize;

import io.demitasse.affine.ChannelNumbers;
import io.demitasse.affine.LinearInput;
import io.demitasse.affine.LinearNode;
import io.demitasse.affine.ScaledChannels;
import io.demitasse.calibrate.Observation;
import io.demitasse.calibrate.RunSample;
import io.demitasse.calibrate.SampledRuns;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.pass.PassContext;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A value whose channels can be given other sizes, and all products that read them.
 *
 * @param source what gives the value
 * @param inserted whether that is a multiplication which is not there yet
 */
record SmoothingSite(ScaleSource source, boolean inserted, List<Reader> readers) {
  /** How many runs of an activation quantization is tried on, and rows of each. */
  private static final int RUNS = 16;

  private static final int ROWS = 16;

  /** What stands for a channel of the source where numbers are followed: factors but 1. */
  private static final int FIRST = 2;

  /**
   * A product or convolution, and which channel of the source each of its input channels is.
   *
   * @param followed {@link #FIRST} and more for channels of the source, 1 for others
   * @param quantized whether it is one of those that will be quantized
   */
  record Reader(Node node, ChannelNumbers followed, boolean quantized) {

    Value activation() {
      return node.requiredInput(0);
    }

    Observation<SampledRuns> observation(PassContext context) {
      return Observation.of(
          context.part(), activation(), new RunSample(followed.numbers().length, RUNS, ROWS));
    }

    /** The channel of the source that an input channel is, or -1. */
    int channel(int input) {
      return Math.max((int) followed.numbers()[input] - FIRST, -1);
    }

    /** Numbers of the source's channels for the input channels. */
    double[] of(double[] numbers, double otherwise) {
      double[] each = new double[followed.numbers().length];
      Arrays.setAll(each, input -> channel(input) < 0 ? otherwise : numbers[channel(input)]);
      return each;
    }

    /** The weight for activations that are multiplied by factors. */
    ScaledChannels weight(double[] factors) {
      double[] inverse = Arrays.stream(of(factors, 1)).map(factor -> 1 / factor).toArray();
      return new LinearInput(node).weight(new ChannelNumbers(inverse, followed.axis()));
    }
  }

  /** Numbers that tell the channels of a source apart wherever they come to. */
  static ChannelNumbers followed(ScaleSource source) {
    double[] numbers = new double[source.channels()];
    Arrays.setAll(numbers, channel -> channel + FIRST);
    return new ChannelNumbers(numbers, source.axis());
  }

  /** What it is called where something is found out about it. */
  String name() {
    return source.value().name();
  }

  /** Whether the value is a function, element by element, of one other, as of GELU. */
  boolean isOfFunction() {
    return isOfFunction(source.value());
  }

  /** Whether a value is a function, element by element, of one other, as of GELU. */
  static boolean isOfFunction(Value value) {
    Node producer = value.producer();
    return producer != null
        && Op.of(producer).filter(Op::isElementwise).isPresent()
        && producer.inputs().stream()
                .flatMap(Stream::ofNullable)
                .filter(input -> input.constant().isEmpty())
                .count()
            == 1;
  }

  List<Reader> quantized() {
    return readers.stream().filter(Reader::quantized).toList();
  }

  /**
   * Multiplies the channels, and divides the weights of all that read them.
   *
   * @param factors one for each channel of the source
   * @param what becomes of it, in words
   * @throws io.demitasse.affine.NotFoldable when floats do not hold the weights; nothing is changed
   *     then
   */
  void apply(double[] factors, String what, PassContext context) {
    Map<Node, ScaledChannels> weights = new LinkedHashMap<>();
    readers.forEach(reader -> weights.put(reader.node(), reader.weight(factors)));
    source.change().multiply(factors, context);
    context.changed(
        source.node(),
        inserted ? "has its input multiplied, channel by channel: " + what : "gives " + what);
    weights.forEach(
        (node, weight) -> {
          new LinearNode(node).weight(weight, ScaleSource.SUFFIX, context);
          if (!(inserted && node == source.node())) {
            context.changed(node, "took over the scales of '" + name() + "'");
          }
        });
  }
}

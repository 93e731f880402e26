package io.demitasse.calibrate;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import java.io.DataInput;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * The {@link Gram} of what a convolution multiplies by its weights: each place of each channel
 * under the window is a channel of its own, in the order in which the weights of one output lie.
 * Windows are taken apart by the runtime, with a convolution of each channel by itself whose
 * weights are one 1 and zeros.
 *
 * @param channels how many the convolution reads
 * @param window how many places the window has along each axis
 * @param strides and what follows as the attributes of the convolution are; empty where it has none
 * @param automatic padding, such as {@code SAME_UPPER}; empty where it has none
 */
public record WindowGram(
    int channels,
    List<Long> window,
    List<Long> strides,
    List<Long> pads,
    List<Long> dilations,
    String automatic)
    implements Reducer<Gram> {

  public WindowGram {
    window = List.copyOf(window);
    strides = List.copyOf(strides);
    pads = List.copyOf(pads);
    dilations = List.copyOf(dilations);
  }

  /**
   * What is observed of what a convolution reads.
   *
   * @param weight its weight, of one group
   * @return empty where the products would be too many
   */
  public static Optional<Observation<Gram>> observation(String part, Node node, Tensor weight) {
    long inputs = LongStream.of(weight.sizes()).skip(1).reduce(1, Math::multiplyExact);
    if (inputs < 1 || inputs > GramMatrix.MOST_CHANNELS) {
      return Optional.empty();
    }
    WindowGram reducer =
        new WindowGram(
            (int) weight.size(1),
            LongStream.of(weight.sizes()).skip(2).boxed().toList(),
            numbers(node, "strides"),
            numbers(node, "pads"),
            numbers(node, "dilations"),
            node.textAttribute("auto_pad", ""));
    return Optional.of(Observation.of(part, node.requiredInput(0), reducer));
  }

  private static List<Long> numbers(Node node, String attribute) {
    return LongStream.of(node.intsAttribute(attribute)).boxed().toList();
  }

  private int places() {
    return (int) window.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
  }

  private GramMatrix products() {
    return new GramMatrix(2 + window.size(), 1, channels * places());
  }

  @Override
  public String name() {
    return "window-gram-"
        + List.of(List.of(channels), window, strides, pads, dilations).toString().replace(" ", "")
        + (automatic.isEmpty() ? "" : "-" + automatic);
  }

  @Override
  public boolean isKept() {
    return false;
  }

  @Override
  public List<Value> tap(Graph graph, Value value) {
    Value apart = graph.addInitializer(graph.freeName("window_places"), onePlaceEach());
    Node places = graph.node("Conv").inputs(value, apart).attributes(attributes()).append();
    return products().tap(graph, places.output());
  }

  private Map<String, Attribute> attributes() {
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    attributes.put("group", Attribute.of((long) channels));
    Map<String, List<Long>> numbers = new LinkedHashMap<>();
    numbers.put("kernel_shape", window);
    numbers.put("strides", strides);
    numbers.put("pads", pads);
    numbers.put("dilations", dilations);
    numbers.forEach(
        (name, list) -> {
          if (!list.isEmpty()) {
            attributes.put(name, new Attribute.Ints(list));
          }
        });
    if (!automatic.isEmpty()) {
      attributes.put("auto_pad", Attribute.of(automatic));
    }
    return attributes;
  }

  /** For each channel as many windows as they have places, each with a 1 at one of them. */
  private Tensor onePlaceEach() {
    int places = places();
    float[] ones = new float[channels * places * places];
    for (int i = 0; i < channels * places; i++) {
      ones[i * places + i % places] = 1;
    }
    long[] sizes =
        LongStream.concat(
                LongStream.of((long) channels * places, 1),
                window.stream().mapToLong(Long::longValue))
            .toArray();
    return Tensor.ofFloats(sizes, ones);
  }

  @Override
  public Accumulator<Gram> start() {
    return products().start();
  }

  @Override
  public Accumulator<Gram> read(DataInput in) throws IOException {
    return products().read(in);
  }

  @Override
  public double[] numbers(Gram gram) {
    return products().numbers(gram);
  }

  @Override
  public Gram ofNumbers(double[] numbers) {
    return products().ofNumbers(numbers);
  }
}

package io.demitasse.passes.quantize;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.passes.quantize.ChannelQuantization.Layout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A weight as initializers of a quantized graph.
 *
 * @param zero the zero points, or null when all are 0
 */
record QuantizedWeight(Value integers, Value scale, @Nullable Value zero) {

  /** Quantizes a weight when it is written; nothing is computed yet. */
  static QuantizedWeight of(Value weight, LinearQuantizer quantizer, Layout layout) {
    Tensor source = weight.constant().orElseThrow();
    return of(weight, Tensor.deferred(new ChannelQuantization(source, quantizer, layout)));
  }

  /**
   * Adds initializers, named after the weight, to the graph that holds it.
   *
   * @param tensors the integers, the scales, and the zero points unless all are 0
   */
  static QuantizedWeight of(Value weight, List<Tensor> tensors) {
    Graph graph = weight.graph();
    return new QuantizedWeight(
        add(graph, weight.name() + "_quantized", tensors.get(0)),
        add(graph, weight.name() + "_scale", tensors.get(1)),
        tensors.size() < 3 ? null : add(graph, weight.name() + "_zero_point", tensors.get(2)));
  }

  private static Value add(Graph graph, String name, Tensor tensor) {
    return graph.addInitializer(graph.freeName(name), tensor);
  }
}

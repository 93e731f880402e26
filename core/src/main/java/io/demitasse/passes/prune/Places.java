package io.demitasse.passes.prune;

import io.demitasse.calibrate.Gram;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.Costs;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.ShapeInference;
import io.demitasse.pass.PassContext;
import io.demitasse.prune.ChannelGroup;
import io.demitasse.prune.Reader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * At how many places weights are multiplied. Where inputs are open in nothing but how many samples
 * there are, shapes tell it exactly, of one sample; else it is what layers were seen to read on the
 * data, and where nothing was seen the average.
 *
 * <pre>
 *   x[N,1,28,28] ─ Conv w[32,1,3,3] ─ [N,32,26,26]: w is multiplied at 26 · 26 = 676 places
 * </pre>
 */
final class Places {
  private final Map<Value, Double> known = new LinkedHashMap<>();
  private final Map<ChannelGroup, Double> ofGroups = new LinkedHashMap<>();
  private final double usual;

  private Places(Model model, List<PruningSite> sites, PassContext context) {
    oneSample(model)
        .map(shapes -> ShapeInference.infer(model, shapes))
        .ifPresentOrElse(shapes -> count(sites, shapes), () -> see(sites, context));
    this.usual = known.values().stream().mapToDouble(each -> each).average().orElse(1);
  }

  static Places of(Model model, List<PruningSite> sites, PassContext context) {
    return new Places(model, sites, context);
  }

  /** Of a weight that a group has a part of. */
  double of(Value weight, ChannelGroup group) {
    return known.getOrDefault(weight, ofGroups.getOrDefault(group, usual));
  }

  /** The sizes of inputs for one sample; empty where more than their number is open. */
  private static Optional<Map<String, long[]>> oneSample(Model model) {
    Map<String, long[]> sizes = new LinkedHashMap<>();
    for (Value input : model.graph().inputs()) {
      List<Dim> dims = input.shape().map(Shape::dims).orElse(List.of(new Dim.Unknown()));
      long[] ofInput = new long[dims.size()];
      for (int i = 0; i < ofInput.length; i++) {
        boolean fixed = dims.get(i) instanceof Dim.Fixed;
        if (!fixed && (i > 0 || input.shape().isEmpty())) {
          return Optional.empty();
        }
        ofInput[i] = dims.get(i) instanceof Dim.Fixed(long size) ? size : 1;
      }
      sizes.put(input.name(), ofInput);
    }
    return Optional.of(sizes);
  }

  private void count(List<PruningSite> sites, InferredShapes shapes) {
    for (PruningSite site : sites) {
      for (ChannelGroup.Slice slice : site.group().constants()) {
        Value weight = slice.dimension().value();
        OptionalLong products = products(weight, shapes);
        if (products.isPresent()) {
          known.put(weight, (double) products.getAsLong() / elements(weight));
        }
      }
    }
  }

  /** What all nodes multiply that read a weight, as far as it is theirs. */
  private static OptionalLong products(Value weight, InferredShapes shapes) {
    long sum = 0;
    for (Value.Use use : weight.uses()) {
      OptionalLong count = Costs.multiplyAccumulates(use.node(), shapes);
      if (count.isEmpty()) {
        return count;
      }
      sum += (long) (count.getAsLong() * share(weight, use.node()));
    }
    return OptionalLong.of(sum);
  }

  /** A recurrent layer has several weights. */
  private static double share(Value weight, Node node) {
    long all =
        node.inputs().stream()
            .filter(each -> each != null && each.constant().filter(Places::multiplies).isPresent())
            .distinct()
            .mapToLong(Places::elements)
            .sum();
    return all == 0 ? 0 : (double) elements(weight) / all;
  }

  private static boolean multiplies(Tensor tensor) {
    return tensor.rank() > 1;
  }

  private static long elements(Value weight) {
    return Math.max(1, weight.constant().map(Tensor::elementCount).orElse(1L));
  }

  private void see(List<PruningSite> sites, PassContext context) {
    for (PruningSite site : sites) {
      for (Reader reader : site.readers()) {
        PruningSite.gram(reader, context)
            .map(Gram::rows)
            .ifPresent(
                rows -> {
                  known.putIfAbsent(reader.weight().dimension().value(), (double) rows);
                  ofGroups.putIfAbsent(site.group(), (double) rows);
                });
      }
    }
  }
}

package io.demitasse.report;

import io.demitasse.data.Modalities;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.manifest.Manifest.Modality;
import io.demitasse.ops.Costs;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.InputFlow;
import io.demitasse.ops.ShapeInference;
import io.demitasse.pass.Where;
import io.demitasse.sensitivity.LayerError;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What weights, work and errors are of which modality, and of fusion.
 *
 * @param shares single modalities first, then fusion, then what is of none
 * @param meetings layers of the original at which modalities meet first
 */
public record ModalityShares(List<ByModality.Share> shares, List<String> meetings) {
  /** Layers that are named of each part. */
  private static final int NAMED = 4;

  /**
   * Divides what there is.
   *
   * @param sizes of the inputs of one run, by part
   * @param errors of layers in the result, by part
   */
  public static ModalityShares of(
      Bundle original,
      Bundle result,
      Modalities modalities,
      Map<String, Map<String, long[]>> sizes,
      Map<String, List<LayerError>> errors) {
    Form before = new Form(original, modalities, sizes);
    Form after = new Form(result, modalities, sizes);
    Map<Set<Modality>, List<LayerError>> byModality = new HashMap<>();
    errors.forEach(
        (part, layers) ->
            layers.forEach(
                layer ->
                    byModality
                        .computeIfAbsent(of(part, layer, before, after), _ -> new ArrayList<>())
                        .add(layer)));
    List<ByModality.Share> shares =
        Stream.of(before.bytes, after.bytes, before.operations, after.operations, byModality)
            .flatMap(each -> each.keySet().stream())
            .distinct()
            .sorted(
                Comparator.<Set<Modality>>comparingInt(each -> each.isEmpty() ? 1 : 0)
                    .thenComparingInt(Set::size)
                    .thenComparing(Object::toString))
            .map(each -> share(each, before, after, byModality.getOrDefault(each, List.of())))
            .filter(share -> !share.modalities().isEmpty() || !isNothing(share))
            .toList();
    return new ModalityShares(shares, before.meetings);
  }

  private static Set<Modality> of(String part, LayerError layer, Form before, Form after) {
    Set<Modality> found = before.layers.get(part + "/" + layer.node());
    return found == null ? after.layers.getOrDefault(part + "/" + layer.node(), Set.of()) : found;
  }

  private static ByModality.Share share(
      Set<Modality> modalities, Form before, Form after, List<LayerError> errors) {
    LayerError worst =
        errors.stream()
            .max(Comparator.comparingDouble(LayerError::error))
            .orElse(new LayerError("", 0));
    return new ByModality.Share(
        modalities,
        before.bytes.getOrDefault(modalities, 0L),
        after.bytes.getOrDefault(modalities, 0L),
        before.work(modalities),
        after.work(modalities),
        errors.size(),
        errors.stream().mapToDouble(LayerError::error).average().orElse(0),
        worst.node(),
        worst.error());
  }

  /** Sizes and small numbers that exporters left are of nothing, and not worth a row. */
  private static boolean isNothing(ByModality.Share share) {
    return share.operationsBefore() == 0
        && share.operationsAfter() == 0
        && share.layers() == 0
        && share.bytesBefore() < 1 << 10
        && share.bytesAfter() < 1 << 10;
  }

  /** The original or the result. */
  private static final class Form {
    private final Map<Set<Modality>, Long> bytes = new LinkedHashMap<>();
    private final Map<Set<Modality>, Long> operations = new LinkedHashMap<>();
    private final Map<String, Set<Modality>> layers = new HashMap<>();
    private final List<String> meetings = new ArrayList<>();

    Form(Bundle bundle, Modalities modalities, Map<String, Map<String, long[]>> sizes) {
      IdentityHashMap<Tensor, Set<Modality>> weights = new IdentityHashMap<>();
      bundle
          .parts()
          .forEach(
              (part, model) -> {
                InputFlow<Modality> flow =
                    InputFlow.of(model.graph(), input -> modalities.of(part, input));
                weights(model, flow, weights);
                operations(part, model, flow, sizes.getOrDefault(part, Map.of()));
                String prefix = bundle.parts().size() > 1 ? part + ": " : "";
                flow.meetings().stream()
                    .limit(NAMED)
                    .forEach(node -> meetings.add(prefix + Where.label(node)));
              });
      weights.forEach((tensor, of) -> bytes.merge(of, tensor.byteSize(), Long::sum));
    }

    /** A weight that several parts hold is one object. */
    private static void weights(
        Model model, InputFlow<Modality> flow, IdentityHashMap<Tensor, Set<Modality>> weights) {
      model.forEachGraph(
          graph -> {
            Stream<Value> constants =
                graph.nodes().stream()
                    .filter(node -> node.is("Constant"))
                    .map(node -> node.output());
            Stream.concat(graph.initializers().stream(), constants)
                .forEach(
                    value ->
                        value
                            .constant()
                            .ifPresent(
                                tensor ->
                                    weights
                                        .computeIfAbsent(tensor, _ -> new TreeSet<>())
                                        .addAll(flow.ofReaders(value))));
          });
    }

    private void operations(
        String part, Model model, InputFlow<Modality> flow, Map<String, long[]> sizes) {
      InferredShapes shapes = ShapeInference.infer(model, sizes);
      model.forEachNode(
          node -> {
            Set<Modality> of = flow.of(node);
            layers.put(part + "/" + Where.label(node), of);
            Costs.multiplyAccumulates(node, shapes)
                .ifPresent(count -> operations.merge(of, count, Long::sum));
          });
      operations.values().removeIf(count -> count == 0);
    }

    double work(Set<Modality> modalities) {
      long all = operations.values().stream().mapToLong(Long::longValue).sum();
      return all == 0 ? 0 : (double) operations.getOrDefault(modalities, 0L) / all;
    }
  }
}

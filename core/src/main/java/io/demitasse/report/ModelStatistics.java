package io.demitasse.report;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingLong;

import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.pass.Where;
import io.demitasse.report.Report.Count;
import io.demitasse.report.Report.Stored;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** Counts what a model consists of. */
public final class ModelStatistics {
  private ModelStatistics() {}

  /** The weights of a model, in initializers and in {@code Constant} nodes, in all its graphs. */
  public static List<Tensor> weights(Model model) {
    List<Tensor> weights = new ArrayList<>();
    model.forEachGraph(
        graph -> {
          graph.initializers().forEach(value -> weights.add(value.initializer()));
          graph.nodes().stream()
              .filter(node -> node.is("Constant"))
              .forEach(node -> node.output().constant().ifPresent(weights::add));
        });
    return weights;
  }

  /** How a model is stored by itself. */
  public static Stored of(Model model, String sha256, long fileBytes) {
    return of(model, sha256, fileBytes, new Report.Sparse(0, 0), tensor -> 1);
  }

  /**
   * How a model is stored beside others.
   *
   * @param fileBytes its portion of all files
   * @param holders how many of the models a weight is stored for: each counts its part of the bytes
   */
  public static Stored of(
      Model model,
      String sha256,
      long fileBytes,
      Report.Sparse sparse,
      ToLongFunction<Tensor> holders) {
    List<Tensor> weights = weights(model);
    long parameters = weights.stream().mapToLong(Tensor::elementCount).sum();
    List<Node> nodes = new ArrayList<>();
    model.forEachNode(nodes::add);
    return new Stored(
        sha256,
        fileBytes,
        parameters,
        parameters * Float.BYTES,
        model.opset(),
        sorted(
            weights.stream()
                .collect(
                    groupingBy(
                        tensor -> tensor.dataType().text(),
                        summingLong(tensor -> tensor.byteSize() / holders.applyAsLong(tensor))))),
        sorted(nodes.stream().collect(groupingBy(Where::operator, counting()))),
        sparse);
  }

  private static List<Count> sorted(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .map(entry -> new Count(entry.getKey(), entry.getValue()))
        .sorted(Comparator.comparingLong(Count::count).reversed().thenComparing(Count::name))
        .toList();
  }
}

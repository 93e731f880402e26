package io.demitasse.bench;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.prune.ChannelGroup;
import io.demitasse.prune.DependencyGraph;
import io.demitasse.zoo.Zoo;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Which share of the weights of each architecture belongs to a group of units that can go: of
 * matrices and windows, and of all, with tables of which rows are looked up.
 *
 * <p>Arguments: names of architectures; all where there are none.
 */
public final class GroupCoverage {
  /** Weights outside of groups that are told, the largest. */
  private static final int TOLD = 3;

  private GroupCoverage() {}

  public static void main(String[] arguments) {
    for (String name : arguments.length == 0 ? Zoo.names() : Arrays.asList(arguments)) {
      Zoo.make(name, Map.of(), 1).parts().forEach((part, model) -> print(name + " " + part, model));
    }
  }

  private static void print(String title, Model model) {
    List<ChannelGroup> groups = DependencyGraph.of(model).groups();
    Set<Value> grouped = new HashSet<>();
    groups.forEach(
        group -> group.constants().forEach(slice -> grouped.add(slice.dimension().value())));
    List<Value> weights =
        model.graph().initializers().stream().filter(GroupCoverage::isWeight).toList();
    List<Value> multiplied = weights.stream().filter(value -> !isTable(value)).toList();
    System.out.printf(
        Locale.ROOT,
        "%-40s %4d groups, %,12d weights: %.4f of matrices and windows, %.4f of all%n",
        title,
        groups.size(),
        elements(weights),
        share(multiplied, grouped),
        share(weights, grouped));
    weights.stream()
        .filter(value -> !grouped.contains(value))
        .sorted(Comparator.comparingLong((Value value) -> -elements(value)))
        .limit(TOLD)
        .forEach(value -> System.out.println("    outside: " + value));
  }

  private static boolean isWeight(Value value) {
    return value
        .constant()
        .filter(tensor -> tensor.dataType() == DataType.FLOAT && tensor.rank() > 1)
        .isPresent();
  }

  private static boolean isTable(Value value) {
    return value.uses().stream().anyMatch(use -> Op.GATHER.is(use.node()));
  }

  private static double share(List<Value> weights, Set<Value> grouped) {
    return (double) elements(weights.stream().filter(grouped::contains).toList())
        / elements(weights);
  }

  private static long elements(List<Value> weights) {
    return weights.stream().mapToLong(GroupCoverage::elements).sum();
  }

  private static long elements(Value weight) {
    return weight.constant().orElseThrow().elementCount();
  }
}

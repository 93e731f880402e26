package io.demitasse.passes.quantize;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.pass.PassContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A constant float weight at an input of a node. */
record WeightSite(Node node, Op op, int input) {
  private static final int SHORTEST_ROW = 4;

  /** What a pass accepts at a site; the reason when it does not. */
  interface Requirement {
    Optional<String> unmet(WeightSite site);
  }

  Value weight() {
    return node.requiredInput(input);
  }

  Tensor tensor() {
    return weight().constant().orElseThrow();
  }

  /** The axis of the output channels; the table must know it. */
  int channelAxis() {
    return Math.floorMod(op.channelAxis(node, input).orElseThrow(), tensor().rank());
  }

  /** Why a lookup is no lookup of the rows of a table. */
  Optional<String> unmetByTable() {
    if (tensor().rank() != 2) {
      return Optional.of("its weight is " + tensor() + ", expected two dimensions");
    }
    if (Math.floorMod(node.intAttribute("axis", 0), 2) != 0) {
      return Optional.of("it takes columns, expected rows of a table");
    }
    return tensor().size(1) < SHORTEST_ROW
        ? Optional.of(
            "its rows have fewer than " + SHORTEST_ROW + " numbers, and each would need a scale")
        : Optional.empty();
  }

  /**
   * The sites of some operators that meet a requirement and have finite weights of at least so many
   * elements; others are reported, except where there is no constant weight at all.
   */
  static List<WeightSite> find(
      PassContext context,
      Collection<Op> operators,
      long minimumElements,
      Requirement requirement) {
    List<WeightSite> sites = new ArrayList<>();
    for (Node node : context.nodes()) {
      Optional<Op> op = Op.of(node).filter(operators::contains);
      for (int input : op.map(Op::weightInputs).orElse(List.of())) {
        WeightSite site = new WeightSite(node, op.orElseThrow(), input);
        if (site.isMeant()) {
          site.unfit(minimumElements)
              .or(() -> requirement.unmet(site))
              .or(site::notFinite)
              .ifPresentOrElse(why -> context.skipped(node, why), () -> sites.add(site));
        }
      }
    }
    return sites;
  }

  /**
   * The sites without those whose weight somebody else reads too, who would keep it in the file as
   * it was.
   */
  static List<WeightSite> withoutShared(PassContext context, List<WeightSite> sites) {
    Set<Value.Use> taken = new HashSet<>();
    sites.forEach(site -> taken.add(new Value.Use(site.node, site.input)));
    List<WeightSite> kept = new ArrayList<>();
    for (WeightSite site : sites) {
      Value weight = site.weight();
      Optional<String> other =
          weight.isOutput()
              ? Optional.of("is a graph output")
              : weight.uses().stream()
                  .filter(use -> !taken.contains(use))
                  .findFirst()
                  .map(use -> "is also read by " + use.node() + ", which keeps it as it is");
      other.ifPresentOrElse(
          why -> context.skipped(site.node, "its weight '" + weight.name() + "' " + why),
          () -> kept.add(site));
    }
    return kept;
  }

  private boolean isMeant() {
    Value value = node.input(input);
    return value != null
        && (value.constant().isPresent() || value.initializer() != null)
        && value.dataType().map(DataType::isFloatingPoint).orElse(true)
        && value.constant().map(tensor -> tensor.dataType().isFloatingPoint()).orElse(true);
  }

  private Optional<String> unfit(long minimumElements) {
    Value value = weight();
    if (value.constant().isEmpty()) {
      return Optional.of("its weight '" + value.name() + "' is a graph input with a default");
    }
    Tensor tensor = tensor();
    if (tensor.dataType() != DataType.FLOAT) {
      return Optional.of("its weight '" + value.name() + "' is " + tensor + ", expected float");
    }
    return tensor.elementCount() < minimumElements
        ? Optional.of(
            "its weight '"
                + value.name()
                + "' has "
                + tensor.elementCount()
                + " elements, fewer than "
                + minimumElements)
        : Optional.empty();
  }

  private Optional<String> notFinite() {
    return Finiteness.isFinite(tensor())
        ? Optional.empty()
        : Optional.of("its weight '" + weight().name() + "' holds a NaN or an infinity");
  }
}

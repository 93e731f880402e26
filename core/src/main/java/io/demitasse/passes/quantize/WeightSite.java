package io.demitasse.passes.quantize;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.Finiteness;
import io.demitasse.ops.Op;
import io.demitasse.pass.PassContext;
import io.demitasse.rewrite.Unread;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A constant float weight at an input of a node, or under a {@code Transpose} that a product reads:
 * an embedding table that is also the last product of a model.
 *
 * @param input where the node has it, transposed or not
 * @param weight the constant itself
 * @param transpose what exchanges its two axes in between, or null
 */
record WeightSite(Node node, Op op, int input, Value weight, @Nullable Node transpose) {
  private static final int SHORTEST_ROW = 4;

  /** What a pass accepts at a site; the reason when it does not. */
  interface Requirement {
    Optional<String> unmet(WeightSite site);
  }

  /** The site of an input; null when it has none. */
  private static @Nullable WeightSite of(PassContext context, Node node, Op op, int input) {
    Value value = node.input(input);
    if (value == null) {
      return null;
    }
    Node producer = value.producer();
    boolean product = op == Op.MAT_MUL || (op == Op.GEMM && node.intAttribute("transB", 0) == 0);
    return product && producer != null && context.selects(producer) && isMatrixTranspose(producer)
        ? new WeightSite(node, op, input, producer.requiredInput(0), producer)
        : new WeightSite(node, op, input, value, null);
  }

  private static boolean isMatrixTranspose(Node node) {
    long[] axes = node.intsAttribute("perm");
    return Op.TRANSPOSE.is(node)
        && node.constantInput(0).filter(tensor -> tensor.rank() == 2).isPresent()
        && (axes.length == 0 || axes[0] == 1);
  }

  Tensor tensor() {
    return weight.constant().orElseThrow();
  }

  /** The axis of the output channels in the constant; the operator table must know it. */
  int channelAxis() {
    int axis = Math.floorMod(op.channelAxis(node, input).orElseThrow(), tensor().rank());
    return transpose == null ? axis : 0;
  }

  /** The node of the weight's own graph that is the node or holds it somewhere inside. */
  Node reader() {
    Node reader = transpose == null ? node : transpose;
    while (reader.graph() != weight.graph()) {
      reader = Objects.requireNonNull(reader.graph().owner());
    }
    return reader;
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
    return find(context, operators, minimumElements, requirement, context::skipped);
  }

  /**
   * The same, with somebody else who is told of the others.
   *
   * @param refused is told of nodes and why they are left alone
   */
  static List<WeightSite> find(
      PassContext context,
      Collection<Op> operators,
      long minimumElements,
      Requirement requirement,
      BiConsumer<Node, String> refused) {
    List<WeightSite> sites = new ArrayList<>();
    for (Node node : context.nodes()) {
      Optional<Op> op = Op.of(node).filter(operators::contains);
      for (int input : op.map(Op::weightInputs).orElse(List.of())) {
        WeightSite site = of(context, node, op.orElseThrow(), input);
        if (site != null && site.isMeant()) {
          site.unfit(minimumElements)
              .or(() -> requirement.unmet(site))
              .or(site::notFinite)
              .ifPresentOrElse(why -> refused.accept(node, why), () -> sites.add(site));
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
      Optional<String> other =
          site.weight.isOutput()
              ? Optional.of("its weight '" + site.weight.name() + "' is a graph output")
              : site.weight.uses().stream()
                  .filter(use -> !isTaken(use, taken))
                  .findFirst()
                  .map(use -> keptBy(site.weight, use));
      other.ifPresentOrElse(why -> context.skipped(site.node, why), () -> kept.add(site));
    }
    return kept;
  }

  /** That a weight is no gain while somebody else reads it in floats. */
  static String keptBy(Value weight, Value.Use use) {
    return "its weight '"
        + weight.name()
        + "' is also read by "
        + use.node()
        + ", which keeps it as it is";
  }

  /** Removes what was read at sites that have been given something else, each weight once. */
  static void removeRead(List<WeightSite> sites, PassContext context) {
    Set<Value> weights = new LinkedHashSet<>();
    for (WeightSite site : sites) {
      weights.add(site.weight);
      Node transpose = site.transpose;
      if (transpose != null && !transpose.isRemoved() && transpose.output().uses().isEmpty()) {
        transpose.graph().remove(transpose);
      }
    }
    weights.forEach(weight -> Unread.remove(weight, context));
  }

  /** Whether sites are all that reads a weight in one place, or all that reads it transposed. */
  private static boolean isTaken(Value.Use use, Set<Value.Use> sites) {
    if (sites.contains(use) || !Op.TRANSPOSE.is(use.node())) {
      return sites.contains(use);
    }
    Value transposed = use.node().output();
    return !transposed.isOutput()
        && !transposed.uses().isEmpty()
        && sites.containsAll(transposed.uses());
  }

  private boolean isMeant() {
    return (weight.constant().isPresent() || weight.initializer() != null)
        && weight.dataType().map(DataType::isFloatingPoint).orElse(true)
        && weight.constant().map(tensor -> tensor.dataType().isFloatingPoint()).orElse(true);
  }

  private Optional<String> unfit(long minimumElements) {
    if (weight.constant().isEmpty()) {
      return Optional.of("its weight '" + weight.name() + "' is a graph input with a default");
    }
    Tensor tensor = tensor();
    if (tensor.dataType() != DataType.FLOAT) {
      return Optional.of("its weight '" + weight.name() + "' is " + tensor + ", expected float");
    }
    return tensor.elementCount() < minimumElements
        ? Optional.of(
            "its weight '"
                + weight.name()
                + "' has "
                + tensor.elementCount()
                + " elements, fewer than "
                + minimumElements)
        : Optional.empty();
  }

  private Optional<String> notFinite() {
    return Finiteness.isFinite(tensor())
        ? Optional.empty()
        : Optional.of("its weight '" + weight.name() + "' holds a NaN or an infinity");
  }
}

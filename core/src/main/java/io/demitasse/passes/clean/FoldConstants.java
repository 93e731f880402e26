package io.demitasse.passes.clean;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.Belief;
import io.demitasse.ops.Op;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Option;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.port.Runtime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Computes what depends on constants alone, once, and keeps the result.
 *
 * <pre>
 *   w ── Transpose ── Mul ── MatMul      becomes      w' ── MatMul
 *               2 ────┘
 * </pre>
 *
 * The runtime computes all such nodes in one run, on one thread and without its own rewriting.
 * Nodes that grow the model too much stay (an Expand of one number to a large tensor), and so do
 * nodes that turn quantized weights back into floats, because that undoes a compression.
 *
 * @param maximumGrowth how many bytes the results of a node may take beyond the constants that only
 *     it reads
 */
@PassInfo(
    summary = "Compute nodes that depend on constants alone",
    effect = PassInfo.Effect.EXACT,
    needs = Runtime.class)
public record FoldConstants(
    @Option(
            doc =
                "How much larger the result of a node may be than the constants that only it reads",
            value = "16384",
            unit = "bytes")
        long maximumGrowth)
    implements ModelPass {

  private static final Set<Op> DEQUANTIZING =
      Set.of(Op.DEQUANTIZE_LINEAR, Op.CONTRIB_DEQUANTIZE_LINEAR, Op.CONTRIB_GATHER_BLOCK_QUANTIZED);

  public FoldConstants {
    if (maximumGrowth < 0) {
      throw new IllegalArgumentException(
          "maximum-growth must not be negative, got " + maximumGrowth);
    }
  }

  @Override
  public void apply(Model model, PassContext context) {
    List<Node> foldable =
        new FoldingLimit(model, context.shapes(Belief.DECLARED)).within(foldable(context), context);
    if (foldable.isEmpty()) {
      return;
    }
    Map<Value, Tensor> results = new ConstantEvaluation(model, context).run(foldable);
    List<Node> computed =
        foldable.stream().filter(n -> results.keySet().containsAll(n.presentOutputs())).toList();
    FoldingPlan plan = new FoldingPlan(computed, results, maximumGrowth);
    plan.refused()
        .forEach((node, bytes) -> context.skipped(node, "its result takes " + bytes + " bytes"));
    for (Node node : plan.accepted()) {
      context.changed(node, "computed once");
      putResults(node, results, plan);
    }
    List.copyOf(plan.accepted()).reversed().forEach(FoldConstants::remove);
  }

  /** The selected nodes that constants alone decide, in order. */
  private static List<Node> foldable(PassContext context) {
    List<Node> foldable = new ArrayList<>();
    Set<Node> members = new HashSet<>();
    for (Node node : context.nodes()) {
      Optional<Op> op = Op.of(node);
      if (op.isPresent()
          && op.get().isPure()
          && op.get() != Op.CONSTANT
          && isDecided(node, members)) {
        if (DEQUANTIZING.contains(op.get())) {
          context.skipped(node, "quantized weights stay quantized");
        } else {
          foldable.add(node);
          members.add(node);
        }
      }
    }
    return foldable;
  }

  private static boolean isDecided(Node node, Set<Node> members) {
    return !node.presentOutputs().isEmpty()
        && node.inputs().stream().allMatch(input -> isDecided(input, members));
  }

  private static boolean isDecided(@Nullable Value input, Set<Node> members) {
    return input == null
        || input.constant().isPresent()
        || (input.producer() != null && members.contains(input.producer()));
  }

  private static void putResults(Node node, Map<Value, Tensor> results, FoldingPlan plan) {
    Graph graph = node.graph();
    for (Value output : node.presentOutputs()) {
      Tensor result = Objects.requireNonNull(results.get(output));
      if (output.isOutput()) {
        graph.replace(output, constantNode(node, result));
      } else if (plan.isResult(output)) {
        String name = output.name();
        output.rename(graph.freeName(name + "_folded"));
        graph.replaceUses(output, graph.addInitializer(name, result));
      }
    }
  }

  private static void remove(Node node) {
    Set<Value> inputs = new LinkedHashSet<>(node.inputs());
    node.graph().remove(node);
    for (Value input : inputs) {
      boolean weight = input != null && input.initializer() != null && !input.isInput();
      if (weight && input.uses().isEmpty() && !input.isOutput()) {
        input.graph().remove(input);
      }
    }
  }

  /** A graph returns the output of a node, never an initializer: not every reader takes that. */
  private static Value constantNode(Node node, Tensor content) {
    return node.graph()
        .node("Constant")
        .attribute("value", Attribute.of(content))
        .insertBefore(node)
        .output();
  }
}

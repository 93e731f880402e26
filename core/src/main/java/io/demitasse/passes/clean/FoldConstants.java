package io.demitasse.passes.clean;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Option;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
    needsRuntime = true)
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
    List<Node> foldable = foldable(context);
    if (foldable.isEmpty()) {
      return;
    }
    Map<Value, Tensor> results = new ConstantEvaluation(model, context).run(foldable);
    Set<Node> kept = new HashSet<>();
    for (Node node : foldable) {
      if (!results.keySet().containsAll(node.presentOutputs()) || readsAny(node, kept)) {
        kept.add(node);
      } else if (growth(node, results) > maximumGrowth) {
        kept.add(node);
        context.skipped(node, "its result takes " + growth(node, results) + " bytes more");
      } else {
        fold(node, results, context);
      }
    }
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

  private static boolean readsAny(Node node, Set<Node> producers) {
    return present(node).stream().anyMatch(input -> producers.contains(input.producer()));
  }

  private static long growth(Node node, Map<Value, Tensor> results) {
    long growth = 0;
    for (Value output : node.presentOutputs()) {
      Tensor result = results.get(output);
      growth += result == null ? 0 : result.byteSize();
    }
    for (Value input : present(node)) {
      boolean onlyHere = !input.isOutput() && input.uses().stream().allMatch(u -> u.node() == node);
      growth -= onlyHere ? input.constant().map(Tensor::byteSize).orElse(0L) : 0;
    }
    return growth;
  }

  private static void fold(Node node, Map<Value, Tensor> results, PassContext context) {
    context.changed(node, "computed once");
    Graph graph = node.graph();
    Map<Value, String> made = new LinkedHashMap<>();
    for (Value output : node.presentOutputs()) {
      Tensor result = Objects.requireNonNull(results.get(output));
      if (output.isOutput()) {
        graph.replace(output, constantNode(node, result));
      } else if (!output.uses().isEmpty()) {
        Value kept = graph.addInitializer(graph.freeName(output.name() + "_folded"), result);
        graph.replaceUses(output, kept);
        made.put(kept, output.name());
      }
    }
    Set<Value> inputs = present(node);
    graph.remove(node);
    made.forEach(Value::rename);
    inputs.forEach(FoldConstants::removeUnread);
  }

  /** A graph returns the output of a node, never an initializer: not every reader takes that. */
  private static Value constantNode(Node node, Tensor content) {
    return node.graph()
        .node("Constant")
        .attribute("value", Attribute.of(content))
        .insertBefore(node)
        .output();
  }

  private static void removeUnread(Value input) {
    boolean initializer = input.initializer() != null && !input.isInput();
    if (initializer && input.uses().isEmpty() && !input.isOutput()) {
      input.graph().remove(input);
    }
  }

  private static Set<Value> present(Node node) {
    Set<Value> present = new LinkedHashSet<>();
    for (Value input : node.inputs()) {
      if (input != null) {
        present.add(input);
      }
    }
    return present;
  }
}

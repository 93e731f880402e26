package io.demitasse.passes.clean;

import io.demitasse.ir.Function;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ops.Belief;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.ShapeInference;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Option;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import java.util.ArrayList;
import java.util.List;

/**
 * Rewrites a model to a later version of ONNX's operator set, where that keeps what it computes.
 *
 * <pre>
 *   x ── Unsqueeze(axes = [1]) ── y          becomes      x ──┬─ Unsqueeze ── y
 *                                                       [1] ──┘
 * </pre>
 *
 * It works on nested graphs and local functions too. An operator of ONNX that is unknown, or a
 * change that cannot be made exactly, stops the whole upgrade: the model is left as it was and the
 * nodes in the way are named. Operators of other domains stay as they are.
 *
 * @param target the version to reach
 */
@PassInfo(
    summary = "Rewrite the model to a later version of ONNX's operator set",
    effect = PassInfo.Effect.EXACT)
public record UpgradeOpset(
    @Option(
            doc = "The version to reach",
            value = "21",
            search = {})
        int target)
    implements ModelPass {
  private static final int OLDEST = 7;
  private static final int NEWEST = 21;

  /** The oldest file format that may hold each operator set, from opset 7 on. */
  private static final long[] IR_VERSIONS = {3, 3, 4, 5, 6, 7, 7, 7, 8, 8, 8, 8, 9, 9, 10};

  public UpgradeOpset {
    if (target < OLDEST || target > NEWEST) {
      throw new IllegalArgumentException(
          "target must be from " + OLDEST + " to " + NEWEST + ", got " + target);
    }
  }

  @Override
  public void apply(Model model, PassContext context) {
    long from = model.opset();
    if (from >= target || !model.opsets().containsKey("")) {
      return;
    }
    if (from < OLDEST) {
      context.skipped("opset " + from + " is older than " + OLDEST + ", the oldest that is known");
    } else if (!model.training().isEmpty()) {
      context.skipped("it holds graphs for training, which are not converted");
    } else if (isPossible(model, context)) {
      OpsetConversion conversion = new OpsetConversion(model, target, context.shapes());
      for (Node node : nodes(model)) {
        conversion.convert(node).forEach(what -> context.changed(node, what));
      }
      declare(model);
      context.changed("opset " + from + " became " + target);
    }
  }

  /** Tries the conversion on a copy and tells which nodes are in the way. */
  private boolean isPossible(Model model, PassContext context) {
    Model copy = model.copy();
    InferredShapes shapes = ShapeInference.following(copy, Belief.ENFORCED);
    OpsetConversion conversion = new OpsetConversion(copy, target, shapes);
    List<Node> originals = nodes(model);
    List<Node> copies = nodes(copy);
    boolean possible = true;
    for (int i = 0; i < originals.size(); i++) {
      Node node = originals.get(i);
      try {
        if (!conversion.convert(copies.get(i)).isEmpty() && !context.selects(node)) {
          throw new NotConvertible("it would have to change, and the step does not select it");
        }
      } catch (NotConvertible e) {
        context.skipped(node, "opset " + target + " is out of reach: " + e.getMessage());
        possible = false;
      }
    }
    return possible;
  }

  /** All nodes as they are now, those of functions included. */
  private static List<Node> nodes(Model model) {
    List<Node> nodes = new ArrayList<>();
    model.forEachGraph((Graph graph) -> nodes.addAll(graph.nodes()));
    return nodes;
  }

  private void declare(Model model) {
    model.opsets().put("", (long) target);
    for (Function function : model.functions()) {
      function.opsets().computeIfPresent("", (_, version) -> Math.max(version, target));
    }
    IrVersions.raise(model, IR_VERSIONS[target - OLDEST]);
  }
}

package io.demitasse.passes.clean;

import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;

/**
 * Removes nodes whose output is provably one of their inputs, unchanged.
 *
 * <pre>
 *   x ── Identity ── y ── Relu                              becomes      x ── Relu
 *
 *   x ── Transpose(0,2,1) ── t ── Transpose(0,2,1) ── Relu   becomes      x ── Relu
 * </pre>
 *
 * The cases are listed in {@link Identities}. An output of a graph keeps its name; where that
 * cannot be, because an input or a weight would have to be returned, the node stays.
 */
@PassInfo(
    summary = "Remove nodes that hand their input through unchanged",
    effect = PassInfo.Effect.EXACT)
public record RemoveIdentities() implements ModelPass {

  @Override
  public void apply(Model model, PassContext context) {
    Identities identities = new Identities(model, context.shapes());
    for (Node node : context.nodes()) {
      Value same = identities.sameAsOutput(node);
      if (same != null) {
        bypass(node, same, context);
      }
    }
  }

  private static void bypass(Node node, Value same, PassContext context) {
    Value output = node.output();
    if (!output.isOutput()) {
      context.changed(node, "its output is '" + same.name() + "'");
      output.graph().replaceUses(output, same);
    } else if (canTakeName(same, output)) {
      context.changed(node, "its output is '" + same.name() + "', which took its name");
      output.graph().replace(output, same);
    } else {
      context.skipped(node, "the graph returns its output and '" + same.name() + "' cannot be it");
      return;
    }
    if (same.type() == null) {
      same.type(output.type());
    }
    node.graph().remove(node);
  }

  private static boolean canTakeName(Value same, Value output) {
    return same.graph() == output.graph() && same.producer() != null && !same.isOutput();
  }
}

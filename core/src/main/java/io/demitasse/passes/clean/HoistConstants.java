package io.demitasse.passes.clean;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import java.util.Optional;

/**
 * Moves the content of Constant nodes into initializers of the main graph, where weights are looked
 * for.
 *
 * <pre>
 *   Constant ── w ── Conv          becomes      w (initializer) ── Conv
 *
 *   If( Constant ── w ── Add )     becomes      w (initializer of the main graph), If( w ── Add )
 * </pre>
 *
 * A value that comes out of a nested graph gets a free name where its own is taken. A constant that
 * a graph returns stays a node, because not every reader of files takes an initializer for an
 * output.
 */
@PassInfo(
    summary = "Move the content of Constant nodes into initializers",
    effect = PassInfo.Effect.EXACT)
public record HoistConstants() implements ModelPass {

  @Override
  public void apply(Model model, PassContext context) {
    if (model.irVersion() < IrVersions.INITIALIZERS_ARE_CONSTANT) {
      IrVersions.raise(model, IrVersions.INITIALIZERS_ARE_CONSTANT);
      context.changed("its initializers need not be inputs any more");
    }
    for (Node node : context.nodes()) {
      if (Op.CONSTANT.is(node)) {
        hoist(model, node, context);
      }
    }
  }

  private static void hoist(Model model, Node node, PassContext context) {
    Value old = node.output();
    Optional<Tensor> content = old.constant();
    if (content.isEmpty()) {
      context.skipped(node, "its content is not a dense tensor");
    } else if (old.isOutput()) {
      context.skipped(node, "its graph returns it");
    } else {
      context.changed(node, "made an initializer of " + content.get());
      hoist(model.graph(), node, content.get());
    }
  }

  private static void hoist(Graph main, Node node, Tensor content) {
    Value old = node.output();
    Value hoisted = main.addInitializer(main.freeName(old.name() + "_hoisted"), content);
    hoisted.metadata().putAll(old.metadata());
    main.replaceUses(old, hoisted);
    node.graph().remove(node);
    hoisted.rename(main.freeName(old.name()));
  }
}

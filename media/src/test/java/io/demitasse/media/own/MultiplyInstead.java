package io.demitasse.media.own;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Option;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import java.util.Optional;

/**
 * Multiplies by the reciprocal of a constant instead of dividing by the constant.
 *
 * <pre>
 *   x ─ Div c ─ y     becomes   x ─ Mul 1/c ─ y
 * </pre>
 */
@PassInfo(
    summary = "Multiply by reciprocals of constants instead of dividing",
    effect = PassInfo.Effect.EXACT)
public record MultiplyInstead(
    @Option(doc = "Larger constants stay as they are", value = "65536", unit = "elements")
        long maximumElements)
    implements ModelPass {

  public MultiplyInstead {
    if (maximumElements < 1) {
      throw new IllegalArgumentException(
          "maximum-elements must be at least 1, got " + maximumElements);
    }
  }

  @Override
  public void apply(Model model, PassContext context) {
    for (Node node : context.nodes()) {
      Optional<Tensor> divisor = Op.DIV.is(node) ? node.constantInput(1) : Optional.empty();
      if (divisor.isPresent()) {
        replace(node, divisor.get(), context);
      }
    }
  }

  private void replace(Node division, Tensor divisor, PassContext context) {
    if (divisor.dataType() != DataType.FLOAT || divisor.elementCount() > maximumElements) {
      context.skipped(division, "it divides by " + divisor);
      return;
    }
    float[] reciprocals = divisor.toFloats();
    for (int i = 0; i < reciprocals.length; i++) {
      reciprocals[i] = 1 / reciprocals[i];
      if (!Float.isFinite(reciprocals[i])) {
        context.skipped(division, "it divides by zero");
        return;
      }
    }
    String name = division.requiredInput(1).name() + "_reciprocal";
    Value factor =
        division
            .graph()
            .addInitializer(
                division.graph().freeName(name), Tensor.ofFloats(divisor.sizes(), reciprocals));
    Node product =
        Op.MUL
            .in(division.graph())
            .name(division.name())
            .inputs(division.requiredInput(0), factor)
            .insertBefore(division);
    division.graph().replace(division.output(), product.output());
    division.graph().remove(division);
    context.changed(product, "multiplies instead of dividing");
  }
}

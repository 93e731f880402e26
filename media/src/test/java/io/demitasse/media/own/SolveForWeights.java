package io.demitasse.media.own;

import io.demitasse.ir.Model;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.port.Port;

/** Needs what nobody has brought. */
@PassInfo(
    summary = "Solve for weights",
    effect = PassInfo.Effect.LOSSY,
    needs = SolveForWeights.EquationSolver.class)
public record SolveForWeights() implements ModelPass {

  /** A port of someone else's. */
  @Port(does = "solves equations", module = "com.example:equations")
  public interface EquationSolver {
    /** Solves it. */
    double solve(double number);
  }

  @Override
  public void apply(Model model, PassContext context) {
    context.changed("solved " + context.port(EquationSolver.class).solve(2));
  }
}

package io.demitasse.torch.library;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.objective.Loss;
import io.demitasse.objective.Objective;
import io.demitasse.objective.Term;
import io.demitasse.ops.Parameters;
import io.demitasse.pass.PassPorts;
import io.demitasse.passes.tune.Distill;
import io.demitasse.port.LinearAlgebra;
import io.demitasse.port.Trainer;
import io.demitasse.torch.TorchLinearAlgebra;
import io.demitasse.torch.TorchTrainer;
import java.util.List;
import java.util.Map;

/**
 * A program that tells what came of using libtorch, a line for each way: those whose names begin
 * with its argument.
 */
final class Attempts {
  private static final Model MODEL =
      TextGraph.parse(
          """
          ir 10, opset 17
          graph g(x: float[N,2]) -> (y: float[N,2]) {
            w = float[2,2] ~ 1
            y = MatMul(x, w)
          }
          """);

  private static String wanted = "";

  private Attempts() {}

  public static void main(String[] arguments) {
    wanted = arguments[0];
    tell("refusals", () -> new TorchTrainer().refusals(MODEL));
    tell("ports", () -> PassPorts.of(Distill.class).missing());
    tell("training here", () -> opened(TorchTrainer.inProcess()));
    tell("training in a process", () -> opened(new TorchTrainer()));
    tell("factoring here", () -> factored(TorchLinearAlgebra.inProcess(1)));
    tell("factoring in a process", () -> factored(new TorchLinearAlgebra().open(1)));
  }

  private interface Attempt {
    Object made();
  }

  private static void tell(String what, Attempt attempt) {
    if (!what.startsWith(wanted)) {
      return;
    }
    String result;
    try {
      result = "went well: " + attempt.made();
    } catch (DemitasseException e) {
      result = e.kind() + ": " + e.getMessage();
    }
    System.out.println(what + " " + result);
  }

  private static Object opened(Trainer trainer) {
    Objective objective =
        Objective.of(new Term.Labels(new Loss.MeanSquaredError(), "y", "label", 1));
    Trainer.Student student =
        new Trainer.Student("student", MODEL, Parameters.of(MODEL).keySet(), objective);
    Trainer.Settings settings =
        new Trainer.Settings(1, 5, false, 1, new Trainer.Optimizer.Sgd(0, false, 0));
    try (Trainer.Session session =
        trainer.open(new Trainer.Setup(List.of(student), Map.of(), settings))) {
      return session.weights(Trainer.Version.CURRENT).size();
    }
  }

  private static Object factored(LinearAlgebra.Session opened) {
    try (LinearAlgebra.Session session = opened) {
      return session
          .inverse(
              new LinearAlgebra.Matrix("identity", Tensor.ofFloats(new long[] {2, 2}, 1, 0, 0, 1)))
          .elementCount();
    }
  }
}

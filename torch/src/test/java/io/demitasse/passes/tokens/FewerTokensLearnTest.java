package io.demitasse.passes.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.objective.Batch;
import io.demitasse.objective.Loss;
import io.demitasse.objective.Objective;
import io.demitasse.objective.Term;
import io.demitasse.pass.ModelPass;
import io.demitasse.port.Trainer;
import io.demitasse.torch.TorchTrainer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A model goes on learning through what leaves it fewer tokens. */
final class FewerTokensLearnTest {

  static Stream<Arguments> passes() {
    return Stream.of(
        Arguments.of(MergeTokens.class, Map.of("ratio", .5)),
        Arguments.of(SelectTokens.class, Map.of("score", "attention")),
        Arguments.of(SelectTokens.class, Map.of("score", "diversity")));
  }

  @ParameterizedTest
  @MethodSource("passes")
  void gradientsReachWhatComesBefore(Class<? extends ModelPass> pass, Map<String, ?> options) {
    Model model = Towers.run(pass, options, Towers.classifier()).after();
    String first =
        model.graph().initializers().stream()
            .map(value -> value.name())
            .filter(name -> name.contains("patches") && name.endsWith("weight"))
            .findFirst()
            .orElseThrow();
    Trainer trainer = TorchTrainer.inProcess();
    Objective objective =
        Objective.of(new Term.Labels(new Loss.MeanSquaredError(), "logits", "right", 1));
    Trainer.Setup setup =
        new Trainer.Setup(
            List.of(new Trainer.Student("student", model, Set.of(first), objective)),
            Map.of(),
            new Trainer.Settings(
                1, 5, false, Double.POSITIVE_INFINITY, new Trainer.Optimizer.Sgd(0, false, 0)));
    Batch batch =
        new Batch(
            Map.of(model.graph().inputs().getFirst().name(), Towers.pictures(2, 11)),
            Map.of("right", Tensor.ofFloats(new long[] {2, 10}, new float[20])));

    assertThat(trainer.refusals(model)).isEmpty();
    try (Trainer.Session session = trainer.open(setup)) {
      double[] gradient =
          session.gradients(List.of(batch)).get("student").get(first).values().toDoubles();

      assertThat(Arrays.stream(gradient)).allMatch(Double::isFinite);
      assertThat(Arrays.stream(gradient).map(Math::abs).max().orElseThrow()).isPositive();
    }
  }
}

package io.demitasse.passes.tune;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Model;
import io.demitasse.ir.TextGraph;
import io.demitasse.ops.Parameters;
import io.demitasse.pipeline.StepResult;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What a penalty on weights does. */
final class SparsifyTest extends PairsLearned {

  @Test
  void aPenaltyMakesManyWeightsExactlyZero() {
    Function<Model, Long> zeros =
        model ->
            Parameters.of(model).values().stream()
                .flatMapToDouble(value -> Arrays.stream(value.constant().orElseThrow().toDoubles()))
                .filter(each -> each == 0)
                .count();

    StepResult sparse =
        run(
            Sparsify.class,
            Map.of("strength", .02, "epochs", 60, "labels", 1, "alpha", 0, "beta", 0));

    assertThat(zeros.apply(TextGraph.parse(CLASSIFIER))).isZero();
    assertThat(zeros.apply(only(sparse))).isGreaterThan(8);
    assertThat(accuracy(only(sparse))).isGreaterThan(.9);
  }
}

package io.demitasse.passes.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.ir.Model;
import io.demitasse.ir.TextGraph;
import io.demitasse.pass.Where;
import io.demitasse.pipeline.Change;
import io.demitasse.pipeline.StepResult;
import io.demitasse.recipe.Step;
import io.demitasse.testkit.KeptFindings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a teacher teaches. */
final class DistillTest extends PairsLearned {

  @ParameterizedTest
  @ValueSource(doubles = {0, .1})
  void aPrunedCopyLearnsFromTheOriginalWithoutLabels(double labels) {
    Model original = TextGraph.parse(CLASSIFIER);
    Model damaged = TextGraph.parse(CLASSIFIER.replace("~ 2", "~ 5"));

    StepResult taught =
        run(
            original,
            damaged,
            Step.of(pass(Distill.class, Map.of("epochs", 20, "labels", labels)), Where.EVERYWHERE),
            splits(false, 256),
            new KeptFindings());

    assertThat(distance(only(taught), original)).isLessThan(.1 * distance(damaged, original));
  }

  @Test
  void whatIsNotBetterStaysAsItIs() {
    StepResult same =
        run(
            TextGraph.parse(CLASSIFIER),
            Step.of(pass(Distill.class, Map.of()), Where.EVERYWHERE),
            splits(false, 64),
            new KeptFindings());

    assertThat(same.changedAnything()).isFalse();
    assertThat(same.changes())
        .extracting(Change::text)
        .anyMatch(text -> text.startsWith("training made nothing better"));
  }

  @Test
  void outputsThatDoNotFitAreToldWithWhatToDo() {
    assertThatThrownBy(() -> run(Distill.class, Map.of("match", "p=q")))
        .hasMessageContaining("teacher 'original' has no value 'q'")
        .hasMessageContaining("[p]");
    assertThatThrownBy(() -> run(Distill.class, Map.of("match", "p=h")))
        .hasMessageContaining("'p' of the student has 2 values")
        .hasMessageContaining("'h' of teacher 'original' has 8");
    assertThatThrownBy(
            () -> run(Distill.class, Map.of("match", "h", "direction", 1, "pooled", true)))
        .hasMessageContaining("Output 'h' has 2 axes");
  }
}

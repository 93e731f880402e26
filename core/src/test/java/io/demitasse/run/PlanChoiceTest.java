package io.demitasse.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.recipe.Recipes;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlanChoiceTest {
  private final PlanChoice choice = new PlanChoice();

  @Test
  void whatARecoveryIsAskedForIsPartOfTheGoal() {
    choice.recovery(Map.of("flip", "true", "rate", "0.001"));
    choice.time(Duration.ofMinutes(1));
    choice.requireOne();

    assertThat(choice.goal().recovery())
        .containsOnly(Map.entry("flip", "true"), Map.entry("rate", "0.001"));
  }

  @Test
  void anOptionThatTrainingDoesNotHaveIsRefused() {
    assertThatThrownBy(() -> choice.recovery(Map.of("flop", "true")))
        .hasMessageContaining("Accuracy cannot be won back so")
        .hasMessageContaining("'flop'");
    assertThatThrownBy(() -> choice.recovery(Map.of("rate", "fast"))).hasMessageContaining("fast");
  }

  @Test
  void withoutTimeNothingIsWonBack() {
    choice.recovery(Map.of("flip", "true"));

    assertThatThrownBy(choice::requireOne).hasMessageContaining("a limit to its time");
  }

  @Test
  void aRecipeHasItsOwnSteps() {
    choice.recovery(Map.of("flip", "true"));
    choice.time(Duration.ofMinutes(1));
    choice.recipe(Recipes.parse("demitasse: 1\nsteps:\n- pass: remove-dead-nodes\n", "here"));

    assertThatThrownBy(choice::requireOne).hasMessageContaining("its own steps");
  }
}

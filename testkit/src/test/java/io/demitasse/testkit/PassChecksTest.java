package io.demitasse.testkit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Value;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Option;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checks of passes fail for passes that break their promises. */
class PassChecksTest {
  private static final String MODEL =
      """
      ir 8, opset 17
      graph g(x: float[2]) -> (y: float[2]) {
        w = float[2] {1, 2}
        a = Add(x, w)
        y = Neg(a)
      }
      """;

  /** A pass that does what a test says, and tells whether it changed anything. */
  @PassInfo(summary = "Do as the test says", effect = PassInfo.Effect.EXACT)
  private record Doing(Predicate<Model> work) implements ModelPass {
    @Override
    public void apply(Model model, PassContext context) {
      if (work.test(model)) {
        context.changed("something");
      }
    }
  }

  /** A pass whose option does not come back as it was. */
  @PassInfo(summary = "Shout", effect = PassInfo.Effect.EXACT)
  record Shouting(@Option(doc = "What", value = "a") String what) implements ModelPass {
    @Override
    public String what() {
      return what + "!";
    }

    @Override
    public void apply(Model model, PassContext context) {}
  }

  /** A pass that does nothing, and says so. */
  @PassInfo(summary = "Do nothing", effect = PassInfo.Effect.EXACT)
  private record Idle(@Option(doc = "How often", value = "3") int times) implements ModelPass {
    @Override
    public void apply(Model model, PassContext context) {}
  }

  @Test
  void aPassThatDoesNothingStandsEveryCheck(@TempDir Path folder) {
    Model model = TextGraph.parse(MODEL);

    assertThatCode(() -> PassChecks.applied(new Idle(3), model).leavesAlone().computesTheSame(0))
        .doesNotThrowAnyException();
    assertThatCode(() -> PassChecks.replayGivesTheSameBytes(new Idle(3), model, folder))
        .doesNotThrowAnyException();
    assertThatCode(() -> PassChecks.optionsSurviveARecipe(Idle.class)).doesNotThrowAnyException();
  }

  @Test
  void aPassThatChangesItsInputIsCaught() {
    Model model = TextGraph.parse(MODEL);
    Doing pass = new Doing(_ -> model.opsets().put("my", 1L) == null);

    assertThatThrownBy(() -> PassChecks.applied(pass, model))
        .hasMessageContaining("the model before the pass");
  }

  @Test
  void aPassThatLeavesAMalformedModelIsCaught() {
    Doing pass = new Doing(model -> model.opsets().remove("") != null);

    assertThatThrownBy(() -> PassRun.of(pass, MODEL))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("which is not imported");
  }

  @Test
  void aPassThatIsNeverDoneIsCaught() {
    Doing pass =
        new Doing(
            model -> model.graph().node("Neg").inputs(model.graph().find("a")).append() != null);

    assertThatThrownBy(() -> PassRun.of(pass, MODEL))
        .hasMessageContaining("what a second run changes");
  }

  @Test
  void aPassThatIsNeverDoneAndDoesNotSaySoIsCaught() {
    Doing pass =
        new Doing(
            model -> model.graph().node("Neg").inputs(model.graph().find("a")).append() == null);

    assertThatThrownBy(() -> PassRun.of(pass, MODEL))
        .hasMessageContaining("the model after a second run");
  }

  @Test
  void aPassThatChangesWhatIsComputedIsCaught() {
    Tensor other = Tensor.ofFloats(new long[] {2}, 1, 2.001f);
    Doing pass =
        new Doing(
            model -> {
              Value weight = model.graph().find("w");
              boolean due = !weight.initializer().contentEquals(other);
              model.graph().setInitializer(weight, other);
              return due;
            });

    PassRun run = PassRun.of(pass, MODEL);

    assertThatThrownBy(() -> run.computesTheSame(1e-5))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("'y'");
  }

  @Test
  void aPassThatDecidesDifferentlyEachTimeIsCaught(@TempDir Path folder) {
    AtomicLong counter = new AtomicLong();
    Doing pass =
        new Doing(
            model -> {
              boolean due = model.graph().find("mark") == null;
              if (due) {
                model.graph().addInitializer("mark", Tensor.scalar(counter.incrementAndGet()));
              }
              return due;
            });

    assertThatThrownBy(
            () -> PassChecks.replayGivesTheSameBytes(pass, TextGraph.parse(MODEL), folder))
        .hasMessageContaining("the file that a replay writes");
  }

  @Test
  void anOptionThatDoesNotComeBackIsCaught() {
    assertThatThrownBy(() -> PassChecks.optionsSurviveARecipe(Shouting.class))
        .isInstanceOf(AssertionError.class);
  }
}

package io.demitasse.pass;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PassOptionsTest {

  enum Form {
    PLAIN,
    BIAS_GELU
  }

  @PassInfo(summary = "Do nothing", effect = PassInfo.Effect.EXACT)
  record DoNothing(
      @Option(doc = "Bits", value = "8", unit = "bits") int bits,
      @Option(doc = "Share", value = "0.5") double share,
      @Option(doc = "Form", value = "bias-gelu") Form form,
      @Option(doc = "By channel", value = "true") boolean perChannel,
      @Option(doc = "Operators", value = "MatMul, Gemm") List<String> operators)
      implements ModelPass {
    DoNothing {
      if (bits > 8) {
        throw new IllegalArgumentException("bits must be at most 8, got " + bits);
      }
    }

    @Override
    public void apply(Model model, PassContext context) {}
  }

  record Shared(
      @Option(doc = "Steps", value = "10") int steps,
      @Option(doc = "Rate", value = "0.1") double rate) {
    Shared {
      if (steps < 1) {
        throw new IllegalArgumentException("steps must be at least 1, got " + steps);
      }
    }
  }

  @PassInfo(summary = "Learn", effect = PassInfo.Effect.LEARNED)
  record Learn(
      @Option(doc = "Bits", value = "8") int bits,
      Shared shared,
      @Option(doc = "Form", value = "plain") Form form)
      implements ModelPass {
    @Override
    public void apply(Model model, PassContext context) {}
  }

  @PassInfo(summary = "Learn twice", effect = PassInfo.Effect.LEARNED)
  record LearnTwice(Shared shared, @Option(doc = "Steps", value = "1") int steps)
      implements ModelPass {
    @Override
    public void apply(Model model, PassContext context) {}
  }

  @Test
  void optionsOfAGroupStandAmongThoseOfThePass() {
    List<String> problems = new ArrayList<>();
    assertThat(PassOptions.declared(Learn.class))
        .extracting(PassOptions.Declared::name)
        .containsExactly("bits", "steps", "rate", "form");
    Learn pass = PassOptions.create(Learn.class, Map.of("steps", 3, "form", "bias-gelu"), problems);
    assertThat(pass).isEqualTo(new Learn(8, new Shared(3, .1), Form.BIAS_GELU));
    assertThat(PassOptions.values(new Learn(8, new Shared(3, .1), Form.BIAS_GELU)))
        .containsExactly(
            Map.entry("bits", 8),
            Map.entry("steps", 3),
            Map.entry("rate", .1),
            Map.entry("form", "bias-gelu"));
    assertThat(PassDeclaration.problems(Learn.class)).isEmpty();
  }

  @Test
  void whatAGroupRefusesIsAProblemOfThePass() {
    List<String> problems = new ArrayList<>();
    assertThat(PassOptions.create(Learn.class, Map.of("steps", 0, "bits", "x"), problems)).isNull();
    assertThat(problems)
        .contains(
            "pass 'learn': steps must be at least 1, got 0",
            "option 'bits' of pass 'learn' takes a whole number, got 'x'");
  }

  @Test
  void aGroupWithANameThatThePassHasIsNoDeclaration() {
    assertThat(PassDeclaration.problems(LearnTwice.class))
        .contains("it has two options of the name 'steps'");
  }

  @Test
  void defaultsComeFromTheDeclaration() {
    assertThat(PassOptions.name(DoNothing.class)).isEqualTo("do-nothing");
    assertThat(PassOptions.defaults(DoNothing.class))
        .isEqualTo(new DoNothing(8, .5, Form.BIAS_GELU, true, List.of("MatMul", "Gemm")));
  }

  @Test
  void valuesRoundTrip() {
    DoNothing pass = new DoNothing(4, .25, Form.PLAIN, false, List.of());
    List<String> problems = new ArrayList<>();
    Map<String, Object> values = PassOptions.values(pass);
    assertThat(values).containsEntry("per-channel", false).containsEntry("form", "plain");
    assertThat(PassOptions.create(DoNothing.class, values, problems)).isEqualTo(pass);
    assertThat(problems).isEmpty();
  }

  @Test
  void allProblemsAreToldAtOnce() {
    List<String> problems = new ArrayList<>();
    DoNothing pass =
        PassOptions.create(
            DoNothing.class, Map.of("bit", 4, "bits", "many", "form", "gelu"), problems);
    assertThat(pass).isNull();
    assertThat(problems)
        .containsExactlyInAnyOrder(
            "pass 'do-nothing' has no option 'bit'; it has"
                + " [bits, share, form, per-channel, operators]",
            "option 'bits' of pass 'do-nothing' takes a whole number, got 'many'",
            "option 'form' of pass 'do-nothing' takes one of [plain, bias-gelu], got 'gelu'");
  }

  @Test
  void whatThePassItselfRefusesIsAProblemToo() {
    List<String> problems = new ArrayList<>();
    assertThat(PassOptions.create(DoNothing.class, Map.of("bits", 16), problems)).isNull();
    assertThat(problems).containsExactly("pass 'do-nothing': bits must be at most 8, got 16");
  }
}

package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Model;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Option;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.PassProvider;
import io.demitasse.passes.Catalogue;
import io.demitasse.testkit.Brought;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class PassesCommandTest {

  @TempDir private Path folder;

  static Stream<Class<? extends Pass>> passes() {
    return Catalogue.PASSES.stream();
  }

  @Test
  void listsEveryPassInItsFamilyWithItsSentence() {
    Invocation run = Invocation.of("passes");

    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("clean", "fuse", "quantize");
    Catalogue.PASSES.forEach(
        pass ->
            assertThat(run.out())
                .contains(PassOptions.name(pass), PassOptions.info(pass).summary()));
  }

  @ParameterizedTest
  @MethodSource("passes")
  void explainsAPassWithItsOptions(Class<? extends Pass> pass) {
    Invocation run = Invocation.of("passes", PassOptions.name(pass));

    assertThat(run.code()).isZero();
    assertThat(run.out()).startsWith(PassOptions.name(pass) + ": ");
    PassOptions.declared(pass)
        .forEach(option -> assertThat(run.out()).contains(option.name(), option.option().doc()));
  }

  @ParameterizedTest
  @MethodSource("passes")
  void jsonHoldsThePassWithItsOptions(Class<? extends Pass> pass) {
    Invocation run = Invocation.of("passes", PassOptions.name(pass), "--json");

    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("\"name\" : \"" + PassOptions.name(pass) + "\"");
    PassOptions.declared(pass)
        .forEach(option -> assertThat(run.out()).contains("\"name\" : \"" + option.name() + "\""));
  }

  /** A pass of someone else's. */
  @PassInfo(
      summary = "Do nothing at all",
      effect = PassInfo.Effect.EXACT,
      needs = io.demitasse.port.Runtime.class)
  public record TakeRest(@Option(doc = "How long to rest", value = "3") int minutes)
      implements ModelPass {
    @Override
    public void apply(Model model, PassContext context) {}
  }

  /** Brings it. */
  public static final class Resting implements PassProvider {
    @Override
    public List<Class<? extends Pass>> passes() {
      return List.of(TakeRest.class);
    }
  }

  @Test
  void aPassOfOthersIsListedExplainedAndSuggestedLikeOurs() throws IOException {
    try (Brought _ = new Brought(folder, PassProvider.class, Resting.class.getName())) {
      assertThat(Invocation.of("passes").out())
          .contains("fold-constants")
          .containsPattern("take-rest +exact +Do nothing at all");
      assertThat(Invocation.of("passes", "take-rest").out())
          .startsWith("take-rest: Do nothing at all.")
          .containsPattern("needs ports +Runtime")
          .contains("minutes", "How long to rest", "- pass: take-rest");
      assertThat(Invocation.of("passes", "--json").out()).contains("\"name\" : \"take-rest\"");
      assertThat(Invocation.of("passes", "take-rst").err())
          .contains("there is no pass 'take-rst'; did you mean 'take-rest'?");
    }
  }

  @Test
  void anUnknownPassIsABadRequest() {
    Invocation run = Invocation.of("passes", "make-it-so");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("no pass 'make-it-so'", "demitasse passes");
  }
}

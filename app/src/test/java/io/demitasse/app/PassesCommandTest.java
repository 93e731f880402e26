package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.pass.Pass;
import io.demitasse.pass.PassOptions;
import io.demitasse.passes.Catalogue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class PassesCommandTest {

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

  @Test
  void anUnknownPassIsABadRequest() {
    Invocation run = Invocation.of("passes", "make-it-so");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("no pass 'make-it-so'", "demitasse passes");
  }
}

package io.demitasse.passes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.demitasse.data.Sample;
import io.demitasse.data.SyntheticInputs;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassInfo.Effect;
import io.demitasse.pass.PassOptions;
import io.demitasse.pipeline.Change;
import io.demitasse.testkit.GraphGenerator;
import io.demitasse.testkit.Numbers;
import io.demitasse.testkit.PassChecks;
import io.demitasse.testkit.PassRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What every pass of the catalogue promises, on random models. */
class CataloguePropertiesTest {
  private static final int SEEDS = 16;

  static Stream<Class<? extends Pass>> passes() {
    return Catalogue.PASSES.stream();
  }

  static Stream<Arguments> passesOfEffect(Effect effect) {
    return Catalogue.PASSES.stream()
        .filter(ModelPass.class::isAssignableFrom)
        .filter(pass -> PassOptions.info(pass).effect() == effect)
        .flatMap(pass -> LongStream.range(0, SEEDS).mapToObj(seed -> named(pass, seed)));
  }

  private static Arguments named(Class<? extends Pass> pass, long seed) {
    return Arguments.argumentSet(PassOptions.name(pass) + ", seed " + seed, pass, seed);
  }

  static Stream<Arguments> exactPasses() {
    return passesOfEffect(Effect.EXACT);
  }

  static Stream<Arguments> lossyPasses() {
    return passesOfEffect(Effect.LOSSY);
  }

  static Stream<Arguments> allPasses() {
    return Stream.concat(exactPasses(), lossyPasses());
  }

  @ParameterizedTest
  @MethodSource("passes")
  void optionsSurviveARecipe(Class<? extends Pass> pass) {
    PassChecks.optionsSurviveARecipe(pass);
  }

  @ParameterizedTest
  @MethodSource("exactPasses")
  void exactPassesKeepWhatAModelComputes(Class<? extends ModelPass> type, long seed) {
    PassChecks.applied(eager(type), model(type, seed)).computesTheSame(1e-5);
  }

  @ParameterizedTest
  @MethodSource("lossyPasses")
  void lossyPassesLeaveAModelThatRuns(Class<? extends ModelPass> type, long seed) {
    PassRun run = PassChecks.applied(eager(type), model(type, seed));
    Map<String, Tensor> inputs =
        ((Sample.Tensors) SyntheticInputs.of(run.before().graph(), seed, 1, Map.of()).get(0))
            .inputs();

    Map<String, Tensor> before = Numbers.run(run.before(), inputs);
    Map<String, Tensor> after = Numbers.run(run.after(), inputs);

    assertThat(after.keySet()).isEqualTo(before.keySet());
    after.forEach(
        (name, tensor) -> {
          assertThat(tensor).as(name).hasToString(before.get(name).toString());
          assertThat(Arrays.stream(tensor.toDoubles()).allMatch(Double::isFinite))
              .as(name)
              .isTrue();
        });
  }

  @ParameterizedTest
  @MethodSource("allPasses")
  void aReplayGivesTheSameBytes(Class<? extends ModelPass> type, long seed, @TempDir Path folder) {
    PassChecks.replayGivesTheSameBytes(eager(type), model(type, seed), folder);
  }

  @ParameterizedTest
  @MethodSource("passes")
  void everyPassFindsWorkInSomeModel(Class<? extends Pass> type) {
    assumeThat(ModelPass.class).isAssignableFrom(type);
    ModelPass pass = eager(type.asSubclass(ModelPass.class));

    boolean changed =
        LongStream.range(0, SEEDS)
            .mapToObj(seed -> PassChecks.applied(pass, model(pass.getClass(), seed)))
            .anyMatch(run -> run.changes().stream().anyMatch(Change::applied));

    assertThat(changed).isTrue();
  }

  /** A pass with its defaults, except that nothing is too small for it. */
  private static <P extends ModelPass> P eager(Class<P> type) {
    Map<String, Integer> thresholds = new LinkedHashMap<>();
    for (PassOptions.Declared option : PassOptions.declared(type)) {
      if (option.name().startsWith("minimum-")) {
        thresholds.put(option.name(), 1);
      }
    }
    return PassOptions.create(type, thresholds, new ArrayList<>());
  }

  private static Model model(Class<? extends ModelPass> type, long seed) {
    return GraphGenerator.model(seed, PassOptions.info(type).minimumOpset());
  }
}

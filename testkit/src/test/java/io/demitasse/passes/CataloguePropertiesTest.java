package io.demitasse.passes;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.data.Sample;
import io.demitasse.data.SyntheticInputs;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.pass.BundlePass;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassInfo.Effect;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.factorize.MergeFactors;
import io.demitasse.passes.prune.RemoveBlocks;
import io.demitasse.passes.prune.TrimVocabulary;
import io.demitasse.pipeline.Change;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.pipeline.StepResult;
import io.demitasse.port.LinearAlgebra;
import io.demitasse.port.ModelFormat.WriteOptions;
import io.demitasse.port.ModelFormat.WriteOptions.ExternalData;
import io.demitasse.port.Ports;
import io.demitasse.recipe.Step;
import io.demitasse.testkit.GraphGenerator;
import io.demitasse.testkit.Numbers;
import io.demitasse.testkit.PassChecks;
import io.demitasse.testkit.PassRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
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

  /**
   * What factors matrices or reads samples, and what undoes that, is tested where there are both.
   */
  private static boolean isElsewhere(Class<? extends Pass> pass) {
    return pass == MergeFactors.class
        || pass == RemoveBlocks.class
        || pass == TrimVocabulary.class
        || Arrays.asList(PassOptions.info(pass).needs()).contains(LinearAlgebra.class);
  }

  static Stream<Arguments> passesOfEffect(Effect effect) {
    return Catalogue.PASSES.stream()
        .filter(ModelPass.class::isAssignableFrom)
        .filter(pass -> !isElsewhere(pass))
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

  /** What learns needs a trainer and samples, and is tested where there are both. */
  static Stream<Class<? extends Pass>> modelPasses() {
    return passes()
        .filter(ModelPass.class::isAssignableFrom)
        .filter(pass -> !isElsewhere(pass))
        .filter(pass -> PassOptions.info(pass).effect() != Effect.LEARNED);
  }

  static Stream<Class<? extends Pass>> bundlePasses() {
    return passes().filter(BundlePass.class::isAssignableFrom).filter(pass -> !isElsewhere(pass));
  }

  @ParameterizedTest
  @MethodSource("modelPasses")
  void everyPassFindsWorkInSomeModel(Class<? extends ModelPass> type) {
    ModelPass pass = eager(type);

    boolean changed =
        LongStream.range(0, SEEDS)
            .mapToObj(seed -> PassChecks.applied(pass, model(pass.getClass(), seed)))
            .anyMatch(run -> run.changes().stream().anyMatch(Change::applied));

    assertThat(changed)
        .as("a generated model holds what it looks for: write it into TokenBlocks or ImageBlocks")
        .isTrue();
  }

  @ParameterizedTest
  @MethodSource("bundlePasses")
  void everyBundlePassFindsWorkAndKeepsWhatPartsCompute(
      Class<? extends BundlePass> type, @TempDir Path folder) {
    Step step = Step.of(PassOptions.defaults(type), Where.EVERYWHERE);
    int changed = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      Bundle before = twins(seed);
      Pipeline pipeline = new Pipeline(Ports.find().runtime(), before, null, seed);

      StepResult result = pipeline.apply(before, step);

      changed += result.changedAnything() ? 1 : 0;
      Path written = write(result.bundle(), folder.resolve("first" + seed), 1);
      Path again = write(pipeline.apply(before, step).bundle(), folder.resolve("second" + seed), 2);
      assertSameFiles(written, again);
      assertSameOutputs(before, written, seed);
    }
    assertThat(changed).isPositive();
  }

  /** Two models with the same weights, read apart. */
  private static Bundle twins(long seed) {
    return new Bundle(
        Map.of("one", GraphGenerator.model(seed, 17), "two", GraphGenerator.model(seed, 17)));
  }

  private static Path write(Bundle bundle, Path folder, int threads) {
    Map<Path, Model> models = new LinkedHashMap<>();
    new TreeMap<>(bundle.parts())
        .forEach((part, model) -> models.put(folder.resolve(part + ".onnx"), model));
    try {
      Files.createDirectory(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Ports.find().format().write(models, new WriteOptions(ExternalData.WHEN_NEEDED, threads));
    return folder;
  }

  private static void assertSameFiles(Path one, Path other) {
    try (Stream<Path> files = Files.list(one)) {
      for (Path file : files.toList()) {
        assertThat(Files.mismatch(file, other.resolve(file.getFileName()))).isEqualTo(-1);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertSameOutputs(Bundle bundle, Path folder, long seed) {
    Map<String, Tensor> inputs =
        ((Sample.Tensors) SyntheticInputs.of(bundle.part("one").graph(), seed, 1, Map.of()).get(0))
            .inputs();
    bundle
        .parts()
        .forEach(
            (part, model) -> {
              Model small = Ports.find().format().read(folder.resolve(part + ".onnx"));
              Numbers.assertClose(Numbers.run(model, inputs), Numbers.run(small, inputs), 1e-5);
            });
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

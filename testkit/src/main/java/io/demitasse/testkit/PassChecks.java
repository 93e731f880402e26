package io.demitasse.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.calibrate.Calibrator;
import io.demitasse.calibrate.Observation;
import io.demitasse.calibrate.Statistics;
import io.demitasse.data.IdentityProgram;
import io.demitasse.data.Samples;
import io.demitasse.data.SyntheticInputs;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.PassPorts;
import io.demitasse.pass.Where;
import io.demitasse.pipeline.PartContext;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.ModelFormat.WriteOptions;
import io.demitasse.port.Ports;
import io.demitasse.recipe.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What every pass must stand, whatever it does. {@link PassRun} checks the rest each time it
 * applies one.
 */
public final class PassChecks {
  private static final ModelFormat FORMAT = Ports.find().format();

  /** Made up, to observe what passes ask for. */
  private static final int SAMPLES = 4;

  private PassChecks() {}

  /** Checks that a pass with its defaults comes back from its options as a recipe spells them. */
  public static void optionsSurviveARecipe(Class<? extends Pass> type) {
    Pass pass = PassOptions.defaults(type);
    List<String> problems = new ArrayList<>();
    Pass again = PassOptions.create(type, PassOptions.values(pass), problems);
    assertThat(problems).as("problems with the options of %s", type.getSimpleName()).isEmpty();
    assertThat(again).isEqualTo(pass);
  }

  /** Applies a pass with all checks, after answering what it observes on made-up samples. */
  public static PassRun applied(ModelPass pass, Model model) {
    return applied(pass, model, SAMPLES);
  }

  /** The same on so many samples. */
  public static PassRun applied(ModelPass pass, Model model, int samples) {
    return PassRun.of(
        pass, model, Where.EVERYWHERE, (Model some) -> statistics(pass, some, samples));
  }

  private static Statistics statistics(ModelPass pass, Model model, int count) {
    PartContext context =
        new PartContext(Bundle.SINGLE, model, model, Step.of(pass, Where.EVERYWHERE), 1)
            .with(PassPorts.of(pass.getClass()).found());
    Set<Observation<?>> observations = pass.observations(model, context);
    if (observations.isEmpty()) {
      return Statistics.NONE;
    }
    Samples samples = SyntheticInputs.of(model.graph(), 3, count, Map.of());
    return new Calibrator(Ports.find().runtime())
        .collect(observations, Bundle.of(model), new IdentityProgram(), samples);
  }

  private static Model once(ModelPass pass, Model model) {
    return PassRun.once(pass, model, Where.EVERYWHERE, statistics(pass, model, SAMPLES));
  }

  /** Checks that applying a pass anew gives the same file, at one thread and at two. */
  public static void replayGivesTheSameBytes(ModelPass pass, Model model, Path folder) {
    byte[] first = bytes(once(pass, model), folder.resolve("first.onnx"), 1);
    byte[] second = bytes(once(pass, model), folder.resolve("second.onnx"), 2);
    assertThat(second).as("the file that a replay writes").isEqualTo(first);
  }

  private static byte[] bytes(Model model, Path file, int threads) {
    FORMAT.write(model, file, new WriteOptions(WriteOptions.ExternalData.WHEN_NEEDED, threads));
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

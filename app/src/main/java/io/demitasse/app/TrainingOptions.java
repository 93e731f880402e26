package io.demitasse.app;

import io.demitasse.Demitasse;
import io.demitasse.app.console.Console;
import io.demitasse.error.DemitasseException;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.recipe.Budget;
import io.demitasse.recipe.Recipe;
import io.demitasse.recipe.Step;
import io.demitasse.result.Output;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the commands that train one model have in common. */
final class TrainingOptions {
  /** The result is what was learned best; what it may lose against what it was is nobody's say. */
  private static final String ANY_LOSS = "drop<=any";

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUT",
      description = "X.onnx, with recipe and report beside it; any other name becomes a folder.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
  private Path output;

  @Option(
      names = "--set",
      paramLabel = "OPTION=VALUE",
      description =
          "An option of the pass, such as rate=0.001 or epochs=10; may be repeated. 'demitasse"
              + " passes fine-tune', self-supervise, sparsify or distill shows them.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--nodes",
      split = ",",
      paramLabel = "GLOB,...",
      description = "Train the weights of nodes of these names alone, such as '*_lora_*'.")
  private List<String> nodes = new ArrayList<>();

  @Option(
      names = "--budget",
      paramLabel = "LIMITS",
      description = "Limits such as \"drop<=1%%\" that the result is held to. Default: none.")
  private @Nullable String budget;

  @Mixin private final TaskOptions task = new TaskOptions();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of everything random. Default: ${DEFAULT-VALUE}.")
  private long seed = 7;

  @Mixin private final TimingOption timing = new TimingOption();

  @Mixin private final TimeOption time = new TimeOption();

  @Mixin private final DeviceOption device = new DeviceOption();

  @Mixin private final JournalOption journal = new JournalOption();

  @Option(
      names = "--force",
      description =
          "Replace the model that exists and what Demitasse wrote with it; never the original, and"
              + " nothing of anyone else.")
  private boolean force;

  @Mixin private final TensorBoardOption curves = new TensorBoardOption();

  @Mixin private final OpenOption open = new OpenOption();

  @Option(names = "--json", description = "Print JSON instead of tables.")
  private boolean json;

  /**
   * Trains a model and writes what came of it.
   *
   * @param usual options of the pass that the command sets where nobody says otherwise
   */
  void run(Demitasse job, Class<? extends Pass> kind, Map<String, String> usual, Console console) {
    Map<String, String> all = new LinkedHashMap<>(usual);
    all.putAll(settings);
    Step step = Step.of(pass(kind, all), where());
    Budget held = Budget.parse(budget == null ? ANY_LOSS : budget);
    job.recipe(new Recipe(List.of(step), "", held, seed, false, Map.of())).seed(seed).strict(true);
    task.apply(job);
    timing.apply(job);
    time.apply(job);
    device.apply(job);
    journal.apply(job, output);
    Output written = new CompressionRun(console, json, curves).compress(job, output, force);
    journal.done(output);
    open.show(written.html(), console);
  }

  private static Pass pass(Class<? extends Pass> kind, Map<String, String> settings) {
    List<String> problems = new ArrayList<>();
    Pass pass = PassOptions.create(kind, settings, problems);
    if (pass == null) {
      throw DemitasseException.badRequest(String.join("; ", problems) + ".");
    }
    return pass;
  }

  private Where where() {
    return nodes.isEmpty()
        ? Where.EVERYWHERE
        : new Where(List.of(), List.of(), nodes, List.of(), List.of());
  }
}

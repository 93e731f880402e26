package io.demitasse.app;

import io.demitasse.Demitasse;
import io.demitasse.Front;
import io.demitasse.app.console.Console;
import io.demitasse.error.DemitasseException;
import io.demitasse.recipe.Preference;
import io.demitasse.recipe.Preset;
import io.demitasse.recipe.Recipe;
import io.demitasse.recipe.Recipes;
import io.demitasse.recipe.SearchMethod;
import io.demitasse.result.Output;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a model small: the main job. */
@Command(
    name = "compress",
    description = {
      "Makes a model as small and fast as its accuracy allows.",
      "",
      "Every change is measured on this machine. What makes the model slower, or costs more"
          + " accuracy than the budget allows, is dropped. The original is never changed.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  demitasse compress model.onnx -o small.onnx --data texts.txt",
      "      smallest and fastest that agrees with the original on your texts",
      "  demitasse compress model.onnx -o small/ --budget \"size<=30%%, drop<=1%%\"",
      "      model, recipe and report in a folder, and whether the budget is met",
      "  demitasse compress model.onnx -o again.onnx --recipe small.recipe.yaml",
      "      the same bytes again, without a search",
      "  demitasse compress model.onnx -o small.onnx --resume",
      "      go on where a run that was cut short had come to",
      "  demitasse compress model.onnx -o small.onnx --dry-run",
      "      what would be tried, and the size that may come of it",
      "  demitasse compress model.onnx -o results --data texts.txt --front 5",
      "      several results to choose from, from exact to smallest"
    })
final class CompressCommand implements Runnable {
  @Parameters(
      paramLabel = "MODEL",
      description = "An ONNX file, or a folder of one with what lies beside it, or of several.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
  private Path model;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUT",
      description = "X.onnx, with recipe and report beside it; any other name becomes a folder.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
  private Path output;

  @Option(
      names = "--budget",
      paramLabel = "LIMITS",
      description = "Limits such as \"size<=30%%, latency<=60%%, drop<=1%%\". Default: drop<=1%%.")
  private @Nullable String budget;

  @Option(
      names = "--recipe",
      paramLabel = "RECIPE",
      completionCandidates = Candidates.Recipes.class,
      description =
          "Steps to take instead of a search: a file, or a name that 'demitasse recipe list'"
              + " tells.")
  private @Nullable String recipe;

  @Option(
      names = "--retrain",
      description = "Train anew what steps of the recipe have learned, instead of bringing it in.")
  private boolean retrain;

  @Option(
      names = "--preset",
      paramLabel = "PURPOSE",
      completionCandidates = Candidates.Presets.class,
      description = {
        "What the result is for:",
        "server: ONNX Runtime on a processor, nothing slower; the default",
        "browser: the smallest download, at most half again the time, operators of ONNX alone,"
            + " right on any processor",
        "mobile: accelerators, nothing slower, operators of ONNX alone",
        "smallest: the smallest file, at most twice the time"
      })
  private @Nullable String preset;

  @Option(
      names = "--prefer",
      paramLabel = "WHAT",
      completionCandidates = Candidates.Preferences.class,
      description =
          "What counts more where a choice is between small and fast: size, speed or balanced."
              + " Default: as the preset has it, for a server balanced.")
  private @Nullable String preference;

  @Option(
      names = "--search",
      paramLabel = "HOW",
      completionCandidates = Candidates.SearchMethods.class,
      description = {
        "How it is decided what to try:",
        "allocate: each layer is given the form that serves the whole best; the default",
        "greedy: the layers that do most harm are left as they are",
        "grid: as allocate, with every form in all the settings that are worth trying"
      })
  private @Nullable String search;

  @Option(
      names = "--any-processor",
      description =
          "Give weights 7 bits where they are multiplied as integers, so that the result is right"
              + " on x86 without VNNI too, which cuts off sums of products of 8 bits.")
  private boolean anyProcessor;

  @Option(
      names = "--recovery",
      paramLabel = "OPTION=VALUE",
      description =
          "An option of the training that wins accuracy back, such as flip=true or rate=0.001; may"
              + " be repeated. Needs --time. 'demitasse passes distill' shows them.")
  private Map<String, String> recovery = new LinkedHashMap<>();

  @Mixin private final TaskOptions task = new TaskOptions();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of everything random. Default: 7.")
  private @Nullable Long seed;

  @Mixin private final TimingOption timing = new TimingOption();

  @Option(
      names = "--quick",
      description =
          "Take what is most likely good, in seconds, and measure nothing: labeled so"
              + " everywhere. The result is only known to load and to be near on one sample.")
  private boolean quick;

  @Mixin private final SaliencyOption saliency = new SaliencyOption();

  @Mixin private final TimeOption time = new TimeOption();

  @Option(
      names = "--front",
      paramLabel = "N",
      description =
          "Write up to N results into a new folder instead of one, of which none beats another in"
              + " size, time and loss, with a page that shows them side by side.")
  private @Nullable Integer front;

  @Mixin private final KeepBestOption keepBest = new KeepBestOption();

  @Mixin private final DeviceOption device = new DeviceOption();

  @Mixin private final JournalOption journal = new JournalOption();

  @Option(
      names = "--strict",
      description =
          "Fail when the budget is not met, or when a step of the recipe changes nothing.")
  private boolean strict;

  @Option(
      names = "--force",
      description =
          "Replace the model that exists and what Demitasse wrote with it; never the original, and"
              + " nothing of anyone else.")
  private boolean force;

  @Option(names = "--dry-run", description = "Tell what would be tried, and write nothing.")
  private boolean dryRun;

  @Mixin private final TensorBoardOption curves = new TensorBoardOption();

  @Mixin private final OpenOption open = new OpenOption();

  @Option(names = "--json", description = "Print JSON instead of tables.")
  private boolean json;

  private final Console console;

  CompressCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    model = OneModel.of(model, output);
    CompressionRun run = new CompressionRun(console, json, curves);
    Demitasse job = job();
    if (dryRun && front != null) {
      throw DemitasseException.badRequest(
          "--dry-run tells what is tried for one result: leave --front out.");
    }
    if (dryRun) {
      run.forecast(job);
      return;
    }
    journal.apply(job, output);
    keepBest.apply(job, console);
    if (front != null) {
      new FrontRun(console, json).search(job, output, front);
      journal.done(output);
      open.show(Front.page(output), console);
      return;
    }
    Output written = run.compress(job, output, force);
    journal.done(output);
    open.show(written.html(), console);
  }

  private Demitasse job() {
    Demitasse job = Demitasse.open(model).strict(strict);
    timing.apply(job);
    task.apply(job);
    time.apply(job);
    device.apply(job);
    if (budget != null) {
      job.budget(budget);
    }
    if (recipe != null) {
      Recipe steps = Recipes.find(recipe);
      job.recipe(retrain ? steps.retrained() : steps);
      keep(job, recipe);
    } else if (retrain) {
      throw DemitasseException.badRequest("--retrain is for a recipe: give --recipe as well.");
    }
    if (preset != null) {
      job.preset(Preset.of(preset));
    }
    if (preference != null) {
      job.prefer(Preference.of(preference));
    }
    if (search != null) {
      job.search(SearchMethod.of(search));
    }
    if (anyProcessor) {
      job.anyProcessor();
    }
    if (!recovery.isEmpty()) {
      job.recovery(recovery);
    }
    if (quick) {
      job.quick();
    }
    saliency.apply(job);
    if (seed != null) {
      job.seed(seed);
    }
    return job;
  }

  /** A recipe may be a file, or one of those that come with the command. */
  private static void keep(Demitasse job, String recipe) {
    try {
      job.keep(Path.of(recipe));
    } catch (InvalidPathException e) {
      // A name that no file has.
    }
  }
}

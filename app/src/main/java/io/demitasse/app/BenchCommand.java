package io.demitasse.app;

import io.demitasse.Demitasse;
import io.demitasse.app.console.Console;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.BoundedRuntime;
import io.demitasse.evaluate.Memory;
import io.demitasse.evaluate.OtherLoad;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.evaluate.Workload;
import io.demitasse.ir.Model;
import io.demitasse.ir.Value;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import io.demitasse.port.Runtime.SessionOptions;
import io.demitasse.report.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Times models against each other. */
@Command(
    name = "bench",
    description = {
      "Times models, or bundles, against each other.",
      "",
      "Fresh sessions run in pairs, interleaved, so that noise meets both alike.",
      "Slower means that the whole 95 %% interval of the ratio lies above 1.03. A bundle is"
          + " timed as a whole and by part, on what flows through it.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  demitasse bench model.onnx",
      "      how long a run takes, and how far two sessions of one model differ here",
      "  demitasse bench small.onnx other.onnx --against model.onnx",
      "      both against one model",
      "  demitasse bench small.onnx --against model.onnx --shape batch=8,seq=64",
      "      on eight sequences of 64",
      "  demitasse bench small/ --against original/ --data samples/",
      "      a bundle of several models, end to end and by part"
    })
final class BenchCommand implements Runnable {
  @Parameters(
      arity = "1..*",
      paramLabel = "MODEL",
      description = "One or more ONNX files, or folders.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
  private List<Path> models;

  @Option(
      names = "--against",
      paramLabel = "OTHER",
      description = "What to compare with. Default: the first MODEL.")
  private @Nullable Path against;

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description =
          "Samples to run, as for 'compress'. Default: for a bundle of program ocr the built-in"
              + " pages; for a model, inputs are invented.")
  private @Nullable Path data;

  @Option(
      names = "--task",
      paramLabel = "NAME",
      completionCandidates = Candidates.Tasks.class,
      description =
          "What reads the samples, as for 'compress': ${COMPLETION-CANDIDATES}. Default:"
              + " agreement.")
  private @Nullable String task;

  @Mixin private final ShapeOption shape = new ShapeOption();

  @Mixin private final ThreadsOption threads = new ThreadsOption();

  @Mixin private final MemoryOption memory = new MemoryOption();

  @Option(names = "--quick", description = "Measure for seconds instead of minutes.")
  private boolean quick;

  @Option(
      names = "--timing",
      paramLabel = "MS",
      description =
          "Milliseconds to time each kind of input in each pair of sessions. Default: 1000, or 250"
              + " with --quick.")
  private @Nullable Integer timing;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  private final Console console;

  BenchCommand(Console console) {
    this.console = console;
  }

  /** What was measured of one model. */
  record Timed(String model, String against, int threads, List<TimingComparison> timings) {}

  @Override
  public void run() {
    SessionOptions options = SessionOptions.of(threads.count());
    boolean given = data != null || task != null;
    Path baseline = subject(baseline(), given);
    List<Path> candidates =
        new ArrayList<>(models.stream().map(model -> subject(model, given)).toList());
    if (against == null && models.size() > 1) {
      candidates.removeFirst();
    }
    boolean onSamples =
        given || Files.isDirectory(baseline) || candidates.stream().anyMatch(Files::isDirectory);
    if (onSamples) {
      shape.requireNone("A bundle, and --data, bring inputs of their own");
      new BundleBench(console, job(baseline), options.threads()).run(baseline, candidates, json);
    } else {
      time(baseline, candidates, options);
    }
  }

  /** A folder with one model is that model; what samples become is told by what lies beside it. */
  private static Path subject(Path path, boolean onSamples) {
    return onSamples ? path : OneModel.of(path);
  }

  /** The baseline, to be run on samples. */
  private Demitasse job(Path baseline) {
    Demitasse job = Demitasse.open(baseline).threads(threads.count()).effort(effort());
    if (memory.isGiven()) {
      job.memory(memory.memory().bytes());
    }
    if (data != null) {
      job.data(data);
    }
    if (task != null) {
      job.task(task);
    }
    return job;
  }

  private void time(Path baseline, List<Path> candidates, SessionOptions options) {
    Memory allowed = memory.memory();
    Ports ports = BoundedRuntime.bound(Ports.find(), allowed);
    PairedTiming pairs = new PairedTiming(effort());
    Model model = ports.format().read(baseline);
    candidates.forEach(each -> requireSameInputs(baseline, model, each, ports.format().read(each)));
    List<Workload> workloads =
        shape.workloads(model, allowed, () -> ports.runtime().open(baseline, options));
    List<Timed> timed =
        candidates.stream()
            .map(each -> timed(pairs, ports.runtime(), baseline, each, workloads, options))
            .toList();
    if (json) {
      console.print(Json.text(timed));
    } else {
      new BenchTable(console)
          .show(
              baseline.toString(),
              options.threads(),
              timed.stream()
                  .map(each -> new BenchTable.Times(each.model(), each.timings()))
                  .toList());
    }
  }

  private Path baseline() {
    return against == null ? models.getFirst() : against;
  }

  private static void requireSameInputs(Path baseline, Model model, Path other, Model candidate) {
    Set<String> expected = inputs(model);
    Set<String> got = inputs(candidate);
    if (!expected.equals(got)) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "Models with different inputs cannot be timed against each other: %s takes %s, %s"
                  + " takes %s.",
              baseline,
              String.join(", ", expected),
              other,
              String.join(", ", got)));
    }
  }

  private static Set<String> inputs(Model model) {
    return model.graph().inputs().stream()
        .map(Value::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private Timed timed(
      PairedTiming pairs,
      Runtime runtime,
      Path baseline,
      Path candidate,
      List<Workload> workloads,
      SessionOptions options) {
    console.note("  timing " + candidate + " against " + baseline + " ...");
    OtherLoad load = new OtherLoad();
    List<TimingComparison> timings =
        load.during(
            () ->
                pairs.compare(
                    () -> PairedTiming.Subject.of(runtime.open(baseline, options)),
                    () -> PairedTiming.Subject.of(runtime.open(candidate, options)),
                    workloads));
    load.remark().ifPresent(remark -> console.note("  " + remark));
    return new Timed(candidate.toString(), baseline.toString(), options.threads(), timings);
  }

  private PairedTiming.Effort effort() {
    PairedTiming.Effort usual = quick ? PairedTiming.Effort.QUICK : PairedTiming.Effort.THOROUGH;
    return timing == null ? usual : usual.of(timing);
  }
}

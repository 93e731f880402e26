package io.demitasse.app;

import io.demitasse.app.console.Console;
import io.demitasse.app.console.Figures;
import io.demitasse.app.console.Table;
import io.demitasse.evaluate.BoundedRuntime;
import io.demitasse.evaluate.Memory;
import io.demitasse.evaluate.OtherLoad;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.evaluate.Workload;
import io.demitasse.ir.Model;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import io.demitasse.port.Runtime.SessionOptions;
import io.demitasse.report.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Times models against each other. */
@Command(
    name = "bench",
    description = {
      "Times models against each other.",
      "",
      "Fresh sessions run in pairs, interleaved, so that noise meets both alike.",
      "Slower means that the whole 95 %% interval of the ratio lies above 1.03.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  demitasse bench model.onnx",
      "      how long a run takes, and how far two sessions of one model differ here",
      "  demitasse bench small.onnx other.onnx --against model.onnx",
      "      both against one model",
      "  demitasse bench small.onnx --against model.onnx --shape batch=8,seq=64",
      "      on eight sequences of 64"
    })
final class BenchCommand implements Runnable {
  @Parameters(arity = "1..*", paramLabel = "MODEL", description = "One or more ONNX files.")
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
  private List<Path> models;

  @Option(
      names = "--against",
      paramLabel = "OTHER",
      description = "What to compare with. Default: the first MODEL.")
  private @Nullable Path against;

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
    Path baseline = baseline();
    List<Path> candidates = new ArrayList<>(models);
    if (against == null && models.size() > 1) {
      candidates.removeFirst();
    }
    Memory allowed = memory.memory();
    Ports ports = BoundedRuntime.bound(Ports.find(), allowed);
    Model model = ports.format().read(baseline);
    candidates.forEach(candidate -> ports.format().read(candidate));
    List<Workload> workloads =
        shape.workloads(model, allowed, () -> ports.runtime().open(baseline, options));
    List<Timed> timed =
        candidates.stream().map(each -> timed(ports.runtime(), each, workloads, options)).toList();
    if (json) {
      console.print(Json.text(timed));
    } else {
      show(timed);
    }
  }

  private Path baseline() {
    return against == null ? models.getFirst() : against;
  }

  private Timed timed(
      Runtime runtime, Path candidate, List<Workload> workloads, SessionOptions options) {
    Path baseline = baseline();
    console.note("  timing " + candidate + " against " + baseline + " ...");
    OtherLoad load = new OtherLoad();
    List<TimingComparison> timings =
        load.during(
            () ->
                new PairedTiming(effort())
                    .compare(
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

  private void show(List<Timed> all) {
    Table table =
        new Table()
            .left("inputs")
            .left("model")
            .right("time")
            .right("10-90 %")
            .right("ratio")
            .right("95 %")
            .left("");
    for (int workload = 0; workload < all.getFirst().timings().size(); workload++) {
      addBaseline(table, all.getFirst(), workload);
      for (Timed timed : all) {
        addCandidate(table, timed, workload);
      }
    }
    console.print(console.bold("Latency, " + ReportView.threads(all.getFirst().threads())));
    console.print(table);
    if (all.getFirst().model().equals(all.getFirst().against())) {
      console.print("");
      console.print(
          "The model was timed against itself: the ratio tells how noisy this machine is.");
    }
  }

  private static void addBaseline(Table table, Timed timed, int workload) {
    TimingComparison timing = timed.timings().get(workload);
    table.row(
        timing.workload(),
        timed.against(),
        Figures.milliseconds(timing.baseline().time().value()),
        ReportView.spread(timing.baseline()),
        "",
        "",
        "");
  }

  private static void addCandidate(Table table, Timed timed, int workload) {
    TimingComparison timing = timed.timings().get(workload);
    table.row(
        "",
        timed.model(),
        Figures.milliseconds(timing.candidate().time().value()),
        ReportView.spread(timing.candidate()),
        Figures.ratio(timing.ratio().value()),
        Figures.ratio(timing.ratio().low()) + "-" + Figures.ratio(timing.ratio().high()),
        ReportView.verdict(timing.verdict()));
  }
}

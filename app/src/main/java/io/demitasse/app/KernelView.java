package io.demitasse.app;

import io.demitasse.app.console.Console;
import io.demitasse.app.console.Figures;
import io.demitasse.app.console.Table;
import io.demitasse.cost.CostFile;
import io.demitasse.cost.Kernel;
import io.demitasse.cost.KernelCost;
import io.demitasse.cost.Setting;
import io.demitasse.kernels.KernelTable;
import io.demitasse.kernels.KernelTimer;
import io.demitasse.kernels.StandardKernels;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import io.demitasse.report.Json;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Shows what kernels cost on this machine, after measuring what nobody has measured yet. */
record KernelView(Console console, boolean json) {
  private static final int DATE = 10;

  /** The table for programs. */
  record Costs(String machine, String runtime, int threads, String file, List<Row> kernels) {}

  /** A kernel in a form; times in milliseconds. */
  record Row(
      String operator,
      String shape,
      String types,
      String form,
      double milliseconds,
      String against,
      double againstMilliseconds,
      double ratio,
      double ratioLow,
      double ratioHigh,
      String measured) {

    static Row of(KernelCost cost) {
      Kernel kernel = cost.kernel();
      return new Row(
          kernel.operator(),
          kernel.shape(),
          kernel.types(),
          kernel.form(),
          cost.milliseconds(),
          cost.against(),
          cost.againstMilliseconds(),
          cost.ratio(),
          cost.low(),
          cost.high(),
          cost.measured().toString());
    }
  }

  /**
   * @param again whether to measure also what was measured before
   */
  void show(int threads, boolean again) {
    Runtime runtime = Ports.find().runtime();
    CostFile file = CostFile.of(Setting.here(runtime.version(), threads));
    KernelTable table = new KernelTable(file, StandardKernels.all(), again);
    table
        .ignored()
        .ifPresent(why -> console.note("  " + file.path() + " is measured anew: " + why));
    if (table.missing() > 0) {
      console.note("  " + announcement(table, threads));
      fill(table, runtime, threads);
    }
    Collection<KernelCost> costs = table.costs().all();
    if (json) {
      print(file, costs);
    } else {
      print(file.setting(), costs);
    }
  }

  private static String announcement(KernelTable table, int threads) {
    return String.format(
        Locale.ROOT,
        "To be measured: %d of %d kernels, with %s; on a quiet machine that takes about %s",
        table.missing(),
        table.size(),
        threads(threads),
        seconds(table.estimate()));
  }

  private static String threads(int threads) {
    return threads == 1 ? "1 thread" : threads + " threads";
  }

  private static String seconds(Duration duration) {
    long seconds = duration.plus(1, ChronoUnit.SECONDS).toSeconds();
    return seconds < 120 ? seconds + " s" : (seconds + 30) / 60 + " min";
  }

  private void fill(KernelTable table, Runtime runtime, int threads) {
    try (Progress progress = new Progress(console)) {
      table.fill(KernelTimer.of(runtime, threads), progress);
    }
  }

  private void print(CostFile file, Collection<KernelCost> costs) {
    Setting setting = file.setting();
    console.print(
        Json.text(
            new Costs(
                setting.machine(),
                setting.runtime(),
                setting.threads(),
                file.path().toString(),
                costs.stream().map(Row::of).toList())));
  }

  private void print(Setting setting, Collection<KernelCost> costs) {
    console.print(setting.machine() + "; " + setting.runtime() + "; " + threads(setting.threads()));
    console.print("");
    Table table =
        new Table()
            .left("operator")
            .left("inputs and weights")
            .left("form")
            .right("ms")
            .left("against")
            .right("ms")
            .right("ratio")
            .left("")
            .left("measured")
            .whole();
    for (KernelCost cost : costs) {
      table.row(
          cost.kernel().operator(),
          cost.kernel().shape(),
          cost.kernel().form(),
          Figures.significant(cost.milliseconds()),
          cost.against(),
          Figures.significant(cost.againstMilliseconds()),
          Figures.ratio(cost.ratio()),
          Figures.ratio(cost.low()) + " to " + Figures.ratio(cost.high()),
          cost.measured().toString().substring(0, DATE));
    }
    console.print(table);
  }
}

package io.demitasse.app;

import io.demitasse.Compressed;
import io.demitasse.app.console.Console;
import io.demitasse.app.console.Figures;
import io.demitasse.app.console.Table;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.recipe.Budget;
import io.demitasse.report.Report;
import io.demitasse.result.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What to do with a result: the last words of a run. */
record NextSteps(Console console) {
  private static final String RUNTIME_DOMAIN = "com.microsoft";

  /** Columns of the heads, of which the longest is "be surer", and the space around them. */
  private static final int BEFORE_TEXT = 12;

  /** What is hardly smaller is not worth a word. */
  private static final double MUCH_SMALLER = .9;

  /**
   * @param output where the result is; its page is named last, as a link that terminals let people
   *     press
   */
  void show(Compressed compressed, Output output) {
    console.section("Next");
    Table table = new Table().left("").left("").whole();
    int most = console.columns() - BEFORE_TEXT;
    Bundle bundle = compressed.bundle();
    Path file = output.model();
    table.row(
        "load it", "OrtEnvironment.getEnvironment().createSession(" + path(file, bundle) + ")");
    table.text("", needs(bundle), most);
    if (!compressed.advice().isEmpty()) {
      table.text("be surer", compressed.advice(), most);
    }
    tooSlow(compressed.report(), compressed.recipe().budget())
        .ifPresent(told -> table.text("shrink", told, most));
    table.row("read why", output.html().toUri().toString());
    console.print(table);
  }

  /** What would be much smaller and was dropped for its time alone, where nobody limited time. */
  static Optional<String> tooSlow(Report report, Budget budget) {
    if (budget.latency().isPresent()) {
      return Optional.empty();
    }
    return report.candidates().stream()
        .filter(
            tried -> !tried.kept() && tried.bytes() > 0 && slowest(tried) > PairedTiming.TOLERANCE)
        .filter(tried -> tried.bytes() < MUCH_SMALLER * report.bytesAfter())
        .min(Comparator.comparingLong(Report.Tried::bytes))
        .map(tried -> tooSlow(tried, report.bytesBefore()));
  }

  private static String tooSlow(Report.Tried tried, long bytesBefore) {
    return String.format(
        Locale.ROOT,
        "%s has %s of the size and was dropped for its time alone: --budget \"latency<=%d%%\" lets"
            + " it be tried.",
        tried.title(),
        Figures.percent((double) tried.bytes() / bytesBefore),
        10 * (int) Math.ceil(10 * slowest(tried)));
  }

  /** The most that it takes of its parent's time; 0 where it was not timed. */
  private static double slowest(Report.Tried tried) {
    return tried.timings().stream().mapToDouble(timing -> timing.ratio().high()).max().orElse(0);
  }

  private static String path(Path result, Bundle bundle) {
    boolean single = bundle.parts().keySet().equals(Set.of(Bundle.SINGLE));
    Path file = single && Files.isDirectory(result) ? modelIn(result) : result;
    String quoted = '"' + file.toString().replace("\\", "\\\\") + '"';
    return single ? quoted : quoted + " + \"/\" + the file of a part";
  }

  private static Path modelIn(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".onnx")).findFirst().orElse(folder);
    } catch (IOException e) {
      return folder;
    }
  }

  private static String needs(Bundle bundle) {
    Set<String> own = ownOperators(bundle);
    return own.isEmpty()
        ? "It has operators of ONNX alone: any runtime of its opset loads it."
        : "It needs ONNX Runtime, in any language: "
            + String.join(", ", own)
            + " are its own operators.";
  }

  /** Operators that only ONNX Runtime has. */
  private static Set<String> ownOperators(Bundle bundle) {
    Set<String> own = new TreeSet<>();
    for (Model model : bundle.parts().values()) {
      model.forEachNode(
          node -> {
            if (node.domain().equals(RUNTIME_DOMAIN)) {
              own.add(node.opType());
            }
          });
    }
    return own;
  }
}

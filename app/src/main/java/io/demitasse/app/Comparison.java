package io.demitasse.app;

import static java.util.stream.Collectors.joining;

import io.demitasse.app.console.Figures;
import io.demitasse.report.Report;
import io.demitasse.report.ReportSummary;
import io.demitasse.report.Version;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Results side by side, and how far their figures may be held against each other. */
record Comparison(List<Result> results) {

  /**
   * A result.
   *
   * @param name as it was given
   * @param file of its report
   * @param changed files of the result that are no more as the report has them
   */
  record Result(String name, String file, ReportSummary report, List<String> changed) {
    Result {
      changed = List.copyOf(changed);
    }
  }

  /**
   * What the results have in common. Of different originals no figures can be compared.
   *
   * @param machine where those that were timed were timed, and with what
   * @param data what those that were judged were judged on, by which task
   */
  record Common(boolean original, boolean machine, boolean data) {}

  Common common() {
    return new Common(
        grouped(results, Comparison::fingerprint).size() < 2,
        grouped(timed(), Comparison::machine).size() < 2,
        grouped(judged(), Comparison::data).size() < 2);
  }

  /**
   * What must be known before the figures are read, in sentences.
   *
   * @param newer whether a version is newer than this one
   */
  List<String> remarks(Predicate<String> newer) {
    List<String> remarks = new ArrayList<>();
    Common common = common();
    if (!common.original()) {
      remarks.add(
          "These are results of different originals, so nothing here tells which is better: "
              + told(results, Comparison::fingerprint, Comparison::original));
    }
    if (!common.machine()) {
      remarks.add(
          "Times were measured on different machines, or in different ways, and cannot be"
              + " compared: "
              + told(timed(), Comparison::machine, Comparison::machine));
    }
    if (!common.data()) {
      remarks.add(
          "Accuracy was judged on different data, or by different tasks, and cannot be compared: "
              + told(judged(), Comparison::data, Comparison::data));
    }
    results.stream()
        .collect(Collectors.groupingBy(Result::file, LinkedHashMap::new, Collectors.counting()))
        .forEach(
            (report, times) -> {
              if (times > 1) {
                remarks.add("The report " + report + " is here " + times + " times.");
              }
            });
    results.forEach(result -> remarks.addAll(remarks(result, newer)));
    return remarks;
  }

  /** The same of one result. */
  private static List<String> remarks(Result result, Predicate<String> newer) {
    List<String> remarks = new ArrayList<>();
    if (!result.changed.isEmpty()) {
      remarks.add(
          String.format(
              Locale.ROOT,
              "%s is not what its report %s describes: %s changed since, or the report belongs"
                  + " to another result. What follows is what the report says.",
              result.name,
              result.file,
              String.join(", ", result.changed)));
    }
    if (!result.report.wasMeasured()) {
      remarks.add(result.name + " was made by --quick: only its size is known.");
    }
    String version = result.report.setting().version();
    if (newer.test(version)) {
      remarks.add(
          String.format(
              Locale.ROOT,
              "%s was written by Demitasse %s, and this is %s: something may be missing here.",
              result.name,
              version,
              Version.TEXT));
    }
    return remarks;
  }

  List<Result> timed() {
    return results.stream().filter(result -> result.report.wasTimed()).toList();
  }

  List<Result> judged() {
    return results.stream().filter(result -> !result.report.accuracy().scores().isEmpty()).toList();
  }

  private static String original(Result result) {
    return String.format(
        Locale.ROOT,
        "%s (%s, SHA-256 %.8s)",
        result.report.title(),
        Figures.bytes(result.report.bytesBefore()),
        result.report.setting().original());
  }

  private static String fingerprint(Result result) {
    return result.report.setting().original();
  }

  /** What a result was timed with. */
  static String machine(Result result) {
    Report.Setting setting = result.report.setting();
    return String.join(
        ", ", setting.machine(), ReportView.threads(setting.threads()), setting.runtime());
  }

  /** What the accuracy of a result was judged on. */
  static String data(Result result) {
    return result.report.accuracy().evidence();
  }

  private static Map<String, List<Result>> grouped(
      List<Result> results, Function<Result, String> kind) {
    Map<String, List<Result>> groups = new LinkedHashMap<>();
    results.forEach(
        result -> groups.computeIfAbsent(kind.apply(result), _ -> new ArrayList<>()).add(result));
    return groups;
  }

  private static String told(
      List<Result> results, Function<Result, String> kind, Function<Result, String> words) {
    return grouped(results, kind).values().stream()
        .map(
            group ->
                group.stream().map(Result::name).collect(joining(", "))
                    + ": "
                    + words.apply(group.getFirst()))
        .collect(joining("; ", "", "."));
  }
}

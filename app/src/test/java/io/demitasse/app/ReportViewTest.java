package io.demitasse.app;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.demitasse.app.console.Console;
import io.demitasse.report.Report;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the console tells of a run. */
final class ReportViewTest {

  @Test
  void aBundleIsShownPartByPartAndAsAWhole() {
    List<String> shown = shown(SampleBundle.report());

    assertThat(section("Parts", shown))
        .containsExactly(
            "               before    after    size  time              weights after",
            "  text        90.4 MB  22.9 MB  25.4 %  0.60  faster      int8 10.6 MB, uint8 11.7 MB,"
                + " float 458 kB",
            "  recognizer  10.9 MB  3.38 MB  31.1 %  0.48  faster      int8 2.37 MB, float 563 kB",
            "  detector    4.75 MB  1.60 MB  33.8 %  0.52  faster      int8 1.12 MB, float 267 kB",
            "  classifier   586 kB   187 kB  32.0 %  0.99  not slower  int8 131 kB, float 31.2 kB",
            "  whole        107 MB  28.1 MB  26.4 %  0.57  faster");
    assertThat(section("Latency, 2 threads", shown))
        .hasSize(8)
        .anyMatch(line -> line.startsWith("  recognizer 1x3x48x320  "))
        .anyMatch(line -> line.startsWith("  4 samples end to end  "));
  }

  @Test
  void whatPartsHaveInCommonIsTold() {
    assertThat(section("Parts", shown(SampleBundle.sharing())))
        .hasSize(8)
        .endsWith(
            "  recognizer reads 1.20 MB that other parts read too, and counts its portion of them",
            "  detector reads 1.20 MB that other parts read too, and counts its portion of them");
  }

  @Test
  void theSplitTellsWhatEachPartSavedAndWhereItAloneComesNearestToALimit() {
    List<String> split =
        section(
            "What each part saved, and costs as it joins those above",
            shown(SampleBundle.report()));

    assertThat(split.get(1)).startsWith("  text        67.4 MB  86.0 %  recall@10");
  }

  @Test
  void limitedScoresComeFirstAndThoseOverTheirLimitAreMarked() {
    Report missed = SampleBundle.missed();
    List<String> scores = section("Accuracy: " + missed.accuracy().evidence(), shown(missed));

    assertThat(scores.subList(1, 5))
        .extracting(line -> line.substring(line.length() - 14))
        .containsExactly("✓ limit 0.0050", "✓ limit 0.0050", "✗ limit 0.0050", "✓ limit 0.0200");
    assertThat(scores.subList(5, scores.size()))
        .isNotEmpty()
        .noneMatch(line -> line.contains("limit"));
  }

  @Test
  void whatModelsLoseThatHaveNotSeenWhatJudgesStandsBelow() {
    Report report = SampleReport.crossValidated();
    List<String> shown = section("Accuracy: " + report.accuracy().evidence(), shown(report));

    int told = shown.indexOf("  " + report.accuracy().crossValidated().told());
    assertThat(shown.subList(0, told)).anyMatch(line -> line.contains("0.0146"));
    assertThat(shown.subList(told + 1, shown.size()))
        .anyMatch(line -> line.contains("recall@10") && line.contains("0.0090 to 0.0246"));
  }

  @Test
  void ofEachPartTheLayersThatAreFurthestOffAreNamed() {
    String title = "Layers furthest off in the result, by error energy";

    assertThat(section(title, shown(SampleBundle.report())))
        .hasSize(3)
        .first(as(STRING))
        .matches("  text +MatMul.34 0\\.0\\d{3}(, MatMul\\.\\d+ 0\\.0\\d{3}){2}");
    assertThat(section(title, shown(SampleReport.report())))
        .singleElement(as(STRING))
        .startsWith("  model  …")
        .contains("<script> not finite, …")
        .endsWith(
            " …ayer.5/attention/output/dense/MatMul 0.0804,"
                + " …ayer.4/attention/output/dense/MatMul 0.0365");
    assertThat(shown(SampleReport.untouched())).doesNotContain(title);
  }

  @Test
  void whatWasTrainedIsToldInARowEach() {
    List<String> training =
        section("Training, by the objective that was judged", shown(SampleTraining.report()));

    assertThat(training).hasSize(4);
    assertThat(training.get(1)).contains("0.895", "320 of 400", "Nothing was better");
    assertThat(training.get(2)).contains("classifier", "2.30", "0 of 2", "it diverged");
    assertThat(training.get(3)).contains("1.03", "0 of 0", "The time was up after 0 steps.");
    assertThat(shown(SampleReport.report())).noneMatch(line -> line.startsWith("Training"));
  }

  @Test
  void whatWasRemovedIsToldInARowForEachPart() {
    assertThat(section("Removed", shown(SampleRemoval.report())))
        .containsExactly(
            "  text        3 of 12 heads in each of 6 layers, 1,936 of 9,216 neurons in 6 layers,"
                + " 1 of 6 blocks",
            "  recognizer  1 of 4 channels in 1 layer");
    assertThat(shown(SampleReport.report())).doesNotContain("Removed");
  }

  @Test
  void eachModalityHasARowAndSoHasFusion() {
    assertThat(section("Modalities", shown(SampleModalities.report())))
        .extracting(line -> line.strip().replaceAll(" {2,}", "  "))
        .containsExactly(
            "weights before  after  work before  after  loss without it  after",
            "image  88.0 MB  24.0 MB  80.0 %  80.0 %  0.250  0.0500",
            "text  40.0 MB  12.0 MB  15.0 %  15.0 %  0  0.200",
            "fusion of text + image  9.00 MB  9.00 MB  5.0 %  5.0 %");
    assertThat(shown(SampleReport.report())).doesNotContain("Modalities");
  }

  @Test
  void aSingleModelHasNoTableOfParts() {
    List<String> shown = shown(SampleReport.report());

    assertThat(shown).doesNotContain("Parts").contains("Size", "Latency, 2 threads");
    assertThat(section("Size", shown).get(1)).startsWith("  all-minilm-l6-v2.onnx  90.4 MB");
  }

  /** The lines under a title. */
  private static List<String> section(String title, List<String> lines) {
    List<String> rest = lines.subList(lines.indexOf(title) + 1, lines.size());
    return rest.stream().takeWhile(line -> !line.isEmpty()).toList();
  }

  private static List<String> shown(Report report) {
    StringWriter out = new StringWriter();
    new ReportView(Console.plain(new PrintWriter(out), new PrintWriter(out))).show(report);
    return out.toString().lines().toList();
  }
}

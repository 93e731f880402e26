package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.demitasse.app.console.Console;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.report.Report;
import io.demitasse.report.Reports;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verdict on a budget is one, wherever it is told: as data, on the console, on the page. */
final class VerdictTest {

  /** Where a verdict is told, and what each said. */
  private record Told(boolean data, boolean console, Optional<Page> page) {}

  private record Page(boolean met, String cards) {}

  @TempDir private Path folder;

  @Test
  void aLimitOfTimeIsHeldAgainstTheWholeOfABundle() throws IOException {
    Report report = timed("latency<=99%, drop<=2%", .995);

    Told told = told(report);

    assertThat(report.budget().reasons())
        .singleElement()
        .asString()
        .startsWith("1 sample end to end may take up to ")
        .endsWith(", the budget allows 99.0 %");
    assertThat(told.data()).isFalse();
    assertThat(told.console()).isFalse();
    assertThat(told.page().map(Page::met)).isNotEqualTo(Optional.of(true));
    told.page().ifPresent(page -> assertThat(page.cards()).contains("✗ over the limit of 99 %"));
  }

  @Test
  void onePartMayTakeLongerThanTheWholeIsAllowed() throws IOException {
    Told told = told(timed("latency<=70%, drop<=2%", .5));

    assertThat(told.data()).isTrue();
    assertThat(told.console()).isTrue();
    assertThat(told.page().map(Page::met)).isNotEqualTo(Optional.of(false));
    told.page().ifPresent(page -> assertThat(page.cards()).contains("✓ within the limit of 70 %"));
  }

  @Test
  void amountsAreToldInTheirUnits() throws IOException {
    for (String limits :
        List.of("size<=25MB, latency<=300ms, drop<=2%", "size<=30MB, latency<=600ms, drop<=2%")) {
      Report report = timed(limits, .5);
      boolean met = limits.contains("30MB");

      Told told = told(report);

      assertThat(told.data()).isEqualTo(met);
      assertThat(told.console()).isEqualTo(met);
      assertThat(told.page().map(Page::met).orElse(met)).isEqualTo(met);
      told.page()
          .ifPresent(
              page ->
                  assertThat(page.cards())
                      .contains(met ? "✓ within the limit of 30MB" : "✗ over the limit of 25MB")
                      .contains(met ? "✓ within the limit of 600ms" : "✗ over the limit of 300ms"));
      if (!met) {
        assertThat(report.budget().reasons())
            .containsExactly(
                "size is 28.12MB, the budget allows 25MB",
                "1 sample end to end may take up to 410.1ms, the budget allows 300ms");
      }
    }
  }

  /** The sample bundle with other limits and another time of the whole. */
  private static Report timed(String limits, double ratio) {
    Report report = SampleBundle.report();
    List<TimingComparison> whole =
        List.of(SampleReport.timing("1 sample end to end", 812, ratio, .01));
    return new Report(
        report.title(),
        report.setting(),
        report.accuracy(),
        report.parts(),
        whole,
        report.checks(),
        report.candidates(),
        SampleReport.outcome(limits, report.parts(), whole, report.accuracy().scores()),
        report.recipe());
  }

  private Told told(Report report) throws IOException {
    StringWriter out = new StringWriter();
    new ReportView(Console.plain(new PrintWriter(out), new PrintWriter(out))).show(report);
    JsonNode data = new ObjectMapper().readTree(Reports.json(report)).path("budget");
    boolean console = out.toString().lines().anyMatch(line -> line.strip().equals("✓ met"));
    for (JsonNode reason : data.path("reasons")) {
      assertThat(out.toString()).contains(reason.asText());
    }
    return new Told(data.path("met").asBoolean(), console, page(report));
  }

  @SuppressWarnings("try") // whoever waits for a browser may be interrupted
  private Optional<Page> page(Report report) throws IOException {
    Optional<Path> program = Chromium.find();
    if (program.isEmpty()) {
      return Optional.empty();
    }
    Path file = Files.writeString(folder.resolve("report.html"), Reports.html(report));
    Path profile = Files.createTempDirectory(folder, "profile");
    try (Chromium browser = Chromium.start(program.get(), profile)) {
      Tab tab = browser.open(file, 1200, 900, false);
      String verdict = tab.text("document.querySelector('.verdict').innerText");
      assertThat(verdict).containsPattern("Budget (not )?met");
      return Optional.of(
          new Page(
              verdict.contains("Budget met"),
              tab.text("document.querySelector('.cards').innerText")));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}

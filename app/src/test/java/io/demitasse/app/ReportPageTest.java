package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.demitasse.report.Report;
import io.demitasse.report.Reports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report's page in a real browser. */
final class ReportPageTest {
  /** Looks at the page from inside after its own script, and leaves what it saw on the document. */
  private static final String PROBE =
      """
      <script>
      const seen = document.documentElement.dataset;
      seen.fetched = performance.getEntriesByType("resource").length;
      seen.overflow = Math.max(0, document.documentElement.scrollWidth - innerWidth);
      seen.width = innerWidth;
      seen.title = document.title;
      seen.rows = document.querySelectorAll("#changes tbody tr").length;
      document.getElementById("search").value = "softmax kernel";
      document.getElementById("search").dispatchEvent(new Event("input"));
      seen.found = document.getElementById("found").textContent;
      seen.first = seen.theme;
      document.getElementById("theme").click();
      dispatchEvent(new Event("beforeprint"));
      seen.folded = document.querySelectorAll(".candidates details:not([open])").length;
      </script>
      """;

  private static Optional<Chromium> chromium = Optional.empty();

  @TempDir private Path folder;

  @BeforeAll
  static void findBrowser() {
    chromium = Chromium.find();
  }

  @Test
  void drawsEveryPlotOfACompression() throws IOException {
    String dom = dom(SampleReport.report(), 1200);

    assertThat(drawn(dom))
        .containsExactly(
            "plot-size",
            "plot-latency",
            "plot-ratio",
            "plot-loss",
            "plot-tradeoff",
            "plot-operators-0",
            "plot-errors-0");
    assertThat(body(dom)).contains("Budget met", "8 candidates were tried", "id=\"candidate-8\"");
    assertThat(seen(dom, "title")).startsWith("all-minilm-l6-v2.onnx");
    assertThat(seen(dom, "rows")).as("rows of nodes with the same answer").isEqualTo("9");
    assertThat(seen(dom, "found")).isEqualTo("6 of 130");
    assertThat(List.of(seen(dom, "first"), seen(dom, "theme"))).containsExactly("light", "dark");
    assertThat(seen(dom, "folded")).as("candidates folded on paper").isEqualTo("0");
    assertClean(dom);
  }

  @Test
  void saysWhyABudgetIsMissedAndThatDataWereInvented() throws IOException {
    String dom = dom(SampleReport.missed(), 1200);

    assertThat(body(dom))
        .contains(
            "Budget not met",
            "size is 25.4 % of the original, the budget allows 20.0 %",
            "Synthetic data");
    assertClean(dom);
  }

  @Test
  void showsARunThatChangedNothing() throws IOException {
    String dom = dom(SampleReport.untouched(), 1200);

    assertThat(drawn(dom)).contains("plot-size", "plot-operators-1", "plot-loss", "plot-tradeoff");
    assertThat(body(dom)).contains("the model was left as it was");
    assertClean(dom);
  }

  @Test
  void fitsAPhone() throws IOException {
    String dom = dom(SampleReport.report(), 360);

    assertThat(seen(dom, "overflow"))
        .as("pixels beyond a window of %s", seen(dom, "width"))
        .isEqualTo("0");
    assertThat(drawn(dom)).hasSize(7);
    assertClean(dom);
  }

  private String dom(Report report, int width) throws IOException {
    assumeTrue(
        chromium.isPresent(),
        "Left out: no chromium, chromium-browser or google-chrome on the PATH, so the report's page"
            + " was not drawn.");
    Path page = folder.resolve("report.html");
    Files.writeString(page, Reports.html(report) + PROBE);
    return chromium.orElseThrow().dom(page, folder, width);
  }

  private static List<String> drawn(String dom) {
    return Pattern.compile("id=\"(plot-[a-z0-9-]+)\"><svg ")
        .matcher(dom)
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  /** What is to be seen: everything before the data and the script. */
  private static String body(String dom) {
    return dom.substring(dom.indexOf("<main"), dom.indexOf("</main>"));
  }

  private static void assertClean(String dom) {
    assertThat(seen(dom, "errors")).isEmpty();
    assertThat(seen(dom, "drawn")).isEqualTo("true");
    assertThat(seen(dom, "fetched")).isEqualTo("0");
    assertThat(body(dom)).doesNotContain("NaN", "undefined", "Infinity");
  }

  /** A data attribute of the document; empty when there is none. */
  private static String seen(String dom, String name) {
    Matcher matcher = Pattern.compile("<html[^>]* data-" + name + "=\"([^\"]*)\"").matcher(dom);
    return matcher.find() ? matcher.group(1) : "";
  }
}

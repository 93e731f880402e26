package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.demitasse.report.Report;
import io.demitasse.report.Reports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The report's page in a real browser. */
final class ReportPageTest {
  private static final int WIDE = 1200;
  private static final int PHONE = 360;

  /** The places of plots that hold a drawing with something in it. */
  private static final String DRAWN =
      """
      [...document.querySelectorAll(".plot")]
        .filter(place => place.querySelectorAll("svg :is(rect, circle, path, text)").length > 2)
        .map(place => place.id).join(" ")
      """;

  /** Pixels by which anything that is shown leaves the window to the right. */
  private static final String OVERFLOW =
      "Math.max(0, document.documentElement.scrollWidth - innerWidth)";

  private static final String OPEN_EVERYTHING =
      """
      document.querySelectorAll("details").forEach(each => { each.open = true; });
      document.querySelectorAll("[role=tabpanel]").forEach(each => { each.hidden = false; });
      dispatchEvent(new Event("resize"));
      new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))
      """;

  /** Of all texts on the page, the one that stands out least from what lies under it. */
  private static final String FAINTEST =
      """
      (() => {
        const channels = color => color.match(/[0-9.]+/g).map(Number);
        const linear = c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4;
        const light = ([r, g, b]) =>
          .2126 * linear(r / 255) + .7152 * linear(g / 255) + .0722 * linear(b / 255);
        const under = node => {
          for (let at = node; at; at = at.parentElement) {
            const [r, g, b, alpha = 1] = channels(getComputedStyle(at).backgroundColor);
            if (alpha === 1) return [r, g, b];
          }
          return [255, 255, 255];
        };
        const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        let faintest = {contrast: 21, text: ""};
        while (texts.nextNode()) {
          const parent = texts.currentNode.parentElement;
          if (!texts.currentNode.data.trim() || parent.closest("svg, script, .skip, #tip")) continue;
          const [a, b] = [light(channels(getComputedStyle(parent).color)), light(under(parent))];
          const contrast = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
          if (contrast < faintest.contrast) faintest = {contrast, text: texts.currentNode.data};
        }
        return faintest;
      })()
      """;

  @TempDir private static Path profile;
  private static Optional<Chromium> browser = Optional.empty();

  @TempDir private Path folder;
  private final List<Tab> tabs = new ArrayList<>();

  @BeforeAll
  static void startBrowser() throws IOException, InterruptedException {
    Optional<Path> program = Chromium.find();
    if (program.isPresent()) {
      browser = Optional.of(Chromium.start(program.get(), profile));
    }
  }

  @AfterAll
  static void endBrowser() throws IOException, InterruptedException {
    if (browser.isPresent()) {
      browser.get().close();
    }
  }

  /** Whatever a test looks at: no page complains or asks the network for anything. */
  @AfterEach
  void nothingWasComplainedOfNorFetched() throws IOException {
    for (Tab tab : tabs) {
      assertThat(tab.complaints()).isEmpty();
      assertThat(tab.text("document.documentElement.dataset.errors ?? ''")).isEmpty();
      assertThat(tab.text("document.getElementById('main').innerText"))
          .doesNotContain("NaN", "undefined", "Infinity");
    }
  }

  @Test
  void drawsEveryPlotOfASingleModel() throws IOException {
    Tab tab = open(SampleReport.report());

    assertThat(tab.text(DRAWN).split(" "))
        .containsExactly(
            "plot-size",
            "plot-latency",
            "plot-ratio",
            "plot-loss",
            "plot-others",
            "plot-tradeoff",
            "plot-operators-0",
            "plot-errors-0");
    assertThat(tab.text("document.title")).startsWith("all-minilm-l6-v2.onnx");
    assertThat(tab.text("document.getElementById('result').innerText"))
        .contains("Budget met", "22.9 MB", "29.8 ms", "0.6205", "✓ within the limit of 0.02");
    assertThat(tab.text("document.querySelector('nav').innerText"))
        .doesNotContain("Pages", "Split");
  }

  @Test
  void theFirstScreenTellsOfEveryPartAndOfTheWhole() throws IOException {
    Tab tab = open(SampleBundle.report());

    assertThat(tab.text("document.querySelector('.cards').innerText"))
        .contains("106.6 MB→", "28.1 MB", "✓ within the limit of 28 %")
        .contains("466 ms", "1.74 times faster")
        .contains(
            "characters 14 px noisy",
            "0.0007 to 0.0047",
            "✓ within the limit of 0.005, as are 3 others");
    JsonNode rows =
        tab.evaluate("[...document.querySelectorAll('.parts tr')].map(row => row.innerText)");
    assertThat(rows).hasSize(6);
    assertThat(rows.get(2).asText())
        .contains("recognizer", "3.38 MB", "31.1 %", "2.07× faster", "0.0019");
    assertThat(rows.get(5).asText()).contains("Whole", "26.4 %", "1.74× faster", "0.0027");
    assertThat(tab.number("document.querySelector('.parts').getBoundingClientRect().bottom"))
        .as("pixels down to the end of the table of parts")
        .isLessThan(900);
  }

  @Test
  void drawsEveryPlotOfABundle() throws IOException {
    Tab tab = open(SampleBundle.report());

    assertThat(tab.text(DRAWN))
        .isEqualTo(
            tab.text("[...document.querySelectorAll('.plot')].map(place => place.id).join(' ')"));
    assertThat(tab.text(DRAWN))
        .contains("plot-saved", "plot-spent", "plot-errors-2", "plot-operators-3");
  }

  @Test
  void theLossOfAnyMetricIsShownAgainstSize() throws IOException {
    Tab tab = open(SampleBundle.report());

    assertThat(tab.text("document.getElementById('tradeoff-note').textContent"))
        .startsWith("loss as a share of its limit");
    assertThat(tab.number("document.querySelectorAll('#plot-tradeoff a').length")).isEqualTo(14);
    choose(tab, "#tradeoff-choice select", "=recall@10");
    assertThat(tab.text("document.getElementById('tradeoff-note').textContent"))
        .startsWith("loss of recall@10");
    choose(tab, "#split-choice select", "=recall@10");
    assertThat(tab.text("document.getElementById('plot-spent').innerText"))
        .contains("0.0041", "0.0011", "0.0007", "0.0059");
  }

  @Test
  void saysWhatPartsReadInCommon() throws IOException {
    String saved = "document.getElementById('plot-saved').innerText";

    assertThat(open(SampleBundle.sharing()).text(saved)).contains("1.20 MB in common");
    assertThat(open(SampleBundle.report()).text(saved)).doesNotContain("in common");
  }

  @Test
  void saysWhichLimitIsMissedAndThatDataWereInvented() throws IOException {
    Tab bundle = open(SampleBundle.missed());
    assertThat(bundle.text("document.getElementById('result').innerText"))
        .contains(
            "Budget not met",
            "characters 14 px noisy drops by 0.0071",
            "✗ over the limit of 0.005; 3 others are within theirs");

    Tab single = open(SampleReport.missed());
    assertThat(single.text("document.getElementById('result').innerText"))
        .contains("size is 25.4 % of the original, the budget allows 20.0 %", "Synthetic data");
  }

  @Test
  void showsWhatModelsLoseThatHaveNotSeenWhatJudges() throws IOException {
    Tab folds = open(SampleReport.crossValidated());

    assertThat(folds.text("document.getElementById('result').innerText"))
        .contains(
            "Budget not met",
            "cross-validated: loss 0.0168, 95 % interval 0.0090 to 0.0246",
            "✗ over the limit of 0.02");
    assertThat(folds.text("document.getElementById('folds').innerText"))
        .contains("Cross-validated in 5 folds", "0.0246", "✗");
    assertThat(folds.text("document.getElementById('scores').innerText")).contains("✓");
    assertThat(open(SampleReport.report()).text("String(document.getElementById('folds'))"))
        .isEqualTo("null");
  }

  @Test
  void showsWhoLostMostAndWhatClassesAreTakenFor() throws IOException {
    Tab tab = open(SampleLabels.report());

    assertThat(tab.text("document.querySelector('#groups-scores tbody th').innerText"))
        .isEqualTo("top1[speaker=number 13]");
    assertThat(tab.number("document.querySelectorAll('#groups-scores tbody tr').length"))
        .isEqualTo(12);
    assertThat(tab.text("document.getElementById('groups-note').innerText")).contains("12 of 14");
    assertThat(tab.number("document.querySelectorAll('#confusion-counts tbody tr').length"))
        .isEqualTo(21);
    assertThat(tab.text("document.getElementById('confusion-counts').innerText"))
        .contains("class 7", "1 (−7)", "7 (+7)", "</script><b>", "others");
    assertThat(open(SampleReport.report()).text("String(document.getElementById('confusion'))"))
        .isEqualTo("null");
  }

  @Test
  void showsARunThatChangedNothing() throws IOException {
    Tab tab = open(SampleReport.untouched());

    assertThat(tab.text(DRAWN))
        .contains("plot-size", "plot-operators-1", "plot-loss", "plot-tradeoff");
    assertThat(tab.text("document.getElementById('result').innerText"))
        .contains("the model was left as it was", "not timed");
  }

  @Test
  void boxesLieOverThePagesAndLinesTellWhatWasReadBeforeAndAfter() throws IOException {
    Tab tab = open(SampleBundle.report());
    tab.evaluate("Promise.all([...document.images].map(image => image.decode()))");

    assertThat(tab.number("document.images[0].naturalWidth")).isEqualTo(640);
    assertThat(
            tab.text(
                "[...document.querySelectorAll('.example')].map(each =>"
                    + " each.querySelectorAll('polygon').length).join()"))
        .isEqualTo("7,2,2");
    assertThat(
            tab.evaluate(
                    """
                    (() => {
                      const [box, page] = [".sheet polygon", ".sheet img"].map(each =>
                        document.querySelector(each).getBoundingClientRect());
                      return Math.abs((box.left - page.left) / page.width - 36 / 640) < .01
                        && Math.abs((box.top - page.top) / page.height - 34 / 420) < .01;
                    })()
                    """)
                .asBoolean())
        .as("the first box lies where its line stands")
        .isTrue();
    assertThat(tab.text("document.querySelector('.lines li').innerText.replace(/\\s+/g, ' ')"))
        .isEqualTo(
            "before Bring 12 lanterns and a rnap. after Bring 12 lantems and a map."
                + " truth Bring 12 lanterns and a map.");
    assertThat(
            tab.number("document.querySelector('.example').querySelectorAll('.lines li').length"))
        .as("lines that changed")
        .isEqualTo(5);
    assertThat(tab.number("document.querySelector('.lines canvas').width"))
        .as("pixels of a line cut out of its page")
        .isGreaterThan(100);
  }

  @Test
  void keysReachLinesBoxesPointsAndCandidates() throws IOException {
    Tab tab = open(SampleBundle.report());

    assertThat(tab.tabTo(".tabs [role=tab]")).isTrue();
    tab.press("ArrowRight");
    assertThat(tab.text("document.querySelector('.example:not([hidden]) img').alt"))
        .isEqualTo("the picture of " + SampleReport.HOSTILE);
    assertThat(tab.tabTo(".sheet polygon")).isTrue();
    assertThat(tab.text("document.getElementById('tip').innerText.replace(/\\s+/g, ' ')"))
        .isEqualTo("before Total 148.20 after Total 143.20 truth Total 148.20");
    tab.press("ArrowDown");
    assertThat(tab.text("document.getElementById('tip').innerText.replace(/\\s+/g, ' ')"))
        .isEqualTo("read Thank you for your visit");
    assertThat(tab.tabTo(".lines li")).isTrue();
    assertThat(tab.text("document.querySelector('polygon.selected').getAttribute('class')"))
        .contains("worse");
    assertThat(tab.tabTo("#plot-tradeoff a")).isTrue();
    assertThat(tab.tabTo(".candidates summary")).isTrue();
    tab.press("End");
    assertThat(tab.text("document.activeElement.parentNode.id")).isEqualTo("candidate-14");
    assertThat(tab.tabTo("#search")).isTrue();
    assertThat(tab.text("getComputedStyle(document.activeElement).outlineStyle"))
        .isEqualTo("solid");
  }

  @Test
  void errorsAreDrawnAlongTheNetworkAndEachPointLeadsToItsLayer() throws IOException {
    Tab tab = open(SampleReport.report());

    assertThat(tab.text("document.getElementById('errors-note-0').textContent"))
        .contains("all changes at work");
    assertThat(tab.number("document.querySelectorAll('#plot-errors-0 a').length")).isEqualTo(20);
    assertThat(tab.text("document.querySelector('#plot-errors-0').textContent"))
        .contains("attention/output/dense/MatMul 0.0365", "0.0804");
    assertThat(tab.tabTo("#plot-errors-0 a")).isTrue();
    assertThat(tip(tab)).isEqualTo("/embeddings/word_embeddings/Gather Gather 0");
    tab.press("ArrowRight");
    assertThat(tip(tab)).isEqualTo("/encoder/layer.0/query/dense/MatMul MatMul 0.0006 (32.2 dB)");
    tab.press("End");
    assertThat(tip(tab)).endsWith("not finite");
    tab.press("Home");
    tab.press("ArrowRight");
    tab.evaluate("document.activeElement.dispatchEvent(new MouseEvent('click', {bubbles: true}))");
    assertThat(found(tab)).isEqualTo("1 of 130");
  }

  @Test
  void bothMeasuresOfErrorAreShownWhereBothExist() throws IOException {
    Tab tab = open(SampleReport.report());
    String rows = "document.querySelectorAll('#plot-errors-0 rect').length";
    String headings =
        "[...document.querySelectorAll('#plot-errors-0 ~ details th[scope=col]')]"
            + ".map(each => each.textContent).join()";

    assertThat(tab.text(headings)).startsWith("layer,in the result,alone");
    tab.evaluate("document.querySelector('#parts .switches button:last-child').click()");
    assertThat(tab.text("document.getElementById('errors-note-0').textContent"))
        .contains("only this layer is changed");
    assertThat(tab.number("document.querySelectorAll('#plot-errors-0 a').length")).isZero();
    assertThat(tab.number(rows)).as("bars of layers alone").isEqualTo(7);

    Tab bundle = open(SampleBundle.report());
    assertThat(
            bundle.text(
                "[0, 1, 2, 3].map(part => !!document.getElementById('plot-errors-' + part)"
                    + " + ' ' + document.querySelectorAll('#parts [role=tabpanel]')[part]"
                    + ".querySelectorAll('.switches').length).join()"))
        .as("figures and choices by part")
        .isEqualTo("true 0,true 1,true 1,false 0");
  }

  @Test
  void layersAreFilteredByPartPassStateAndWords() throws IOException {
    Tab tab = open(SampleBundle.report());

    assertThat(found(tab)).isEqualTo("747 of 747");
    choose(tab, "#filters select", "=detector");
    assertThat(found(tab)).isEqualTo("186 of 747");
    choose(tab, "#filters select:nth-of-type(2)", "=quantize-static");
    assertThat(found(tab)).isEqualTo("62 of 747");
    tab.evaluate("document.querySelector('#filters button:last-of-type').click()");
    assertThat(found(tab)).isEqualTo("9 of 747");
    tab.evaluate(
        """
        document.getElementById("search").value = "conv.3 depthwise";
        document.getElementById("search").dispatchEvent(new Event("input"));
        """);
    assertThat(found(tab)).isEqualTo("3 of 747");
    assertThat(tab.text("document.querySelector('#changes tbody').innerText"))
        .contains("skipped", "slower in 8-bit integers", "Conv.38");
  }

  @Test
  void theGraphShowsWhatBecameOfEachNodeAndWhatItIsConnectedTo() throws IOException {
    Tab tab = open(SampleReport.report());

    assertThat(tab.text("document.querySelector('.fates').innerText.replace(/\\s+/g, ' ')"))
        .isEqualTo("quantized 19 changed 7 added 6 removed 31 unchanged 49");
    assertThat(tab.text("document.querySelectorAll('.block')[1].innerText"))
        .contains("encoder/layer.0", "and 5 alike, to encoder/layer.5", "6 unchanged");
    assertThat(tab.tabTo(".node")).isTrue();
    assertThat(tip(tab))
        .isEqualTo(
            "node /embeddings/word_embeddings/Gather operator Gather output float[1,32,384]"
                + " read by Add /embeddings/Add fate changed by lossy steps steps"
                + " quantize-dynamic: keeps its table as 8-bit integers with one scale a row");
    assertThat(tab.number("document.querySelectorAll('.node.to').length")).isEqualTo(1);
    assertThat(tab.number("document.querySelectorAll('.wires path').length")).isEqualTo(1);
    tab.press("ArrowRight");
    assertThat(tip(tab)).contains("reads Gather", "as it was");
    tab.press("End");
    assertThat(tip(tab)).contains("node " + SampleReport.HOSTILE, "removed");
  }

  @Test
  void aGraphOfAThousandNodesIsFoldedToWhatDiffers() throws IOException {
    Tab tab = open(SampleBundle.report());

    assertThat(tab.number("document.querySelectorAll('#graphs [role=tab]').length")).isEqualTo(4);
    assertThat(tab.text("document.querySelector('#graphs [role=tab]').innerText"))
        .contains("text", "of 1,084 touched");
    assertThat(tab.number("document.querySelector('.graph').querySelectorAll('.node').length"))
        .as("chips for the layer that stands for 60, and what is around it")
        .isLessThan(40);
    assertThat(tab.number("document.querySelector('.graph').getBoundingClientRect().height"))
        .isLessThan(600);
  }

  /** The page before its script runs, and where scripts are off. */
  @Test
  void theGraphAndTheResultNeedNoScript() {
    String page = Reports.html(SampleReport.report());
    String silent = page.replaceAll("(?s)<script>.*?</script>", "");

    assertThat(silent)
        .contains("<title>all-minilm-l6-v2.onnx: 90.4 MB to 22.9 MB · Demitasse report</title>")
        .contains("90.4 MB to 22.9 MB. Budget size&lt;=30%, drop&lt;=2%: met.")
        .contains("<details class=\"block\" open>", "title=\"/embeddings/word_embeddings/Gather\n")
        .contains("&lt;/script&gt;&lt;script&gt;document.title='broken'");
  }

  @Test
  void showsHowWeightsWereTrainedAndWhichWereKept() throws IOException {
    Tab tab = open(SampleTraining.report());
    String shown = "document.querySelector('#curves [role=tabpanel]:not([hidden])').innerText";

    assertThat(tab.text(shown))
        .contains("The weights of step 320 of 400 were kept", "Nothing was better for 4 judgements")
        .contains("Objective", "direction", "features", "Learning rate", SampleReport.HOSTILE);
    assertThat(tab.text(DRAWN))
        .contains(
            "plot-training-0-0 plot-training-0-1 plot-training-0-2 plot-training-0-3"
                + " plot-training-1-0");
    assertThat(
            tab.text("document.querySelector('#plot-training-0-2 svg').getAttribute('aria-label')"))
        .startsWith("features over 400 steps: learned from 0.52 to 0.00452, judged from 0.804 to")
        .contains("step 320 kept");
    assertThat(tab.number("document.querySelectorAll('#plot-training-0-2 .curve').length"))
        .isEqualTo(2);
    tab.evaluate(
        "document.querySelectorAll('#plot-training-0-1 .reach')[16]"
            + ".dispatchEvent(new MouseEvent('mouseenter'))");
    assertThat(tip(tab)).isEqualTo("step 320 learned 0.00131 judged 0.00163 kept");

    assertThat(tab.tabTo("#curves [role=tab]")).isTrue();
    tab.press("ArrowRight");
    assertThat(tab.text(shown))
        .contains("Nothing was better than the start, whose weights were kept. It diverged.");
    assertThat(tab.number("document.querySelectorAll('#plot-training-1-0 .fill-bad').length"))
        .as("marks of what is not finite, learned and judged")
        .isEqualTo(2);
    tab.press("ArrowRight");
    assertThat(tab.text(shown)).contains("narrow/labels", "wide/labels", "after 0 steps");
  }

  @Test
  void aTrainingAloneNeedsNoTabsAndNoneNoSection() throws IOException {
    Tab tab = open(SampleTraining.single());
    assertThat(tab.number("document.querySelectorAll('#curves [role=tab]').length")).isZero();
    assertThat(tab.text("document.getElementById('curves').innerText"))
        .contains("The weights of step 60 of 60 were kept", "All its steps were made.", "labels")
        .doesNotContain("Objective", "s/labels");
    assertThat(tab.number("document.querySelectorAll('#curves tbody tr').length")).isEqualTo(4);
    assertThat(tab.text("document.querySelector('nav').innerText")).contains("Training");
    assertThat(open(SampleReport.report()).text("document.querySelector('nav').innerText"))
        .doesNotContain("Training");
  }

  @Test
  void whatWasRemovedIsDrawnLayerByLayer() throws IOException {
    Tab tab = open(SampleRemoval.report());
    String shown = "document.querySelector('#removals [role=tabpanel]:not([hidden])').innerText";

    assertThat(tab.text(shown))
        .contains(
            "3 of 12 heads in each of 6 layers, 1,936 of 9,216 neurons in 6 layers,"
                + " 1 of 6 blocks removed.",
            "1,100 of 1,536 neurons kept",
            "most important");
    assertThat(tab.text("document.querySelector('#plot-removed-0 svg').getAttribute('aria-label')"))
        .contains("/encoder/layer.0/attention/self/query/MatMul 9 of 12 heads kept, ");
    assertThat(tab.number("document.querySelectorAll('#plot-removed-0 .cell').length"))
        .as("cells of heads, of neurons that share some, and of blocks")
        .isEqualTo(6 * 12 + 6 * 120 + 6);
    assertThat(tab.number("document.querySelectorAll('#plot-removed-0 path.fill-bad').length"))
        .isEqualTo(13);
    tab.evaluate(
        "document.querySelector('#plot-removed-0 .reach')"
            + ".dispatchEvent(new MouseEvent('mouseenter'))");
    assertThat(tip(tab))
        .startsWith("/encoder/layer.0/attention/self/query/MatMul 9 of 12 heads kept, 32 wide")
        .contains("removed: ");
    assertThat(tab.tabTo("#removals [role=tab]")).isTrue();
    tab.press("ArrowRight");
    assertThat(tab.text(shown))
        .contains("1 of 4 channels in 1 layer removed.")
        .doesNotContain("important of a layer");
  }

  @Test
  void whatWasRemovedFromASingleModelNeedsNoTabsAndNothingNoSection() throws IOException {
    Tab tab = open(SampleRemoval.single());

    assertThat(tab.number("document.querySelectorAll('#removals [role=tab]').length")).isZero();
    tab.evaluate(OPEN_EVERYTHING);
    assertThat(
            tab.text(
                "document.querySelector('#removals tbody tr').innerText.replace(/\\s+/g, ' ')"))
        .isEqualTo("Conv.3 channel, 2 wide 4 1 0.5 0.005 0–1, 3");
    assertThat(tab.text("document.querySelector('nav').innerText")).contains("Removed");
    Tab other = open(SampleReport.report());
    assertThat(other.text("document.querySelector('nav').innerText")).doesNotContain("Removed");
    assertThat(other.text("String(document.getElementById('removed'))")).isEqualTo("null");
  }

  @Test
  void eachModalityIsToldWithWhatHangsOnItAndWhatIsLookedAt() throws IOException {
    Tab tab = open(SampleModalities.report());
    String text = tab.text("document.querySelector('#modalities').innerText.replace(/\\s+/g, ' ')");

    assertThat(text)
        .contains(
            "picture 88.0 MB → 24.0 MB (−73 %) 80 % → 80 % 0.0012, at most 0.002",
            "text 40.0 MB → 12.0 MB (−70 %) 15 % → 15 % –",
            "fusion text + picture 9.00 MB → 9.00 MB 5 % → 5 %",
            "They meet first at head: /fusion/Mul",
            "pictures 0.25 (0.21 to 0.29) 0.05 (0.02 to 0.08) looks less 20 % (8 % to 35 %)",
            "texts 0 (−0.01 to 0.01) 0.2 (0.1 to 0.3) the original does not hang on it",
            "cup.png picture, rank correlation 0.75",
            "0.08 in the mean",
            "bell.wav sound, rank correlation –");
    assertThat(tab.number("document.querySelectorAll('.seen rect').length")).isEqualTo(2 * 49);
    assertThat(tab.number("document.querySelectorAll('.windows rect').length")).isEqualTo(2 * 20);
    assertThat(tab.number("document.querySelectorAll('.seen rect[fill-opacity=\"0.75\"]').length"))
        .as("the warmest patch before and after")
        .isEqualTo(2);
    assertThat(tab.text("document.querySelector('nav').innerText")).contains("Modalities");
    Tab other = open(SampleReport.report());
    assertThat(other.text("String(document.getElementById('modalities'))")).isEqualTo("null");
  }

  @Test
  void samplesWithoutLabelsThatAreReadDifferentlyAreShown() throws IOException {
    Tab tab = open(SampleReport.missed());

    assertThat(tab.text("document.getElementById('samples-note').innerText"))
        .contains("worst first", "2 say something else, 1 differs in numbers only");
    JsonNode samples =
        tab.evaluate(
            "[...document.querySelectorAll('.differences li')]"
                + ".map(each => each.innerText.replace(/\\s+/g, ' '))");
    assertThat(samples).hasSize(3);
    assertThat(samples.get(0).asText())
        .isEqualTo("line 7 cosine 0.8123 A cup of coffee, please before class 3 after class 5");
    assertThat(samples.get(1).asText()).contains(SampleReport.HOSTILE);
    assertThat(open(SampleReport.report()).text("document.querySelector('nav').innerText"))
        .doesNotContain("Samples");
  }

  @Test
  void theTitleTellsFromWhatToWhatAndAGainIsExplained() throws IOException {
    Tab tab = open(SampleReport.report());
    assertThat(tab.text("document.title"))
        .isEqualTo("all-minilm-l6-v2.onnx: 90.4 MB → 22.9 MB · Demitasse report");
    assertThat(tab.text("document.querySelector('.title').innerText"))
        .contains("Compression report", "90.4 MB → 22.9 MB");
    assertThat(tab.evaluate("document.getElementById('gains') === null").asBoolean()).isTrue();

    Tab gained = open(SampleReport.gained());
    assertThat(gained.text("document.getElementById('gains').innerText"))
        .contains(
            "A negative loss is a gain: recall@10", "teaches a model nothing", "may be chance");
    assertThat(gained.text("document.querySelector('.cards').innerText"))
        .contains("why it may rise");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyTextStandsOutInLightAndDark(boolean dark) throws IOException {
    Tab tab = open(SampleBundle.missed(), WIDE, dark);

    assertThat(tab.text("document.documentElement.dataset.theme"))
        .isEqualTo(dark ? "dark" : "light");
    assertThat(tab.text("getComputedStyle(document.body).backgroundColor"))
        .isEqualTo(dark ? "rgb(22, 19, 17)" : "rgb(250, 248, 245)");
    tab.evaluate(OPEN_EVERYTHING);
    JsonNode faintest = tab.evaluate(FAINTEST);
    assertThat(faintest.path("contrast").asDouble()).as("%s", faintest).isGreaterThan(4.5);
    tab.evaluate("document.getElementById('theme').click()");
    assertThat(tab.text("document.documentElement.dataset.theme"))
        .isEqualTo(dark ? "light" : "dark");
  }

  @Test
  void fitsAPhone() throws IOException {
    for (Report report :
        List.of(
            SampleBundle.report(),
            SampleReport.report(),
            SampleLabels.report(),
            SampleRemoval.report(),
            SampleModalities.report(),
            SampleTraining.report())) {
      Tab tab = open(report, PHONE, false);

      assertThat(tab.number(OVERFLOW)).as("pixels beyond the window").isZero();
      tab.evaluate(OPEN_EVERYTHING);
      assertThat(tab.number(OVERFLOW)).as("pixels beyond the window, all open").isZero();
    }
  }

  @Test
  void everythingIsOnPaper() throws IOException {
    Tab tab = open(SampleBundle.report());

    tab.evaluate("dispatchEvent(new Event('beforeprint'))");
    assertThat(tab.number("document.querySelectorAll('.candidates details:not([open])').length"))
        .isZero();
    assertThat(tab.number("document.querySelectorAll('[role=tabpanel][hidden]').length")).isZero();
    tab.evaluate("dispatchEvent(new Event('afterprint'))");
    assertThat(tab.number("document.querySelectorAll('[role=tabpanel][hidden]').length"))
        .isEqualTo(8);
  }

  /** The page's policy names the hash of its script, so nothing that gets onto the page runs. */
  @Test
  void noOtherScriptRuns() throws IOException {
    Tab tab = open(SampleBundle.report());
    tabs.remove(tab); // Here the browser has to complain.

    tab.evaluate(
        """
        const planted = document.createElement("script");
        planted.textContent = "document.title = 'broken'";
        document.body.append(planted);
        """);
    assertThat(tab.text("document.title")).startsWith("page-to-meaning");
    assertThat(tab.complaints())
        .anyMatch(complaint -> complaint.contains("Content Security Policy"));
  }

  private static String tip(Tab tab) throws IOException {
    return tab.text("document.getElementById('tip').innerText.replace(/\\s+/g, ' ')");
  }

  private static String found(Tab tab) throws IOException {
    return tab.text("document.getElementById('found').textContent");
  }

  private static void choose(Tab tab, String select, String value) throws IOException {
    tab.evaluate(
        """
        (select => {
          select.value = "%s";
          select.dispatchEvent(new Event("change"));
        })(document.querySelector("%s"))
        """
            .formatted(value, select));
  }

  private Tab open(Report report) throws IOException {
    return open(report, WIDE, false);
  }

  private Tab open(Report report, int width, boolean dark) throws IOException {
    assumeTrue(
        browser.isPresent(),
        "Left out: no chromium, chromium-browser or google-chrome on the PATH, so the report's page"
            + " was not drawn.");
    Path page = folder.resolve("report-" + tabs.size() + ".html");
    Files.writeString(page, Reports.html(report));
    Tab tab = browser.orElseThrow().open(page, width, 900, dark);
    tabs.add(tab);
    return tab;
  }
}

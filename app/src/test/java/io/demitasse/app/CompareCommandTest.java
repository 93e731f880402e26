package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.demitasse.app.console.Console;
import io.demitasse.data.Sha256;
import io.demitasse.ir.TextGraph;
import io.demitasse.port.ModelFormat.WriteOptions;
import io.demitasse.port.Ports;
import io.demitasse.report.Report;
import io.demitasse.report.ReportReader;
import io.demitasse.report.Reports;
import io.demitasse.report.Version;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Results side by side, by what their reports tell. */
final class CompareCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  private Path write(String name, Report report) throws IOException {
    return write(name, report, json -> {});
  }

  private Path write(String name, Report report, Consumer<ObjectNode> change) throws IOException {
    ObjectNode json = (ObjectNode) JSON.readTree(Reports.json(report));
    change.accept(json);
    Files.writeString(folder.resolve(name + ".report.json"), json.toString());
    return Files.writeString(folder.resolve(name + ".onnx"), "its model");
  }

  private static Consumer<ObjectNode> setting(String key, String value) {
    return json -> ((ObjectNode) json.at("/setting")).put(key, value);
  }

  /** The cells of a row, of one table. */
  private static List<String> row(String label, Invocation run) {
    assertThat(run.code()).as(run.toString()).isZero();
    String line =
        run.out()
            .lines()
            .filter(each -> each.strip().startsWith(label + "  "))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no row '" + label + "' in " + run));
    List<String> cells = List.of(line.strip().split(" {2,}"));
    return cells.subList(1, cells.size());
  }

  @Test
  void resultsStandSideBySideAndTheBestOfEachRowIsMarked() throws IOException {
    Path small = write("small", SampleReport.report());
    Path smaller =
        write(
            "smaller",
            SampleReport.report(),
            json -> {
              ((ObjectNode) json.at("/parts/0/after")).put("fileBytes", 9_038_761);
              ((ObjectNode) json.at("/budget")).put("met", false);
              ((ObjectNode) json.at("/budget/held/0")).put("met", false);
            });

    Invocation run = Invocation.of("compare", small, smaller);

    assertThat(run.out())
        .startsWith("Compressed from all-minilm-l6-v2.onnx\n")
        .contains("Accuracy: retrieval over 2,050 samples: the built-in emoji queries\n")
        .contains("Times: Linux amd64, 2 processors, 2 threads, ONNX Runtime 1.29.0, CPU\n")
        .contains("  * is the best of its row");
    assertThat(row("size", run)).containsExactly("22.9 MB, 25.4 %", "9.04 MB, 10.0 % *");
    assertThat(row("8x64", run)).allMatch(cell -> cell.matches("0\\.\\d\\d \\(.*\\)")).hasSize(2);
    assertThat(row("cosine", run)).hasSize(2).noneMatch(cell -> cell.endsWith("*"));
    assertThat(row("peak memory", run)).containsExactly("not measured", "not measured");
    assertThat(row("budget", run)).containsExactly("met", "not met");
    assertThat(row("size", new Invocation(0, run.out().split("budget", 2)[1], "")))
        .containsExactly("<=30% met", "<=30% not met");
    assertThat(row("written", run)).containsExactly("2026-10-12 09:41", "2026-10-12 09:41");
    assertThat(row("by Demitasse", run)).containsExactly("0.1.0", "0.1.0");
    assertThat(row("steps", run)).hasSize(2).doesNotContain("none");
  }

  @Test
  void oneAloneIsShownToo() throws IOException {
    Invocation run = Invocation.of("compare", write("small", SampleReport.report()));

    assertThat(row("size", run)).containsExactly("22.9 MB, 25.4 %");
    assertThat(run.out()).doesNotContain("*").doesNotContain("!");
  }

  @Test
  void aResultThatIsNamedTwiceIsToldOf() throws IOException {
    Path small = write("small", SampleReport.report());

    Invocation run = Invocation.of("compare", small, small);

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.out()).containsIgnoringWhitespaces("small.report.json is here 2 times.");
  }

  @Test
  void aModelThatIsNotWhatItsReportDescribesIsToldOf() throws IOException {
    Path small = write("small", SampleReport.report(), json -> inventory(json, "small.onnx"));
    assertThat(Invocation.of("compare", small).out()).doesNotContain("!");

    Files.writeString(small, "another");
    Invocation changed = Invocation.of("compare", small);
    assertThat(changed.code()).as(changed.toString()).isZero();
    assertThat(changed.out())
        .containsIgnoringWhitespaces(
            "small.onnx changed since, or the report belongs to another result. What follows is"
                + " what the report says.");

    Path foreign = write("foreign", SampleReport.report(), json -> inventory(json, "small.onnx"));
    Files.delete(small);
    assertThat(Invocation.of("compare", foreign, "--json").out())
        .contains("\"changed\" : [ \"small.onnx\" ]");
  }

  /** Lists the model that {@link #write} writes. */
  private static void inventory(ObjectNode json, String model) {
    ObjectNode report = json.deepCopy();
    json.removeAll();
    json.putObject("files")
        .putObject(model)
        .put("bytes", "its model".length())
        .put("sha256", Sha256.of("its model"));
    json.setAll(report);
  }

  @Test
  void theReportOfALinkedModelLiesBesideTheModel() throws IOException {
    Path small = write("small", SampleReport.report());
    Path link =
        Files.createSymbolicLink(
            Files.createDirectory(folder.resolve("elsewhere")).resolve("link.onnx"), small);

    assertThat(row("size", Invocation.of("compare", link))).containsExactly("22.9 MB, 25.4 %");
  }

  @Test
  void ofBundlesTheWholeAndThePartsAreShown() throws IOException {
    Path small = write("small", SampleBundle.report());
    Path missed = write("missed", SampleBundle.missed());

    Invocation run = Invocation.of("compare", small, missed);

    assertThat(row("4 samples end to end", run)).hasSize(2).allMatch(cell -> cell.startsWith("0."));
    for (String part : SampleBundle.PARTS) {
      assertThat(run.out().lines().filter(line -> line.strip().startsWith(part + "  ")))
          .as(part + " in sizes and times")
          .hasSize(2);
    }
  }

  @Test
  void resultsOfDifferentOriginalsAreNotHeldAgainstEachOther() throws IOException {
    Path small = write("small", SampleReport.report());
    Path other =
        write(
            "other",
            SampleReport.report(),
            json -> {
              setting("original", "77aa77aa77aa").accept(json);
              ((ObjectNode) json.at("/parts/0/after")).put("fileBytes", 5);
            });

    Invocation run = Invocation.of("compare", small, other);

    assertThat(run.out())
        .startsWith("! These are results of different originals, so nothing here tells which is")
        .contains(small + ": all-minilm-l6-v2.onnx (90.4 MB, SHA-256 3f1c); " + other)
        .contains("SHA-256 77aa77aa).")
        .doesNotContain("*")
        .doesNotContain("Compressed from");
  }

  @Test
  void otherDataAndOtherMachinesAreToldAndOnlyTheRestIsRanked() throws IOException {
    Path small = write("small", SampleReport.report());
    Path other =
        write(
            "other",
            SampleReport.missed(),
            json -> {
              setting("machine", "Mac OS X aarch64, 8 processors").accept(json);
              ((ObjectNode) json.at("/parts/0/after")).put("fileBytes", 5_000);
              ((ObjectNode) json.at("/parts/0/timings/0/ratio")).put("low", .01);
              ((ObjectNode) json.at("/parts/0/timings/0/ratio")).put("value", .01);
              ((ObjectNode) json.at("/parts/0/timings/0/ratio")).put("high", .01);
            });

    Invocation run = Invocation.of("compare", small, other);

    assertThat(run.out())
        .contains("! Times were measured on different machines")
        .contains(other + ": Mac OS X aarch64, 8 processors, 2 threads, ONNX Runtime")
        .contains("! Accuracy was judged on different data")
        .contains(other + ": agreement over 16 samples: invented inputs")
        .doesNotContain("\nAccuracy: ", "\nTimes: ");
    assertThat(row("size", run).getLast()).endsWith(" *");
    assertThat(row("1x32", run)).noneMatch(cell -> cell.endsWith("*"));
    assertThat(row("cosine", run)).noneMatch(cell -> cell.endsWith("*"));
  }

  @Test
  void whatWasWrittenByALaterVersionSaysSo() throws IOException {
    Path later = write("later", SampleReport.report(), setting("version", "12.0"));

    Invocation run = Invocation.of("compare", later);

    assertThat(run.out())
        .startsWith(
            "! "
                + later
                + " was written by Demitasse 12.0, and this is "
                + Version.TEXT
                + ": something may be missing here.");
  }

  @Test
  void namesInReportsCannotMoveTheTerminal() throws IOException {
    String hostile = "\033[2J\n\u202eevil";
    Path bad =
        write(
            "bad",
            SampleReport.report(),
            json -> {
              json.put("title", hostile);
              setting("machine", hostile).accept(json);
              setting("version", hostile).accept(json);
              setting("created", hostile).accept(json);
              ((ObjectNode) json.at("/accuracy")).put("evidence", hostile);
              ((ObjectNode) json.at("/accuracy/scores/0")).put("metric", hostile.repeat(99));
              ((ObjectNode) json.at("/parts/0/timings/0")).put("workload", hostile);
              ((ObjectNode) json.at("/checks")).putArray("notes").add(hostile);
              json.withArray("candidates")
                  .forEach(each -> ((ObjectNode) each).putArray("steps").add(hostile));
            });

    Invocation run = Invocation.of("compare", bad, write("small", SampleReport.report()));

    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.out()).contains("\\u001b[2J\\n\\u202eevil").doesNotContain("\033", "\u202e");
    assertThat(run.out().lines()).noneMatch(line -> line.startsWith("evil"));
  }

  @ParameterizedTest
  @ValueSource(ints = {30, 60, 80, 100, 200})
  void whatDoesNotFitTheTerminalStandsBelow(int columns) throws IOException {
    List<Comparison.Result> results = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Path model = write("a-result-with-quite-a-long-name-" + i, SampleReport.report());
      Path report = Path.of(model.toString().replace(".onnx", ".report.json"));
      results.add(
          new Comparison.Result(
              model.toString(),
              report.toString(),
              new ReportReader(Version.TEXT).read(report),
              List.of()));
    }
    StringWriter out = new StringWriter();
    Console console = Console.plain(new PrintWriter(out), new PrintWriter(out));

    new ComparisonView(console, new Comparison(results)).show(List.of(), columns);

    List<String> table =
        out.toString()
            .lines()
            .dropWhile(line -> !line.isEmpty())
            .takeWhile(CompareCommandTest::ofTable)
            .toList();
    assertThat(table).allMatch(line -> line.codePointCount(0, line.length()) <= columns);
    assertThat(table.stream().filter(line -> line.startsWith("  size ")).count())
        .isEqualTo(columns < 80 ? 5 : columns < 200 ? 3 : 1);
    if (columns > 30) {
      for (int i = 0; i < 5; i++) {
        assertThat(String.join("\n", table)).contains("-a-long-name-" + i + ".onnx");
      }
    }
  }

  private static boolean ofTable(String line) {
    return !line.startsWith("  Times are") && !line.startsWith("Noted");
  }

  @Test
  void jsonTellsEverything() throws IOException {
    Path small = write("small", SampleReport.report());
    Path missed = write("missed", SampleReport.missed());

    Invocation run = Invocation.of("compare", small, missed, "--json");

    JsonNode json = JSON.readTree(run.out());
    assertThat(json.at("/results/0/name").asText()).isEqualTo(small.toString());
    assertThat(json.at("/results/1/file").asText()).endsWith("missed.report.json");
    assertThat(json.at("/results/0/report/parts/0/after/fileBytes").asLong()).isPositive();
    assertThat(json.at("/results/0/report/parts/0/timings/0/verdict").asText()).isNotEmpty();
    assertThat(json.at("/common/original").asBoolean()).isTrue();
    assertThat(json.at("/common/data").asBoolean()).isFalse();
    assertThat(json.at("/remarks/0").asText()).startsWith("Accuracy was judged");
  }

  @Test
  void aResultWithoutAReportIsToldWhereItWasLookedFor() throws IOException {
    Path model = Files.writeString(folder.resolve("lonely.onnx"), "a model");
    Files.writeString(
        folder.resolve("report.json"),
        "{\"files\":{\"other.onnx\":{\"bytes\":1,\"sha256\":\"a\"}}}");
    Path empty = Files.createDirectory(folder.resolve("empty"));

    Invocation ofFile = Invocation.of("compare", model);
    Invocation ofFolder = Invocation.of("compare", empty);

    assertThat(ofFile.code()).isEqualTo(2);
    assertThat(ofFile.err())
        .contains(model + " has no report: looked for " + folder.resolve("lonely.report.json"))
        .contains(" and " + folder.resolve("report.json") + ".", "compress again", "'bench'");
    assertThat(ofFolder.code()).isEqualTo(2);
    assertThat(ofFolder.err()).contains("looked for " + empty.resolve("report.json") + ".");
  }

  @Test
  void whatIsNotThereOrNoResultIsRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("notes.txt"), "years of work");
    Path cut = write("cut", SampleReport.report());
    Files.writeString(folder.resolve("cut.report.json"), "{\"setting\": {\"version\": ");

    for (Object wrong : new Object[] {folder.resolve("gone.onnx"), text, cut}) {
      Invocation run = Invocation.of("compare", write("small", SampleReport.report()), wrong);

      assertThat(run.code()).as(run.toString()).isEqualTo(2);
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).containsAnyOf("There is no result", "is not the report of a result");
    }
  }

  @Test
  void resultsOfCompressAreFoundByAnyOfTheirFiles() throws IOException {
    Path model = SmallEncoder.in(folder.resolve("model"));
    Path texts = SmallEncoder.texts(folder, 10);
    Path recipe =
        Files.writeString(
            folder.resolve("quantized.yaml"),
            "demitasse: 1\nresolved: true\nsteps:\n  - pass: quantize-dynamic\n");
    Path file = folder.resolve("small.onnx");
    Path inFolder = folder.resolve("small");
    Path quick = folder.resolve("quick.onnx");
    compress(model, "-o", file, "--data", texts, "--recipe", recipe, "--timing", 1);
    compress(model, "-o", inFolder, "--data", texts, "--recipe", recipe, "--timing", 1);
    compress(model, "-o", quick, "--quick");

    Invocation run =
        Invocation.of(
            "compare",
            file,
            folder.resolve("small.recipe.yaml"),
            folder.resolve("small.report.html"),
            inFolder,
            inFolder.resolve("model.onnx"),
            inFolder.resolve("report.json"),
            quick,
            "--json");

    assertThat(run.code()).as(run.toString()).isZero();
    JsonNode json = JSON.readTree(run.out());
    assertThat(json.at("/common/original").asBoolean()).isTrue();
    assertThat(json.at("/results").findValuesAsText("file"))
        .containsExactly(
            folder.resolve("small.report.json").toString(),
            folder.resolve("small.report.json").toString(),
            folder.resolve("small.report.json").toString(),
            inFolder.resolve("report.json").toString(),
            inFolder.resolve("report.json").toString(),
            inFolder.resolve("report.json").toString(),
            folder.resolve("quick.report.json").toString());
    Invocation shown = Invocation.of("compare", quick, file);
    assertThat(shown.out()).startsWith("! " + quick + " was made by --quick");
    assertThat(row("time", shown)).containsExactly("not measured");
    assertThat(row("loss", shown)).containsExactly("not measured");
    assertThat(row("budget", shown).getFirst()).isEqualTo("not measured");
    assertThat(row("steps", shown)).contains("quantize-dynamic");
  }

  /** Fine-tuned siblings may have the same graph file, with other weights beside it. */
  @Test
  void originalsDifferByTheWeightsBesideThemToo() throws IOException {
    List<String> originals = new ArrayList<>();
    for (int seed = 1; seed <= 2; seed++) {
      Path model = folder.resolve("tuned" + seed).resolve("model.onnx");
      Files.createDirectories(model.getParent());
      Ports.find()
          .format()
          .write(
              TextGraph.parse(
                  "ir 8, opset 17 graph g(x: float[1,64]) -> (y: float[1,64]) { w = float[64,64] ~ "
                      + seed
                      + " y = MatMul(x, w) }"),
              model,
              new WriteOptions(WriteOptions.ExternalData.ALWAYS, 1));
      Path small = folder.resolve("small" + seed + ".onnx");
      compress(model, "-o", small, "--quick");
      originals.add(small.toString());
    }

    Invocation run = Invocation.of("compare", originals.get(0), originals.get(1));

    assertThat(folder.resolve("tuned1/model.onnx"))
        .hasSameBinaryContentAs(folder.resolve("tuned2/model.onnx"));
    assertThat(run.out()).contains("! These are results of different originals");
  }

  private static void compress(Object... arguments) {
    List<Object> all = new ArrayList<>(List.of("compress"));
    all.addAll(List.of(arguments));
    Invocation run = Invocation.of(all.toArray());
    assertThat(run.code()).as(run.toString()).isZero();
  }
}

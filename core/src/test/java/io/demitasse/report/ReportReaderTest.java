package io.demitasse.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.demitasse.error.DemitasseException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ReportReaderTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ReportReader reader = new ReportReader("0.1.0");

  @TempDir private Path folder;

  @Test
  void readsWhatAComparisonNeeds() throws IOException {
    Report report = ReportsTest.report();
    Inventory inventory = new Inventory(Map.of("small.onnx", new Inventory.Entry(300, "abc")));

    ReportSummary read = read(Reports.json(report, inventory));

    assertThat(read.title()).isEqualTo(report.title());
    assertThat(read.setting()).isEqualTo(report.setting());
    assertThat(read.accuracy().evidence()).isEqualTo(report.accuracy().evidence());
    assertThat(read.accuracy().scores()).isEqualTo(report.accuracy().scores());
    assertThat(read.parts().getFirst().timings()).isEqualTo(report.parts().getFirst().timings());
    assertThat(read.bytesBefore()).isEqualTo(1_000);
    assertThat(read.bytesAfter()).isEqualTo(300);
    assertThat(read.checks().memory()).isEqualTo(Report.Memory.NOT_ASKED);
    assertThat(read.budget()).isEqualTo(report.budget());
    assertThat(read.steps()).containsExactly("quantize-dynamic");
    assertThat(read.wasMeasured()).isTrue();
  }

  @Test
  void readsWhatCompressPrinted() throws IOException {
    String printed = Json.text(Map.of("model", "small.onnx", "report", ReportsTest.report()));

    assertThat(read(printed)).isEqualTo(read(Reports.json(ReportsTest.report())));
  }

  @Test
  void whatALaterVersionAddsIsPassedOver() throws IOException {
    ObjectNode json = tree();
    json.putArray("novelties").addObject().put("depth", 3);
    ((ObjectNode) json.at("/setting")).put("mood", "good");

    assertThat(read(json.toString())).isEqualTo(read(tree().toString()));
  }

  @Test
  void reportsFromBeforeThereWereFoldsAreRead() throws IOException {
    ObjectNode json = tree();
    assertThat(((ObjectNode) json.at("/accuracy")).remove("crossValidated")).isNotNull();

    assertThat(read(json.toString())).isEqualTo(read(tree().toString()));
  }

  @Test
  void readsHowWeightsWereTrained() throws IOException {
    Report report = ReportsTest.report().trained(ReportsTest.TRAINING);

    assertThat(reader.training(file(Reports.json(report)))).isEqualTo(ReportsTest.TRAINING);
    String printed = Json.text(Map.of("model", "small.onnx", "report", report));
    assertThat(reader.training(file(printed))).isEqualTo(ReportsTest.TRAINING);
    assertThat(read(Reports.json(report))).isEqualTo(read(tree().toString()));
  }

  @Test
  void reportsFromBeforeThereWasTrainingAreRead() throws IOException {
    ObjectNode json = tree();
    assertThat(json.remove("training")).isNotNull();

    assertThat(read(json.toString())).isEqualTo(read(tree().toString()));
    assertThat(reader.training(file(json.toString()))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/training/0|end|\"TIRED\"",
        "/training/0|points|[null]",
        "/training/0|best|1.5",
        "/training/0/points/0|rate|true",
        "/training/0/points/0|judged|[]",
        "|training|[null]",
        "|training|7"
      })
  void curvesThatCannotBeAreRefused(String parent, String name, String value) throws IOException {
    ObjectNode json =
        (ObjectNode)
            JSON.readTree(Reports.json(ReportsTest.report().trained(ReportsTest.TRAINING)));
    ((ObjectNode) json.at(parent == null ? "" : parent)).set(name, JSON.readTree(value));

    assertThat(assertRefused(() -> reader.training(file(json.toString()))))
        .hasMessageContaining("cannot be understood: ");
  }

  @Test
  void numbersThatAreNoneStayThatWay() throws IOException {
    ObjectNode json = tree();
    ((ObjectNode) json.at("/accuracy/scores/0/degradation")).put("high", "Infinity");

    assertThat(read(json.toString()).accuracy().scores().getFirst().degradation().high())
        .isInfinite();
  }

  @ParameterizedTest
  @CsvSource({
    "/title",
    "/setting",
    "/setting/machine",
    "/setting/original",
    "/setting/threads",
    "/accuracy/scores",
    "/accuracy/scores/0/degradation/low",
    "/parts",
    "/parts/0/after/fileBytes",
    "/parts/0/timings/0/verdict",
    "/whole",
    "/checks/memory/bytesAfter",
    "/candidates/0/steps",
    "/budget/met",
    "/budget/held"
  })
  void whatIsMissingOrOfAnotherTypeIsNamed(String pointer) throws IOException {
    String name = pointer.substring(pointer.lastIndexOf('/') + 1);
    String place = pointer.substring(1).replaceAll("/(\\d)", "[$1]").replace('/', '.');
    for (JsonNode wrong :
        new JsonNode[] {
          null, NullNode.instance, JSON.readTree("{\"a\":[]}"), JSON.readTree("[[]]")
        }) {
      ObjectNode json = tree();
      ObjectNode parent =
          (ObjectNode) json.at(pointer.substring(0, pointer.length() - name.length() - 1));
      if (wrong == null) {
        parent.remove(name);
      } else {
        parent.set(name, wrong);
      }

      DemitasseException failure = refused(json.toString());

      assertThat(failure)
          .hasMessageMatching(
              "(?s).*("
                  + java.util.regex.Pattern.quote("'" + place)
                  + "|does not say what|JSON of another kind).*");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/parts/0/after|fileBytes|-1",
        "/parts/0/before|fileBytes|0",
        "/parts/0/before|fileBytes|1.5",
        "/parts/0/before|fileBytes|\"1\"",
        "/parts/0/before|fileBytes|99999999999999999999",
        "/parts/0/timings/0|verdict|\"SPLENDID\"",
        "/parts/0/timings/0|verdict|0",
        "/parts/0/timings/0/baseline|runs|1",
        "/accuracy/scores/0/degradation|low|9",
        "/setting|threads|true",
        "/budget|met|1",
        "|parts|[]",
        "|parts|[null]",
        "/candidates/0|steps|[null]"
      })
  void valuesThatCannotBeAreRefused(String parent, String name, String value) throws IOException {
    ObjectNode json = tree();
    ((ObjectNode) json.at(parent == null ? "" : parent)).set(name, JSON.readTree(value));

    assertThat(refused(json.toString()))
        .hasMessageContaining("cannot be understood: ")
        .hasMessageContaining("It was probably edited or damaged: compress again.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "7",
        "[]",
        "{}",
        "{\"report\": {}}",
        "{\"setting\": 3}",
        "{\"setting\": null}",
        "{\"model\": \"a.onnx\", \"recipe\": \"b\"}",
        "demitasse: 1",
        "{\"setting\": {\"version\": \"0.1.0\"}",
        "{\"setting\": {\"version\": \"0.1.0\"}} {}",
        "{\"setting\": {}, \"setting\": {}}"
      })
  void whatIsNoReportIsRefused(String text) throws IOException {
    assertThat(refused(text)).hasMessageNotContaining("jackson").hasMessageNotContaining("Outline");
  }

  @Test
  void aReportThatWasCutIsToldWithTheLine() throws IOException {
    String whole = Reports.json(ReportsTest.report());

    assertThat(refused(whole.substring(0, whole.length() / 2)))
        .hasMessageContaining("is not the report of a result: it is not whole JSON, line ");
  }

  @Test
  void bytesThatAreNoTextAreRefused() throws IOException {
    Path file = Files.write(folder.resolve("report.json"), new byte[] {'{', '"', -1, -2, 0, 7});

    assertRefused(() -> reader.read(file));
  }

  @Test
  void depthAndAmountHaveLimits() throws IOException {
    assertThat(refused("{\"a\":".repeat(5_000)))
        .hasMessageContaining("it holds more than a report has");
    ObjectNode json = tree();
    ((ObjectNode) json.at("/checks")).putArray("notes").addAll(many(110_000));
    assertThat(refused(json.toString())).hasMessageContaining("it holds more than a report has");
  }

  @Test
  void whatIsPassedOverMayBeLarge() throws IOException {
    ObjectNode json = tree();
    ((ObjectNode) json.at("/accuracy")).putArray("examples").addAll(many(110_000));

    assertThat(read(json.toString()).title()).isEqualTo("small.onnx");
  }

  @Test
  void aFileLargerThanAnyReportIsNotRead() throws IOException {
    Path file = folder.resolve("report.json");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength((256L << 20) + 1);
    }

    assertThat(assertRefused(() -> reader.read(file))).hasMessageContaining("268,435,457 bytes");
  }

  @Test
  void onlyFilesAreRead() {
    assertThat(assertRefused(() -> reader.read(folder)))
        .hasMessageContaining(folder + " is not the report of a result: it is not a regular file.");
    assertThat(assertRefused(() -> reader.read(folder.resolve("missing"))))
        .hasMessage("There is no report file " + folder.resolve("missing") + ".");
  }

  @Test
  void aPartThatIsListedTwiceIsRefused() throws IOException {
    ObjectNode json = tree();
    ArrayNode parts = (ArrayNode) json.at("/parts");
    parts.add(parts.get(0).deepCopy());

    assertThat(refused(json.toString())).hasMessageContaining("cannot be understood: ");
  }

  @Test
  void aNewerReportThatCannotBeUnderstoodSaysSo() throws IOException {
    ObjectNode json = tree();
    ((ObjectNode) json.at("/setting")).put("version", "0.10.0");
    json.remove("whole");

    assertThat(refused(json.toString()))
        .hasMessageEndingWith(
            "'whole' is missing, or is not what a report has there. Demitasse 0.10.0 wrote it, and"
                + " this is 0.1.0: use the newer one.");
  }

  @ParameterizedTest
  @CsvSource({
    "0.1.0, false",
    "0.0.9, false",
    "0.1, false",
    "0.1.1, true",
    "0.10.0, true",
    "1.0, true",
    "latest, false",
    "9999999999.0, false"
  })
  void versionsAreComparedByTheirNumbers(String other, boolean newer) {
    assertThat(reader.isNewer(other)).isEqualTo(newer);
  }

  private static List<JsonNode> many(int count) {
    return java.util.Collections.nCopies(count, JSON.getNodeFactory().textNode("x"));
  }

  private static ObjectNode tree() throws IOException {
    return (ObjectNode) JSON.readTree(Reports.json(ReportsTest.report()));
  }

  private ReportSummary read(String json) throws IOException {
    return reader.read(file(json));
  }

  private Path file(String json) throws IOException {
    return Files.writeString(folder.resolve("report.json"), json);
  }

  private DemitasseException refused(String json) {
    return assertRefused(() -> read(json));
  }

  private static DemitasseException assertRefused(ThrowingCallable reading) {
    DemitasseException[] caught = new DemitasseException[1];
    assertThatThrownBy(reading)
        .isInstanceOfSatisfying(
            DemitasseException.class,
            failure -> {
              assertThat(failure.kind()).isEqualTo(DemitasseException.Kind.BAD_REQUEST);
              caught[0] = failure;
            });
    return caught[0];
  }
}

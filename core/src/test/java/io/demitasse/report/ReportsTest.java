package io.demitasse.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.demitasse.evaluate.Confusion;
import io.demitasse.evaluate.Interval;
import io.demitasse.evaluate.Latency;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.evaluate.Verdict;
import io.demitasse.ir.RemovedUnits;
import io.demitasse.pipeline.Change;
import io.demitasse.sensitivity.LayerError;
import io.demitasse.train.Curve;
import io.demitasse.train.Point;
import io.demitasse.train.Trained;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class ReportsTest {
  private static final String HOSTILE = "</script><!-- <script>alert(\"REPORT\")</script>\u2028";
  private static final Pattern DATA =
      Pattern.compile(
          "<script type=\"application/json\" id=\"report\">(.*?)</script>", Pattern.DOTALL);
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void jsonTellsWhatWasMeasuredAndDecided() throws Exception {
    JsonNode json = JSON.readTree(Reports.json(report()));

    assertThat(json.at("/title").asText()).isEqualTo("small.onnx");
    assertThat(json.at("/setting/threads").asInt()).isEqualTo(2);
    assertThat(json.at("/parts/0/after/fileBytes").asLong()).isEqualTo(300);
    assertThat(json.at("/parts/0/before/bytesByType/0/name").asText()).isEqualTo("float");
    assertThat(json.at("/parts/0/timings/0/ratio/high").asDouble()).isEqualTo(.6);
    assertThat(json.at("/parts/0/timings/0/verdict").asText()).isEqualTo("FASTER");
    assertThat(json.at("/accuracy/scores/0/degradation/value").asDouble()).isEqualTo(.004);
    assertThat(json.at("/candidates/0/kept").asBoolean()).isTrue();
    assertThat(json.at("/candidates/0/steps/0").asText()).isEqualTo("quantize-dynamic");
    assertThat(json.at("/parts/0/changes/0/pass").asText()).isEqualTo("quantize-dynamic");
    assertThat(json.at("/parts/0/layerErrors/alone/0/error").asDouble()).isEqualTo(.01);
    assertThat(json.at("/parts/0/layerErrors/inResult/0/error").asDouble()).isEqualTo(.02);
    assertThat(json.at("/parts/0/graph/0/2").asText()).isEqualTo("QUANTIZED");
    assertThat(json.at("/budget/met").asBoolean()).isTrue();
  }

  @Test
  void jsonTellsHowWeightsWereTrained() throws Exception {
    JsonNode curve = JSON.readTree(Reports.json(report().trained(TRAINING))).at("/training/0");

    assertThat(curve.at("/part").asText()).isEqualTo("model");
    assertThat(curve.at("/points/1/learned/s~1labels").asDouble()).isEqualTo(.25);
    assertThat(curve.at("/points/1/judged/s~1labels").asText()).isEqualTo("Infinity");
    assertThat(curve.at("/best").asInt()).isZero();
    assertThat(curve.at("/end").asText()).isEqualTo("OUT_OF_TIME");
    assertThat(curve.at("/why").asText()).isEqualTo("The time was up.");
  }

  @Test
  void jsonTellsWhatWasRemoved() throws Exception {
    JsonNode json = JSON.readTree(Reports.json(report().without(REMOVED)));

    assertThat(json.at("/removed")).hasSize(1);
    assertThat(json.at("/removed/0").toString())
        .isEqualTo(
            "{\"part\":\"model\",\"group\":\"up\",\"kind\":\"NEURON\",\"size\":1,\"units\":4,"
                + "\"kept\":2,\"removed\":[1,3],\"importance\":[0.3,0.125,0.4,0.2]}");
    assertThat(JSON.readTree(Reports.json(report())).at("/removed")).isEmpty();
  }

  @Test
  void pageHoldsTheWholeReport() throws Exception {
    Report report = report().trained(TRAINING).without(REMOVED);

    assertThat(JSON.readTree(dataIn(Reports.html(report))))
        .isEqualTo(JSON.readTree(Reports.json(report)));
  }

  @Test
  void namesCannotLeaveTheirData() throws Exception {
    String data = dataIn(Reports.html(report()));

    assertThat(data).doesNotContain("<");
    assertThat(JSON.readTree(data).at("/parts/0/changes/0/node").asText()).isEqualTo(HOSTILE);
  }

  @Test
  void pageRefersToNothingOutside() {
    String page = Reports.html(report()).replace("http://www.w3.org/2000/svg", "");

    assertThat(page).doesNotContainIgnoringCase("http:").doesNotContainIgnoringCase("https:");
    assertThat(page).doesNotContain("@import", "url(", " src=");
    assertThat(page).contains("default-src 'none'");
  }

  private static String dataIn(String page) {
    Matcher matcher = DATA.matcher(page);
    assertThat(matcher.find()).as("a data element in the page").isTrue();
    return matcher.group(1);
  }

  /** Two neurons of four, by two steps. */
  private static final List<RemovedGroup> REMOVED =
      RemovedGroup.of(
          List.of(
              new RemovedUnits(
                  "model",
                  "up",
                  RemovedUnits.Kind.NEURON,
                  1,
                  4,
                  List.of(1),
                  List.of(.25, .125, .5, .1)),
              new RemovedUnits(
                  "model", "up", RemovedUnits.Kind.NEURON, 1, 3, List.of(2), List.of(.3, .4, .2))));

  /** A curve of a term that is judged worse than any number. */
  static final List<TrainingCurve> TRAINING =
      List.of(
          TrainingCurve.of(
              new Curve(
                  "model",
                  List.of(
                      new Point(0, 0, Map.of(), Map.of("s/labels", .5), .5, 0),
                      new Point(
                          20,
                          1e-5,
                          Map.of("s/labels", .25),
                          Map.of("s/labels", Double.POSITIVE_INFINITY),
                          Double.POSITIVE_INFINITY,
                          0)),
                  0,
                  Trained.End.OUT_OF_TIME,
                  Optional.of("The time was up."))));

  static Report report() {
    Interval loss = new Interval(.001, .004, .007);
    ScoreComparison score =
        new ScoreComparison(
            "cosine", new Interval(1, 1, 1), new Interval(.99, .996, 1), loss, 40, true);
    TimingComparison timing =
        new TimingComparison(
            "1x32",
            new Latency(new Interval(3.9, 4, 4.1), 3.9, 4.4, 60),
            new Latency(new Interval(1.9, 2, 2.1), 1.9, 2.2, 60),
            new Interval(.4, .5, .6),
            List.of(.45, .5, .5, .5, .55),
            Verdict.FASTER);
    return new Report(
        "small.onnx",
        new Report.Setting(
            "0.1.0", "2026-10-12T09:41:27Z", "ONNX Runtime", "Java 25", "Linux", 2, 7, "abc"),
        new Report.Accuracy(
            "agreement over 40 samples: texts.txt",
            Report.Splits.NONE,
            List.of(score),
            Report.CrossValidated.NONE,
            List.of(),
            List.of(),
            List.of(),
            Confusion.NONE,
            List.of()),
        List.of(
            new Report.Part(
                "model",
                stored(1_000, "float"),
                stored(300, "int8"),
                List.of(timing),
                new Report.LayerErrors(
                    List.of(new LayerError(HOSTILE, .01)), List.of(new LayerError(HOSTILE, .02))),
                List.of(
                    new Change(
                        "quantize-dynamic",
                        true,
                        "model",
                        HOSTILE,
                        "MatMul",
                        "computes in integers")),
                List.of(
                    new GraphNode(
                        HOSTILE, "MatMul", GraphNode.Fate.QUANTIZED, "float[1]", List.of(0))))),
        List.of(),
        Report.Checks.NONE,
        List.of(
            new Report.Tried(
                1,
                0,
                "quantize",
                List.of("quantize-dynamic"),
                300,
                List.of(timing),
                List.of(score),
                1,
                0,
                true,
                "30 % of the size")),
        new Report.Outcome("drop<=1%", true, List.of(), List.of()),
        "demitasse: 1\n");
  }

  private static Report.Stored stored(long bytes, String type) {
    return new Report.Stored(
        "abc",
        bytes,
        240,
        960,
        17,
        List.of(new Report.Count(type, bytes - 40)),
        List.of(new Report.Count("MatMul", 3)),
        new Report.Sparse(0, 0));
  }
}

package io.demitasse.media.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Difference;
import io.demitasse.evaluate.Example;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.Task.Score;
import io.demitasse.evaluate.TaskProvider;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.media.MiniLm;
import io.demitasse.media.data.Pages;
import io.demitasse.media.ocr.Box;
import io.demitasse.media.ocr.Boxes;
import io.demitasse.media.ocr.OcrSettings;
import io.demitasse.media.program.OcrProgram;
import io.demitasse.media.program.SingleProgram;
import io.demitasse.media.program.TextEncoder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scores of outputs that are made by hand. */
class OcrTaskTest {
  private static final Model PICTURES =
      TextGraph.parse(
          "ir 10, opset 17\n\ngraph main(x: float[B,3,H,W]) -> (y) {\n  y = Neg(x)\n}\n");
  private static final Model TEXTS =
      TextGraph.parse(
          """
          ir 10, opset 17

          graph main(input_ids: int64[B,S]) -> (y) {
            t = float[30522,2] ~ 1
            y = Gather(t, input_ids)
          }
          """);

  @TempDir Path folder;

  @BeforeEach
  void draw() throws IOException {
    for (String name : List.of("a.png", "b.png")) {
      ImageIO.write(
          new BufferedImage(100, 100, BufferedImage.TYPE_BYTE_GRAY),
          "png",
          folder.resolve(name).toFile());
    }
    list(
        "pages.jsonl",
        page("a.png", "easy", line(0, "abcd"), line(1, "two words")),
        page("b.png", "hard", line(0, "xyz")),
        page("a.png", "easy", line(2, "1234567")));
  }

  @Test
  void theMeanOfALinesScoresIsOneMinusTheCharacterErrorRate() {
    List<Map<String, Tensor>> outputs =
        List.of(
            read(found(1, " two  wrds "), found(0, "abXd")),
            read(found(0, "xyz")),
            read(found(2, "1234567")));

    List<Score> scores = task("pages").scores().of(outputs, outputs);

    assertThat(scores)
        .extracting(Score::metric)
        .containsExactly(
            "character accuracy, easy",
            "exact lines, easy",
            "character accuracy, hard",
            "exact lines, hard",
            "map overlap");
    assertThat(scores).extracting(Score::limited).containsExactly(true, false, true, false, false);
    // 20 characters, of which one is replaced and one missing; 3 lines.
    assertThat(scores.get(0).perSample())
        .containsExactly(new double[] {1 - 1 * 3 / 20.0, 1 - 1 * 3 / 20.0, 1}, within(1e-12));
    assertThat(scores.get(0).value()).isCloseTo(1 - 2 / 20.0, within(1e-12));
    assertThat(scores.get(1).perSample()).containsExactly(0, 0, 1);
    assertThat(scores.get(2).perSample()).containsExactly(1);
  }

  @Test
  void aMissedLineIsWrongInAllItsCharacters() {
    List<Map<String, Tensor>> outputs =
        List.of(read(found(0, "abcd")), read(), read(found(2, "1234567")));

    List<Score> scores = task("pages").scores().of(outputs, outputs);

    assertThat(scores.get(0).value()).isCloseTo(1 - 9 / 20.0, within(1e-12));
    assertThat(scores.get(1).perSample()).containsExactly(1, 0, 1);
    assertThat(scores.get(2).perSample()).containsExactly(0);
  }

  @Test
  void whatIsInventedIsSpreadOverTheLinesOfItsPage() {
    List<Map<String, Tensor>> outputs =
        List.of(
            read(found(0, "abcd"), found(1, "two words"), found(4, "ghost")),
            read(found(0, "xyz")),
            read(found(2, "1234567")));

    List<Score> scores = task("pages").scores().of(outputs, outputs);

    assertThat(scores.get(0).perSample())
        .containsExactly(new double[] {1 - 2.5 * 3 / 20, 1 - 2.5 * 3 / 20, 1}, within(1e-12));
    assertThat(scores.get(0).value()).isCloseTo(1 - 5 / 20.0, within(1e-12));
    assertThat(scores.get(1).perSample()).containsExactly(1, 1, 1);
  }

  @Test
  void whatIsInventedOnAPageWithoutLinesIsSpreadOverTheRow() throws IOException {
    list(
        "pages.jsonl",
        page("a.png", "easy", line(0, "abcd"), line(1, "abcdef")),
        page("b.png", "easy"));
    List<Map<String, Tensor>> outputs =
        List.of(read(found(0, "abcd"), found(1, "abcdef")), read(found(0, "ghost")));

    Score accuracy = task("pages").scores().of(outputs, outputs).getFirst();

    assertThat(accuracy.perSample()).containsExactly(new double[] {0.5, 0.5}, within(1e-12));
  }

  @Test
  void aLineInTwoPiecesIsTheLargerPieceAndAnInvention() {
    Box line = box(0);
    Map<String, Tensor> pieces =
        outputs(
            List.of("abc", "d"), List.of(Box.upright(5, 0, 70, 10), Box.upright(70, 0, 95, 10)));
    assertThat(line).isEqualTo(Box.upright(5, 0, 95, 10));

    List<Score> scores =
        task("pages")
            .scores()
            .of(
                List.of(pieces, read(found(0, "xyz")), read(found(2, "1234567"))),
                List.of(read(), read(), read()));

    // One left out of the first line, one inserted, the second line of nine missed.
    assertThat(scores.get(0).value()).isCloseTo(1 - 11 / 20.0, within(1e-12));
  }

  @Test
  void mapsAreComparedWithTheOriginals() {
    List<Map<String, Tensor>> outputs =
        List.of(withMap(read(), 1, 1, 0, 0), withMap(read(), 0, 0, 0, 0), withMap(read(), 1));
    List<Map<String, Tensor>> original =
        List.of(
            withMap(read(), 0, 1, 1, 1), withMap(read(), 0, 0, 0, 0), withMap(read(), 1, 1, 1, 1));

    Score overlap = task("pages").scores().of(outputs, original).getLast();

    assertThat(overlap.metric()).isEqualTo("map overlap");
    assertThat(overlap.perSample()).containsExactly(0.25, 1, 0);
  }

  @Test
  void linesThatAreQueriesAreRankedAndAMissedOneIsLast() throws IOException {
    list(
        "pages.jsonl",
        page("a.png", "easy", query(0, "q one", "east"), query(1, "q two", "north")),
        page("b.png", "easy", query(0, "q three", "east"), line(1, "no query")));
    Map<String, Tensor> first = new LinkedHashMap<>(read(found(1, "q two"), found(0, "q one")));
    first.put("embedding", Tensor.ofFloats(new long[] {2, 2}, 2, 1, 3, 0));
    Map<String, Tensor> second = new LinkedHashMap<>(read(found(1, "no query")));
    second.put("embedding", Tensor.ofFloats(new long[] {1, 2}, 1, 0));
    try (OcrProgram program = program(true)) {
      Task task = task("pages", program);
      List<Map<String, Tensor>> outputs = List.of(first, second, embedding(1, 0), embedding(0, 1));

      List<Score> scores = task.scores().of(outputs, outputs);

      assertThat(task.samples().size()).isEqualTo(4);
      assertThat(task.samples().get(2)).isEqualTo(new Sample.Text("label 'east'", "east"));
      assertThat(scores).extracting(Score::metric).endsWith("map overlap", "recall@10", "mrr");
      // "q one" is nearest to east, "q two" to east too, and "q three" was not found.
      assertThat(scores.getLast().perSample()).containsExactly(1, 0.5, 0.5);
      assertThat(scores.get(3).perSample()).containsExactly(1, 1, 1);
      assertThat(scores.get(3).limited()).isTrue();
    }
  }

  @Test
  void linesOfKnownPlaceArePairedAsTheyStand() {
    Task task = task("lines");
    List<Map<String, Tensor>> outputs =
        List.of(
            read(found(0, "abcd"), found(1, "")), read(found(0, "xyz")), read(found(2, "1234567")));

    List<Score> scores = task.scores().of(outputs, outputs);

    assertThat(scores).extracting(Score::metric).doesNotContain("map overlap");
    assertThat(scores.get(0).value()).isCloseTo(1 - 9 / 20.0, within(1e-12));
    Sample.Tensors sample = (Sample.Tensors) task.samples().get(0);
    assertThat(sample.inputs().get("image")).hasToString("uint8[100,100,3]");
    assertThat(sample.inputs().get("boxes").toFloats()).startsWith(5, 0, 95, 0, 95, 10, 5, 10);
  }

  @Test
  void pagesToCalibrateOnMayLieBeside() throws IOException {
    assertThat(task("pages").calibration().size()).isEqualTo(3);
    list("calibration.jsonl", page("b.png", "other", line(0, "calibrate")));

    Task task = task("pages");

    assertThat(task.calibration().size()).isEqualTo(1);
    assertThat(task.calibration().get(0))
        .isEqualTo(new Sample.File("b.png", folder.resolve("b.png")));
    assertThat(task.samples().size()).isEqualTo(3);
  }

  @Test
  void pagesThatSufferedMostAreShownFirst() {
    List<Map<String, Tensor>> before =
        List.of(
            read(found(0, "abcd"), found(1, "two words")),
            read(found(0, "xyz")),
            read(found(2, "1234567")));
    List<Map<String, Tensor>> after =
        List.of(
            read(found(0, "abcX"), found(1, "two words")),
            read(found(4, "ghost")),
            read(found(2, "1234567")));

    List<Example> examples = task("pages").examples(2).orElseThrow().of(after, before);

    assertThat(examples).extracting(Example::title).containsExactly("b.png (hard)", "a.png (easy)");
    assertThat(examples.get(0).marks())
        .extracting(mark -> mark.before() + "|" + mark.after() + "|" + mark.truth())
        .containsExactly("xyz||xyz", "|ghost|");
    assertThat(examples.get(1).marks())
        .extracting(mark -> mark.before() + "|" + mark.after() + "|" + mark.truth())
        .containsExactly("abcd|abcX|abcd", "two words|two words|two words");
    assertThat(examples.get(1).marks().getFirst().corners())
        .containsExactly(5.0, 0.0, 95.0, 0.0, 95.0, 10.0, 5.0, 10.0);
    assertThat(examples.get(0).width()).isEqualTo(100);
  }

  @Test
  void whatBothReadWhereNobodySaidALineIsBecomesOneMark() throws IOException {
    list("pages.jsonl", page("a.png", "easy"), page("b.png", "easy", line(0, "abcd")));
    List<Map<String, Tensor>> before =
        List.of(read(found(0, "lanterns"), found(1, "cup"), found(2, "lost")), read());
    List<Map<String, Tensor>> after =
        List.of(read(found(1, "cup"), found(0, "lantems"), found(4, "ghost")), read());

    Example page =
        task("pages").examples(2).orElseThrow().of(after, before).stream()
            .filter(each -> each.title().startsWith("a.png"))
            .findFirst()
            .orElseThrow();

    assertThat(page.marks())
        .extracting(mark -> mark.before() + "|" + mark.after() + "|" + mark.truth())
        .containsExactly("lanterns|lantems|", "cup|cup|", "lost||", "|ghost|");
    assertThat(page.marks())
        .extracting(Example.Mark::changed)
        .containsExactly(true, false, true, true);
  }

  @Test
  void withoutLabelsOrBoxesTheTextsThatAreReadDifferentlyAreListed() {
    Task task =
        TaskProvider.find(
            new TaskProvider.Request(
                "agreement", Bundle.of(PICTURES), program(false), folder, folder, Map.of(), 1));

    List<Difference> differences =
        task.differences(5)
            .orElseThrow()
            .of(
                List.of(outputs(List.of("cup"), List.of()), outputs(List.of("lantems"), List.of())),
                List.of(
                    outputs(List.of("cup"), List.of()), outputs(List.of("lanterns"), List.of())));

    assertThat(differences)
        .extracting(each -> each.sample() + ": " + each.before() + " > " + each.after())
        .containsExactly("b.png: lanterns > lantems");
  }

  @Test
  void theBuiltInPagesAskForPagesOfTheUsersOwn() {
    assertThat(OcrTask.builtIn(program(false), OcrUnit.PAGES).withPages(1).samples().advice())
        .contains("built-in pages", "--data pages.jsonl", Pages.FORM);
  }

  @Test
  void aSubsetIsAtMostAFifthOfThePagesAndTwoOfARow() {
    OcrTask all = OcrTask.builtIn(program(false), OcrUnit.PAGES);

    assertThat(all.subset().orElseThrow().samples().size()).isEqualTo(10);
    assertThat(all.withPages(5).subset().orElseThrow().samples().size()).isEqualTo(5);
    assertThat(all.withPages(4).subset()).isEmpty();
  }

  @Test
  void fewLinesAreWeakEvidenceHoweverManyPagesTheyStandOn() throws IOException {
    assertThat(task("pages").samples().advice()).startsWith("4 lines are few");
    String[] lines = new String[60];
    java.util.Arrays.fill(lines, line(0, "abcd"));
    list("pages.jsonl", page("a.png", "easy", lines));
    assertThat(task("pages").samples().advice()).isEmpty();
  }

  @Test
  void whatDoesNotFitIsABadRequest() throws IOException {
    assertThatThrownBy(() -> task("words"))
        .isInstanceOf(DemitasseException.class)
        .hasMessage("The task ocr has no unit 'words'. Known: pages, lines.");
    list("pages.jsonl", page("a.png", "easy"));
    assertThatThrownBy(() -> task("pages"))
        .hasMessageStartingWith(folder + " has no page with a line of text; it needs ");
    SingleProgram single = SingleProgram.of(PICTURES, folder, SingleProgram.Options.DEFAULT);
    TaskProvider.Request request =
        new TaskProvider.Request("ocr", Bundle.of(PICTURES), single, folder, folder, Map.of(), 1);
    assertThatThrownBy(() -> TaskProvider.find(request))
        .hasMessage(
            "The task ocr needs a bundle of the program 'ocr'; " + folder + " is run by 'single'.");
  }

  private Task task(String unit) {
    return task(unit, program(false));
  }

  private Task task(String unit, OcrProgram program) {
    return TaskProvider.find(
        new TaskProvider.Request(
            "ocr", Bundle.of(PICTURES), program, folder, folder, Map.of("unit", unit), 1));
  }

  private static OcrProgram program(boolean embeds) {
    Map<String, Model> parts = new LinkedHashMap<>();
    parts.put("detector", PICTURES);
    parts.put("recognizer", PICTURES);
    parts.put("text", TEXTS);
    TextEncoder encoder =
        embeds
            ? new TextEncoder(
                io.demitasse.media.DeclaredInputs.of(TEXTS),
                MiniLm.tokenizer(io.demitasse.media.text.TextLimits.of(TEXTS)),
                io.demitasse.media.text.Pooling.MEAN)
            : null;
    return OcrProgram.of(new Bundle(parts), OcrSettings.DEFAULT, List.of("a"), encoder);
  }

  private record Found(int place, String text) {}

  private static Found found(int place, String text) {
    return new Found(place, text);
  }

  private static Map<String, Tensor> read(Found... found) {
    List<String> texts = new ArrayList<>();
    List<Box> boxes = new ArrayList<>();
    for (Found line : found) {
      texts.add(line.text());
      boxes.add(box(line.place()));
    }
    return outputs(texts, boxes);
  }

  private static Map<String, Tensor> outputs(List<String> texts, List<Box> boxes) {
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    outputs.put(
        "text",
        Tensor.ofStrings(
            new long[] {texts.size()},
            texts.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList()));
    outputs.put("boxes", Boxes.tensor(boxes));
    outputs.put("map", Tensor.ofBytes(DataType.BOOL, new long[] {0, 0}));
    return outputs;
  }

  private static Map<String, Tensor> withMap(Map<String, Tensor> outputs, int... map) {
    byte[] bytes = new byte[map.length];
    for (int i = 0; i < map.length; i++) {
      bytes[i] = (byte) map[i];
    }
    outputs.put("map", Tensor.ofBytes(DataType.BOOL, new long[] {1, map.length}, bytes));
    return outputs;
  }

  private static Map<String, Tensor> embedding(float... values) {
    return Map.of("embedding", Tensor.ofFloats(new long[] {1, values.length}, values));
  }

  private static Box box(int place) {
    return Box.upright(5, 20 * place, 95, 20 * place + 10);
  }

  private void list(String name, String... pages) throws IOException {
    Files.writeString(folder.resolve(name), String.join("\n", pages));
  }

  private static String page(String image, String row, String... lines) {
    return "{\"image\":\"%s\",\"row\":\"%s\",\"lines\":[%s]}"
        .formatted(image, row, String.join(",", lines));
  }

  private static String line(int place, String text) {
    int top = 20 * place;
    return "{\"text\":\"%s\",\"box\":[[5,%d],[95,%d],[95,%d],[5,%d]]}"
        .formatted(text, top, top, top + 10, top + 10);
  }

  private static String query(int place, String text, String match) {
    return line(place, text).replace("}", ",\"match\":\"" + match + "\"}");
  }
}

package io.demitasse.media.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.Task.Score;
import io.demitasse.evaluate.TaskProvider;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Tensor;
import io.demitasse.media.PpOcr;
import io.demitasse.media.data.BuiltInPages;
import io.demitasse.media.data.Page;
import io.demitasse.media.data.Pages;
import io.demitasse.media.ocr.OcrSettings;
import io.demitasse.media.program.OcrProgram;
import io.demitasse.media.program.SingleProgram;
import io.demitasse.media.program.TextEncoder;
import io.demitasse.recipe.Budget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The task on pages that the project brings, with the real models. */
class OcrPagesTest {
  @TempDir static Path folder;

  private static PpOcr models;
  private static Bundle bundle;
  private static OcrProgram program;

  @BeforeAll
  static void open() throws IOException {
    models = new PpOcr(folder);
    bundle = models.bundle("detector", "classifier", "recognizer", "text");
    TextEncoder encoder =
        TextEncoder.of(models.model("text"), models.file("text"), SingleProgram.Options.DEFAULT)
            .orElseThrow();
    program = OcrProgram.of(bundle, OcrSettings.DEFAULT, PpOcr.keys(), encoder);
    // A clean page, one that lies upside down, and one of queries.
    List<String> few =
        Files.readAllLines(BuiltInPages.list()).stream()
            .filter(
                line ->
                    line.contains("\"32px/01.png\"")
                        || line.contains("\"rotated/03.png\"")
                        || line.contains("\"20px/01.png\""))
            .toList();
    Files.write(folder.resolve("pages.jsonl"), few);
    for (String image : List.of("32px/01.png", "rotated/03.png", "20px/01.png")) {
      Path copy = folder.resolve(image);
      Files.createDirectories(copy.getParent());
      Files.copy(BuiltInPages.list().resolveSibling(image), copy);
    }
  }

  @AfterAll
  static void close() {
    program.close();
    models.close();
  }

  @Test
  void pagesAreFoundReadAndUnderstood() {
    Task task = task("pages", folder);
    List<Map<String, Tensor>> outputs = run(task);

    List<Score> scores = task.scores().of(outputs, outputs);

    assertThat(mean(scores, "character accuracy, clean, 32 px")).isGreaterThan(0.95);
    assertThat(mean(scores, "character accuracy, rotated")).isGreaterThan(0.8);
    assertThat(mean(scores, "character accuracy, 20 px, noise 15")).isGreaterThan(0.8);
    assertThat(mean(scores, "map overlap")).isEqualTo(1);
    assertThat(mean(scores, "recall@10")).isGreaterThan(0.5);
  }

  @Test
  void aPageUpsideDownIsReadInTheOrderOfItsText() {
    Task task = task("pages", folder);
    int index = 0;
    while (!task.samples().get(index).id().equals("rotated/03.png")) {
      index++;
    }
    Page page = Pages.read(folder.resolve("pages.jsonl")).pages().get(index);

    PageReading reading =
        PageReading.of(page, program.run(task.samples().get(index), models), OcrUnit.PAGES);

    assertThat(reading.invented()).isEmpty();
    assertThat(reading.partners()).isSorted().doesNotContain(-1);
  }

  @Test
  void linesAreReadWithoutBeingLookedFor() {
    Task task = task("lines", folder);
    models.ran();

    List<Map<String, Tensor>> outputs = run(task);

    assertThat(models.ran()).containsOnly("recognizer", "text");
    assertThat(mean(task.scores().of(outputs, outputs), "character accuracy, clean, 32 px"))
        .isGreaterThan(0.95);
  }

  @Test
  void withoutDataTheProjectsOwnPagesAreRead() {
    Task task = task("pages", null);

    Samples samples = task.samples();

    assertThat(samples.account()).hasSize(1);
    assertThat(pictures(samples)).isGreaterThan(100);
    assertThat(task.calibration().size()).isBetween(20, 30);
    assertThat(pictures(task.calibration())).isEqualTo(task.calibration().size());
    assertThat(task.calibration().get(0).id()).startsWith("calibration/");
    List<Page> pages = Pages.read(BuiltInPages.list()).pages();
    pages.stream()
        .collect(
            java.util.stream.Collectors.groupingBy(
                Page::row, java.util.stream.Collectors.summingInt(page -> page.lines().size())))
        .forEach((row, lines) -> assertThat(lines).as(row).isGreaterThanOrEqualTo(500));
  }

  @Test
  void pagesOfEachRowChooseAndJudge() {
    TaskSplits splits =
        task("pages", null)
            .splits(
                new TaskSplits.Request(0, Budget.parse("drop<=3%, drop(recall@10)<=3%")::limit));

    assertThat(splits.sizes().told())
        .isEqualTo("judged on 1,479 lines, chosen on 1,546, calibrated on 25 pages");
    List<Page> pages = Pages.read(BuiltInPages.list()).pages();
    Set<String> rows = pages.stream().map(Page::row).collect(Collectors.toSet());
    assertThat(rows(pages, splits.choose())).isEqualTo(rows);
    assertThat(rows(pages, splits.judge())).isEqualTo(rows);
    assertThat(splits.choose().calibration().get(0).id()).startsWith("calibration/");
  }

  private static Set<String> rows(List<Page> pages, Task task) {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < task.samples().size(); i++) {
      ids.add(task.samples().get(i).id());
    }
    return pages.stream()
        .filter(page -> ids.contains(page.id()))
        .map(Page::row)
        .collect(Collectors.toSet());
  }

  /** Lines of noise have wide intervals: what keeps half a point on all would not on half. */
  @Test
  void aTightLimitTakesAllPages() {
    TaskSplits splits =
        task("pages", null).splits(new TaskSplits.Request(0, Budget.DEFAULT::limit));

    assertThat(splits.isDivided()).isFalse();
    assertThat(splits.sizes().judged()).hasToString("3,025 lines");
    assertThat(splits.sizes().shared()).singleElement().asString().contains("each needs 753");
  }

  private static long pictures(Samples samples) {
    long pictures = 0;
    for (int i = 0; i < samples.size(); i++) {
      pictures += samples.get(i) instanceof Sample.File ? 1 : 0;
    }
    return pictures;
  }

  private static Task task(String unit, @Nullable Path data) {
    return TaskProvider.find(
        new TaskProvider.Request("ocr", bundle, program, folder, data, Map.of("unit", unit), 1));
  }

  private static List<Map<String, Tensor>> run(Task task) {
    List<Map<String, Tensor>> outputs = new ArrayList<>();
    for (int i = 0; i < task.samples().size(); i++) {
      outputs.add(task.program().run(task.samples().get(i), models));
    }
    return outputs;
  }

  private static double mean(List<Score> scores, String metric) {
    return scores.stream()
        .filter(score -> score.metric().equals(metric))
        .findFirst()
        .orElseThrow()
        .value();
  }
}

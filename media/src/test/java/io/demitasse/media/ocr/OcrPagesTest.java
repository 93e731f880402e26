package io.demitasse.media.ocr;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages of text that everyone measures with: complete, whole, and apart from calibration. */
class OcrPagesTest {
  private static final String FOLDER = "/io/demitasse/media/ocr/";
  private static final String KEYS = "/models/ppocr_keys_v1.txt";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PHRASE = 7;
  private static final int RIM = 2;

  private record Page(String image, String row, List<Line> lines) {}

  private record Line(String text, List<List<Integer>> box, @Nullable String match) {}

  @Test
  void everyRowHasLinesEnoughToTellPerMilles() throws IOException {
    assertThat(linesByRow("pages.jsonl"))
        .containsOnlyKeys(
            "clean, 32 px", "20 px, noise 15", "16 px, noise 20", "14 px, noise 25", "rotated")
        .allSatisfy((row, lines) -> assertThat(lines).as(row).hasSizeGreaterThanOrEqualTo(500));
    assertThat(linesByRow("calibration.jsonl").keySet())
        .isEqualTo(linesByRow("pages.jsonl").keySet());
  }

  @ParameterizedTest
  @ValueSource(strings = {"pages.jsonl", "calibration.jsonl"})
  void everyPictureIsThereAndItsBoxesLieInsideItClockwise(String list) throws IOException {
    for (Page page : pages(list)) {
      BufferedImage image = image(page);
      for (Line line : page.lines()) {
        assertThat(line.box()).as(page.image() + ": " + line.text()).hasSize(4);
        assertThat(line.box())
            .as(page.image() + ": " + line.text())
            .allSatisfy(
                corner -> {
                  assertThat(corner.get(0)).isBetween(0, image.getWidth());
                  assertThat(corner.get(1)).isBetween(0, image.getHeight());
                });
        assertThat(twiceTheArea(line.box())).as(line.text()).isGreaterThan(2L * 4 * 4);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pages.jsonl", "calibration.jsonl"})
  void theInkOfCleanPagesIsInsideTheBoxes(String list) throws IOException {
    for (Page page : pages(list)) {
      if (page.row().startsWith("clean")) {
        BufferedImage image = image(page);
        page.lines().forEach(line -> whiten(image, line.box()));
        assertThat(
                image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth()))
            .as(page.image())
            .containsOnly(image.getRGB(0, 0));
      }
    }
  }

  @Test
  void aFifthOfTheRotatedPagesLiesUpsideDown() throws IOException {
    List<Page> rotated =
        pages("pages.jsonl").stream().filter(page -> page.row().equals("rotated")).toList();

    assertThat(rotated.stream().filter(OcrPagesTest::upsideDown).count())
        .isEqualTo(rotated.size() / 5);
  }

  @Test
  void theRecognizerKnowsEveryCharacter() throws IOException {
    Set<Integer> known = read(KEYS).codePoints().boxed().collect(Collectors.toSet());
    known.add((int) ' ');
    known.remove((int) '\n');
    for (String list : List.of("pages.jsonl", "calibration.jsonl")) {
      for (Page page : pages(list)) {
        for (Line line : page.lines()) {
          assertThat(line.text()).isEqualTo(line.text().strip()).isNotEmpty();
          assertThat(known).as(line.text()).containsAll(line.text().codePoints().boxed().toList());
        }
      }
    }
  }

  @Test
  void nothingThatIsReadForCalibrationIsReadAgainForEvaluation() throws IOException {
    Set<String> shared = phrases(linesByRow("calibration.jsonl").values());
    assertThat(shared).hasSizeGreaterThan(1000);

    shared.retainAll(phrases(linesByRow("pages.jsonl").values()));

    assertThat(shared).isEmpty();
  }

  @Test
  void everyQueryOfTheEmojiTaskStandsOnAPageWithItsLabel() throws IOException {
    Set<String> labels = new TreeSet<>();
    read("/io/demitasse/media/emoji/queries.tsv")
        .lines()
        .skip(1)
        .forEach(row -> labels.add(row.split("\t", -1)[2]));

    assertThat(linesByRow("pages.jsonl").get("20 px, noise 15"))
        .extracting(Line::match)
        .containsExactlyInAnyOrderElementsOf(labels);
  }

  private static Set<String> phrases(Collection<List<Line>> rows) {
    Set<String> phrases = new HashSet<>();
    for (List<Line> row : rows) {
      String[] words = row.stream().map(Line::text).collect(Collectors.joining(" ")).split(" ");
      for (int i = 0; i + PHRASE <= words.length; i++) {
        phrases.add(String.join(" ", Arrays.asList(words).subList(i, i + PHRASE)));
      }
    }
    return phrases;
  }

  private static boolean upsideDown(Page page) {
    List<List<Integer>> box = page.lines().getFirst().box();
    return box.get(0).get(0) > box.get(1).get(0);
  }

  /** Positive for corners that run clockwise on a picture, whose y grows downward. */
  private static long twiceTheArea(List<List<Integer>> box) {
    long area = 0;
    for (int i = 0; i < box.size(); i++) {
      List<Integer> from = box.get(i);
      List<Integer> to = box.get((i + 1) % box.size());
      area += (long) from.get(0) * to.get(1) - (long) to.get(0) * from.get(1);
    }
    return area;
  }

  /** Paints an upright box in the color of the paper, with the softened rim of the letters. */
  private static void whiten(BufferedImage image, List<List<Integer>> box) {
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(new Color(image.getRGB(0, 0)));
    int x = box.get(0).get(0) - RIM;
    int y = box.get(0).get(1) - RIM;
    graphics.fillRect(x, y, box.get(2).get(0) + RIM - x, box.get(2).get(1) + RIM - y);
    graphics.dispose();
  }

  private static Map<String, List<Line>> linesByRow(String list) throws IOException {
    Map<String, List<Line>> rows = new TreeMap<>();
    for (Page page : pages(list)) {
      rows.computeIfAbsent(page.row(), row -> new ArrayList<>()).addAll(page.lines());
    }
    return rows;
  }

  private static List<Page> pages(String list) throws IOException {
    List<Page> pages = new ArrayList<>();
    for (String line : read(FOLDER + list).lines().toList()) {
      pages.add(JSON.readValue(line, Page.class));
    }
    return pages;
  }

  private static BufferedImage image(Page page) throws IOException {
    try (InputStream in = open(FOLDER + page.image())) {
      return Objects.requireNonNull(ImageIO.read(in), page.image());
    }
  }

  private static String read(String resource) throws IOException {
    try (InputStream in = open(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static InputStream open(String resource) {
    return Objects.requireNonNull(OcrPagesTest.class.getResourceAsStream(resource), resource);
  }
}

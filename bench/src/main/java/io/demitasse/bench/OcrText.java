package io.demitasse.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The text of the pages: sentences that flow from line to line and from page to page, each word
 * used once, and the emoji queries, a line each.
 */
final class OcrText {
  private static final String QUERIES = "/io/demitasse/media/emoji/queries.tsv";
  private static final int SHORTEST = 27;
  private static final int LONGEST = 34;

  /** The longest query in characters that goes on a page of its class. */
  private static final int[] WIDTHS = {20, 26, 32, 38, 46, 56, 70, Integer.MAX_VALUE};

  /** What the recognizer's characters lack, or have twice, and what is written in its place. */
  private static final Map<String, String> SPELLINGS =
      Map.of("ñ", "n", "ê", "e", "’", "'", "–", "-", "−", "-", " ?[✓♪〒]", "");

  /** A line of text, and the label that it should retrieve where it is a query. */
  record Line(String text, @Nullable String match) {}

  private final List<String> words;
  private int next;

  private OcrText(List<String> words) {
    this.words = words;
  }

  /** The sentences in a file of this package, one a line. */
  static OcrText of(String name) throws IOException {
    return new OcrText(List.of(read("ocr/" + name).strip().split("\\s+")));
  }

  /** The words of a file, as far as they are of characters that recognizers know. */
  static OcrText of(Path file) throws IOException {
    String text = Files.readString(file).replaceAll("[^ -~]+", " ");
    return new OcrText(List.of(text.strip().split("\\s+")));
  }

  /** The next lines, broken between words at a width that is drawn for the page. */
  List<Line> page(int lines, RandomGenerator random) {
    int width = random.nextInt(SHORTEST, LONGEST + 1);
    List<Line> page = new ArrayList<>();
    while (page.size() < lines) {
      page.add(new Line(line(width), null));
    }
    return page;
  }

  private String line(int width) {
    StringBuilder line = new StringBuilder(word());
    while (next < words.size() && line.length() + 1 + words.get(next).length() <= width) {
      line.append(' ').append(word());
    }
    return line.toString();
  }

  private String word() {
    if (next == words.size()) {
      throw new IllegalStateException(
          "the sentences end after " + next + " words; add some, or make fewer pages");
    }
    return words.get(next++);
  }

  /** Pages of queries of about one length, so that no page is wide for the sake of one line. */
  static List<List<Line>> queries(int linesAPage) throws IOException {
    TreeMap<Integer, List<Line>> classes = new TreeMap<>();
    for (String row : read(QUERIES).lines().skip(1).toList()) {
      String[] columns = row.split("\t", -1);
      Line line = new Line(spelled(columns[1]), columns[2]);
      classes.computeIfAbsent(widthOf(line), width -> new ArrayList<>()).add(line);
    }
    return classes.values().stream().flatMap(lines -> pages(lines, linesAPage).stream()).toList();
  }

  private static String spelled(String query) {
    String text = query;
    for (Map.Entry<String, String> spelling : SPELLINGS.entrySet()) {
      text = text.replaceAll(spelling.getKey(), spelling.getValue());
    }
    return text.strip();
  }

  private static int widthOf(Line line) {
    int index = 0;
    while (line.text().length() > WIDTHS[index]) {
      index++;
    }
    return index;
  }

  private static List<List<Line>> pages(List<Line> lines, int linesAPage) {
    List<List<Line>> pages = new ArrayList<>();
    for (int start = 0; start < lines.size(); start += linesAPage) {
      pages.add(lines.subList(start, Math.min(lines.size(), start + linesAPage)));
    }
    return pages;
  }

  private static String read(String resource) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(OcrText.class.getResourceAsStream(resource), resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}

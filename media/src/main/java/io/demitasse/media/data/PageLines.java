package io.demitasse.media.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.demitasse.data.Split;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.manifest.InnerFile;
import io.demitasse.media.ocr.Box;
import io.demitasse.media.ocr.Point;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Parses the lines of a list of pages, and tells all that is wrong with them. */
final class PageLines implements TextLines.Consumer {
  static final int LONGEST = 1 << 24;
  private static final String DEFAULT_ROW = "pages";
  private static final int CORNERS = 4;
  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build()
          .reader();

  private final Path folder;
  private final List<Page> pages = new ArrayList<>();
  private final List<String> problems;

  PageLines(Path folder, List<String> problems) {
    this.folder = folder;
    this.problems = problems;
  }

  /** The pages of lines that are JSON objects, with what could be understood of each. */
  List<Page> pages() {
    return pages;
  }

  @Override
  public void bad(int number, String why) {
    problems.add("line " + number + " " + why);
  }

  @Override
  public void line(TextLines.Line line) {
    try {
      JsonNode node = JSON.readTree(line.text());
      if (node.isObject()) {
        page(line.number(), node);
      } else {
        bad(line.number(), "is not a JSON object {...}");
      }
    } catch (JsonProcessingException e) {
      bad(line.number(), "is not JSON: " + Reason.of(e));
    }
  }

  private void page(int number, JsonNode node) {
    String name = text(node.get("image")).orElse("");
    Optional<Path> image = name.isEmpty() ? Optional.empty() : InnerFile.of(folder, name);
    if (name.isEmpty()) {
      bad(number, "has no \"image\", the path of a picture");
    } else if (image.isEmpty()) {
      bad(number, "names the image " + name + ", which is outside the folder of the list");
    } else if (!Files.isRegularFile(image.get())) {
      bad(number, "names the image " + name + ", but there is no such file");
    }
    if (node.has("row") && text(node.get("row")).isEmpty()) {
      bad(number, "has a \"row\" that is not text");
    }
    JsonNode lines = node.path("lines");
    if (!lines.isArray()) {
      bad(number, "has no \"lines\", a list of what stands on the page");
    }
    List<Page.Line> read = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      Page.Line line = line(number + ", text " + (i + 1), lines.get(i));
      if (line != null) {
        read.add(line);
      }
    }
    if (image.isPresent()) {
      String row = text(node.get("row")).orElse(DEFAULT_ROW);
      pages.add(new Page(name, image.get(), row, read, split(number, node)));
    }
  }

  private Optional<Split> split(int number, JsonNode node) {
    try {
      return SplitField.of(node);
    } catch (DemitasseException e) {
      bad(number, Reason.of(e));
      return Optional.empty();
    }
  }

  private Page.@Nullable Line line(String place, JsonNode node) {
    Optional<String> text = text(node.get("text"));
    Optional<Box> box = box(node.path("box"));
    if (text.isEmpty()) {
      problems.add("line " + place + " has no \"text\", or a blank one");
    }
    if (box.isEmpty()) {
      problems.add("line " + place + " has no \"box\" [[x,y],[x,y],[x,y],[x,y]]");
    }
    if (node.has("match") && text(node.get("match")).isEmpty()) {
      problems.add("line " + place + " has a \"match\" that is not text");
    }
    return text.isEmpty() || box.isEmpty()
        ? null
        : new Page.Line(text.get(), box.get(), text(node.get("match")).orElse(null));
  }

  private static Optional<String> text(@Nullable JsonNode node) {
    return node != null && node.isTextual() && !node.textValue().isBlank()
        ? Optional.of(node.textValue())
        : Optional.empty();
  }

  private static Optional<Box> box(JsonNode node) {
    List<Point> corners = new ArrayList<>();
    for (JsonNode corner : node) {
      if (corner.size() == 2 && corner.path(0).isNumber() && corner.path(1).isNumber()) {
        corners.add(new Point(corner.path(0).doubleValue(), corner.path(1).doubleValue()));
      }
    }
    return node.isArray() && node.size() == CORNERS && corners.size() == CORNERS
        ? Optional.of(new Box(corners))
        : Optional.empty();
  }
}

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
import io.demitasse.media.image.Picture;
import io.demitasse.media.image.Pictures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Parses the lines of a list of captions and looks at every picture they name. */
final class CaptionLines implements TextLines.Consumer {
  private static final Set<List<String>> HEADERS =
      Set.of(List.of("image", "label"), List.of("image", "text"));
  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build()
          .reader();

  private final Path folder;
  private final boolean json;
  private final LoadedSamples.Tally tally;
  private final List<Captions.Caption> captions = new ArrayList<>();

  /**
   * @param file absolute
   */
  CaptionLines(Path file, LoadedSamples.Tally tally) {
    this.folder = Objects.requireNonNull(file.getParent());
    this.json = Datasets.isJsonLines(file);
    this.tally = tally;
  }

  List<Captions.Caption> captions() {
    return captions;
  }

  @Override
  public void line(TextLines.Line line) {
    try {
      if (json) {
        JsonNode object = object(line.text());
        String image = object.path("image").asText().strip();
        String text = object.path("text").asText().strip();
        captions.add(caption(image, text, SplitField.of(object)));
      } else {
        List<String> cells = ofTable(line.text());
        if (line.number() == 1 && HEADERS.contains(cells)) {
          return;
        }
        captions.add(caption(cells.getFirst(), cells.getLast(), Optional.empty()));
      }
      tally.take();
    } catch (DemitasseException e) {
      bad(line.number(), Reason.of(e));
    }
  }

  @Override
  public void bad(int number, String why) {
    tally.skip("line " + number, why);
  }

  private Captions.Caption caption(String image, String text, Optional<Split> declared) {
    if (image.isBlank() || text.isBlank()) {
      throw DemitasseException.badRequest("has no " + (image.isBlank() ? "image" : "text"));
    }
    Path file =
        InnerFile.of(folder, image)
            .orElseThrow(
                () ->
                    DemitasseException.badRequest(
                        "names the image " + image + ", which is outside the folder of the list"));
    Picture unused = Pictures.read(file, tally::note);
    return new Captions.Caption(image, file, text, declared);
  }

  private static List<String> ofTable(String line) {
    List<String> cells = List.of(line.split("\t", -1)).stream().map(String::strip).toList();
    if (cells.size() != 2) {
      throw DemitasseException.badRequest(
          String.format(Locale.ROOT, "has %d columns, expected 2", cells.size()));
    }
    return cells;
  }

  private static JsonNode object(String line) {
    try {
      JsonNode node = JSON.readTree(line);
      if (node.isObject()) {
        return node;
      }
    } catch (JsonProcessingException e) {
      throw DemitasseException.badRequest("is not JSON: " + Reason.of(e));
    }
    throw DemitasseException.badRequest("is not a JSON object {...}");
  }
}

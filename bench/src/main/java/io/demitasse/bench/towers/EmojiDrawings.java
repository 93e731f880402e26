package io.demitasse.bench.towers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.demitasse.data.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Emoji as three houses draw them. Flags are left out. Emoji that begin with the same character,
 * such as one person of several professions, are of one split; OpenMoji's style is never trained
 * on.
 */
record EmojiDrawings(Packages packages, Path rendered) {
  private static final int FLAGS = 9;
  private static final String VARIATION = "-FE0F";

  List<Drawing> all() throws IOException {
    Map<String, List<String>> captions = captions();
    List<Drawing> drawings = new ArrayList<>();
    for (String style : List.of("twitter", "google")) {
      Path content = packages.npm("emoji-datasource-" + style + "@16.0.0");
      for (JsonNode emoji : read(content.resolve("emoji.json"))) {
        String code = code(emoji.get("unified").asText());
        Path picture = content.resolve("img/" + style + "/64/" + emoji.get("image").asText());
        if (captions.containsKey(code) && Files.isRegularFile(picture)) {
          drawings.add(new Drawing("emoji-" + style, picture, captions.get(code), split(code)));
        }
      }
    }
    drawings.addAll(openMoji(captions));
    return drawings;
  }

  private List<Drawing> openMoji(Map<String, List<String>> captions) throws IOException {
    Path content = packages.npm("openmoji@17.0.0").resolve("color/svg");
    Map<String, Path> files = new HashMap<>();
    try (var list = Files.list(content)) {
      list.forEach(file -> files.put(code(name(file)), file));
    }
    List<Drawing> drawings = new ArrayList<>();
    for (Map.Entry<String, List<String>> each : captions.entrySet()) {
      Path file = files.get(each.getKey());
      if (file != null && split(each.getKey()) != Split.TRAIN) {
        Path picture = VectorPicture.of(file).rendered(rendered);
        drawings.add(new Drawing("emoji-openmoji", picture, each.getValue(), split(each.getKey())));
      }
    }
    return drawings;
  }

  private Map<String, List<String>> captions() throws IOException {
    Path file = packages.npm("emojibase-data@17.0.0").resolve("en/data.json");
    Map<String, List<String>> captions = new LinkedHashMap<>();
    for (JsonNode emoji : read(file)) {
      if (emoji.has("group") && emoji.get("group").asInt() != FLAGS) {
        String label = emoji.get("label").asText();
        List<String> tags = new ArrayList<>();
        emoji.path("tags").forEach(tag -> tags.add(tag.asText()));
        String told = String.join(" ", tags);
        captions.put(
            code(emoji.get("hexcode").asText()),
            told.isBlank() ? List.of(label) : List.of(label, label + ", " + told, told));
      }
    }
    return captions;
  }

  private static Split split(String code) {
    return Drawing.split(code.split("-", 2)[0]);
  }

  private static String code(String spelled) {
    return spelled.toUpperCase(Locale.ROOT).replace(VARIATION, "");
  }

  private static String name(Path file) {
    return file.getFileName().toString().replaceFirst("\\.svg$", "");
  }

  private static JsonNode read(Path file) throws IOException {
    return new JsonMapper().readTree(file.toFile());
  }
}

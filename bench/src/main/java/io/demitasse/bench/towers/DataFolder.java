package io.demitasse.bench.towers;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.demitasse.data.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Lists of drawings with their titles, as a task reads them, and copies of the pictures.
 *
 * @param folder that gets them
 */
record DataFolder(Path folder) {
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * Writes the list {@code search}, which says the split of each drawing, and a list of each set
   * with those to judge by.
   */
  void write(List<Drawing> drawings, Set<Drawing> searched) throws IOException {
    Map<String, List<String>> lists = new TreeMap<>();
    for (int i = 0; i < drawings.size(); i++) {
      Drawing drawing = drawings.get(i);
      if (!searched.contains(drawing) && drawing.split() != Split.JUDGE) {
        continue;
      }
      String copy = copy(drawing, i);
      if (searched.contains(drawing)) {
        lists.computeIfAbsent("search", _ -> new ArrayList<>()).add(line(copy, drawing, true));
      }
      if (drawing.split() == Split.JUDGE) {
        lists
            .computeIfAbsent(drawing.set(), _ -> new ArrayList<>())
            .add(line(copy, drawing, false));
      }
    }
    for (Map.Entry<String, List<String>> list : lists.entrySet()) {
      Files.write(folder.resolve(list.getKey() + ".jsonl"), list.getValue());
    }
  }

  private String copy(Drawing drawing, int number) throws IOException {
    String name = drawing.set() + "/" + number + ".png";
    Path picture = folder.resolve(name);
    Files.createDirectories(picture.getParent());
    if (!Files.exists(picture)) {
      Files.copy(drawing.picture(), picture);
    }
    return name;
  }

  private static String line(String picture, Drawing drawing, boolean splits) throws IOException {
    Map<String, String> line = new LinkedHashMap<>();
    line.put("image", picture);
    line.put("text", drawing.title());
    if (splits) {
      line.put(
          "split",
          switch (drawing.split()) {
            case CHOOSE -> "validation";
            case JUDGE -> "test";
            default -> "train";
          });
    }
    return JSON.writeValueAsString(line);
  }
}

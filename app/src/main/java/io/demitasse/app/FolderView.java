package io.demitasse.app;

import io.demitasse.app.console.Console;
import io.demitasse.app.console.Figures;
import io.demitasse.app.console.Table;
import io.demitasse.manifest.Manifest;
import io.demitasse.source.FolderContents;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Tells what lies in a folder of several models that nobody has described. */
record FolderView(Console console, Path folder) {
  /** Files beside the models that are named one by one. */
  private static final int NAMED = 12;

  /** Characters of inputs and outputs that are shown. */
  private static final int WIDTH = 44;

  private static final List<String> PICTURES = List.of("jpg", "jpeg", "png", "webp", "gif", "bmp");
  private static final List<String> DATA =
      List.of("txt", "csv", "tsv", "jsonl", "ndjson", "npy", "npz");

  void show(FolderContents contents) {
    console.print(
        console.bold(
            String.format(
                Locale.ROOT,
                "%s holds %d models and no %s",
                folder,
                contents.models().size(),
                Manifest.FILE)));
    console.section("Models");
    Table models =
        new Table().left("file").right("size").left("would be").left("takes").left("gives");
    contents
        .models()
        .forEach(
            found ->
                models.row(
                    found.file(),
                    Figures.bytes(found.bytes()),
                    contents.part(found.file()).orElse(""),
                    found.problem().isEmpty()
                        ? shortened(found.takes())
                        : "cannot be read: " + found.problem(),
                    shortened(found.gives())));
    console.print(models);
    companions(contents.companions());
    console.print("");
    console.print(advice(contents));
  }

  private static String shortened(String ports) {
    return ports.length() > WIDTH ? ports.substring(0, WIDTH - 1) + "…" : ports;
  }

  /** The same for programs. */
  static Map<String, Object> data(FolderContents contents) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("models", contents.models());
    data.put("companions", contents.companions());
    contents
        .proposal()
        .ifPresent(
            manifest -> {
              Map<String, String> parts = new LinkedHashMap<>();
              manifest.parts().forEach((name, part) -> parts.put(name, part.file()));
              data.put("program", manifest.program());
              data.put("parts", parts);
            });
    return data;
  }

  /** What lies beside the models, as far as its name says what it is for. */
  void companions(List<String> files) {
    Table table = new Table().left("").left("");
    files.stream()
        .filter(file -> !kind(file).isEmpty())
        .limit(NAMED)
        .forEach(file -> table.row(file, kind(file)));
    long pictures = files.stream().filter(FolderView::isPicture).count();
    if (pictures > 0) {
      table.row(Figures.count(pictures) + (pictures == 1 ? " picture" : " pictures"), "data");
    }
    if (!table.isEmpty()) {
      console.section("Beside");
      console.print(table);
    }
  }

  private static boolean isPicture(String file) {
    return PICTURES.contains(extension(file));
  }

  private static String kind(String file) {
    String name = Path.of(file).getFileName().toString();
    if (name.endsWith("tokenizer.json")) {
      return "tokenizer";
    }
    return switch (name) {
      case "preprocessor_config.json" -> "how pictures are prepared";
      case "vocab.txt", "tokenizer_config.json", "special_tokens_map.json" -> "of the tokenizer";
      default -> DATA.contains(extension(name)) ? "data, or a list of keys" : "";
    };
  }

  private static String extension(String file) {
    return file.substring(file.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  private String advice(FolderContents contents) {
    String alone =
        String.format(
            Locale.ROOT,
            "'demitasse compress %s -o small.onnx' takes one of them by itself.",
            folder.resolve(contents.models().getFirst().file()));
    return contents
        .proposal()
        .map(
            manifest ->
                String.format(
                    Locale.ROOT,
                    "They look like a bundle that the program '%s' runs. 'demitasse inspect %s"
                        + " --init' writes that into %s; then 'demitasse compress %s -o OUT' takes"
                        + " them as one. %s",
                    manifest.program(),
                    folder,
                    Manifest.FILE,
                    folder,
                    alone))
        .orElse("No known program runs them together. " + alone);
  }
}

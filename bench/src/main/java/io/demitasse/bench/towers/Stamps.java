package io.demitasse.bench.towers;

import io.demitasse.data.Split;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The stamps of Tux Paint with the English sentence that is told of each: pictures and photographs
 * of a collection that nothing is trained on. Symbols, which are mostly letters, are left out.
 */
record Stamps(Packages packages) {
  static final String SET = "stamps";

  List<Drawing> all() throws IOException {
    Path stamps = packages.debian("tuxpaint-stamps-default").resolve("usr/share/tuxpaint/stamps");
    List<Drawing> drawings = new ArrayList<>();
    try (Stream<Path> files = Files.walk(stamps).sorted()) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path told = Path.of(file.toString().replaceFirst("\\.png$", ".txt"));
        if (file.toString().endsWith(".png")
            && Files.isRegularFile(told)
            && !stamps.relativize(file).startsWith("symbols")) {
          drawings.add(new Drawing(SET, file, List.of(sentence(told)), Split.JUDGE));
        }
      }
    }
    return drawings;
  }

  private static String sentence(Path file) throws IOException {
    return Files.readAllLines(file, StandardCharsets.UTF_8).getFirst().strip();
  }
}

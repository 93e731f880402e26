package io.demitasse.bench.towers;

import io.demitasse.data.Split;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;

/**
 * A picture and what is said of it.
 *
 * @param set the collection and style that it is of
 * @param captions the first is its title, by which it is to be found; others are learned from too
 */
record Drawing(String set, Path picture, List<String> captions, Split split) {

  Drawing {
    captions = List.copyOf(captions);
  }

  String title() {
    return captions.getFirst();
  }

  /**
   * What a group of drawings that belong together is for: eight in ten groups are to train on, one
   * is to choose by and one to judge by.
   */
  static Split split(String group) {
    CRC32 hash = new CRC32();
    hash.update(group.getBytes(StandardCharsets.UTF_8));
    return switch ((int) (hash.getValue() % 10)) {
      case 9 -> Split.CHOOSE;
      case 8 -> Split.JUDGE;
      default -> Split.TRAIN;
    };
  }
}

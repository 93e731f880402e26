package io.demitasse.media.task;

import io.demitasse.evaluate.Example;
import io.demitasse.media.data.Page;
import io.demitasse.media.image.Picture;
import io.demitasse.media.image.Pictures;
import io.demitasse.media.ocr.Box;
import io.demitasse.media.ocr.Overlap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A page read twice, to be looked at.
 *
 * @param before what the original read
 * @param after what the result reads
 */
record OcrExhibits(PageReading before, PageReading after) {

  /** The pages that suffered most, those that nothing was lost on by how much has changed. */
  static List<Example> worst(List<OcrExhibits> pages, int limit) {
    return pages.stream()
        .sorted(
            Comparator.comparingInt(OcrExhibits::damage)
                .thenComparingLong(OcrExhibits::changed)
                .reversed())
        .limit(limit)
        .map(OcrExhibits::example)
        .toList();
  }

  private int damage() {
    return after.errors() - before.errors();
  }

  private long changed() {
    return marks().stream().filter(Example.Mark::changed).count();
  }

  private Example example() {
    Page page = after.page();
    Picture picture = Pictures.read(page.image());
    return new Example(
        page.id() + " (" + page.row() + ")",
        page.image(),
        picture.width(),
        picture.height(),
        marks());
  }

  /** Every line of the page, then what was read where nobody said that there is one. */
  private List<Example.Mark> marks() {
    List<Example.Mark> marks = new ArrayList<>();
    List<Page.Line> lines = after.page().lines();
    for (int i = 0; i < lines.size(); i++) {
      marks.add(
          new Example.Mark(
              corners(lines.get(i).box()),
              before.read(i).orElse(""),
              after.read(i).orElse(""),
              after.truth(i)));
    }
    marks.addAll(unlabeled());
    return marks;
  }

  /** What both read in one place is one mark. */
  private List<Example.Mark> unlabeled() {
    List<Example.Mark> marks = new ArrayList<>();
    List<Integer> earlier = before.invented();
    List<Integer> later = after.invented();
    List<Integer> rest = new ArrayList<>(later);
    int[] partners =
        Overlap.pairs(boxes(before, earlier), boxes(after, later), PageReading.LEAST_OVERLAP);
    for (int i = 0; i < partners.length; i++) {
      int found = earlier.get(i);
      String read = "";
      if (partners[i] >= 0) {
        read = after.texts().get(later.get(partners[i]));
        rest.remove(later.get(partners[i]));
      }
      marks.add(
          new Example.Mark(
              corners(before.boxes().get(found)), before.texts().get(found), read, ""));
    }
    for (int found : rest) {
      marks.add(
          new Example.Mark(corners(after.boxes().get(found)), "", after.texts().get(found), ""));
    }
    return marks;
  }

  private static List<Box> boxes(PageReading reading, List<Integer> found) {
    return found.stream().map(reading.boxes()::get).toList();
  }

  private static List<Double> corners(Box box) {
    return box.corners().stream().flatMap(point -> Stream.of(point.x(), point.y())).toList();
  }
}

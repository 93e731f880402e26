package io.demitasse.media.task;

import io.demitasse.error.EditDistance;
import io.demitasse.ir.Tensor;
import io.demitasse.media.data.Page;
import io.demitasse.media.ocr.Box;
import io.demitasse.media.ocr.Boxes;
import io.demitasse.media.ocr.Overlap;
import io.demitasse.media.program.OcrProgram;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What was read on a page, line by line beside the truth.
 *
 * @param texts that were read, as they are compared
 * @param boxes where
 * @param partners for each line of the page the index of what was read there, or -1
 */
@SuppressWarnings("ArrayRecordComponent")
record PageReading(Page page, List<String> texts, List<Box> boxes, int[] partners) {
  /** A box that overlaps a line less was not meant for it. */
  static final double LEAST_OVERLAP = 0.25;

  static PageReading of(Page page, Map<String, Tensor> outputs, OcrUnit unit) {
    List<String> texts =
        Outputs.require(outputs, OcrProgram.TEXT).strings().stream()
            .map(bytes -> ComparedText.normalized(new String(bytes, StandardCharsets.UTF_8)))
            .toList();
    List<Box> boxes = Boxes.of(Outputs.require(outputs, OcrProgram.BOXES));
    List<Box> truth = page.lines().stream().map(Page.Line::box).toList();
    int[] partners =
        unit == OcrUnit.LINES
            ? IntStream.range(0, truth.size()).toArray()
            : Overlap.pairs(truth, boxes, LEAST_OVERLAP);
    return new PageReading(page, texts, boxes, partners);
  }

  /** What stands in a line, as it is compared. */
  String truth(int line) {
    return ComparedText.normalized(page.lines().get(line).text());
  }

  /** What was read in a line; empty when it was missed. */
  Optional<String> read(int line) {
    return partners[line] < 0 ? Optional.empty() : Optional.of(texts.get(partners[line]));
  }

  /** Wrong characters of a line; all of them when it was missed. */
  int edits(int line) {
    return EditDistance.of(truth(line), read(line).orElse(""));
  }

  /** What was read where no line is. */
  List<Integer> invented() {
    return IntStream.range(0, texts.size())
        .filter(found -> IntStream.of(partners).noneMatch(partner -> partner == found))
        .boxed()
        .toList();
  }

  /** Characters that were read where no line is. */
  int insertions() {
    return invented().stream().mapToInt(found -> ComparedText.length(texts.get(found))).sum();
  }

  /** Everything that is wrong, in characters. */
  int errors() {
    return IntStream.range(0, partners.length).map(this::edits).sum() + insertions();
  }
}

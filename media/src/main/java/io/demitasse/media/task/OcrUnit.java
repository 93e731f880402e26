package io.demitasse.media.task;

import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import io.demitasse.media.data.Page;
import io.demitasse.media.image.Picture;
import io.demitasse.media.image.Pictures;
import io.demitasse.media.ocr.Boxes;
import io.demitasse.media.program.OcrProgram;
import java.util.Locale;
import java.util.Map;

/** What is read: whole pages, or lines whose places are known. */
enum OcrUnit {
  /** The whole way: lines are found first. */
  PAGES,
  /** Lines are cut out where they are known to be, and only recognized. */
  LINES;

  /**
   * The unit of a name.
   *
   * @throws DemitasseException (bad request) when there is none, listing the known names
   */
  static OcrUnit of(String name) {
    for (OcrUnit unit : values()) {
      if (unit.name().toLowerCase(Locale.ROOT).equals(name)) {
        return unit;
      }
    }
    throw DemitasseException.badRequest(
        "The task ocr has no unit '" + name + "'. Known: pages, lines.");
  }

  /** A page as the program is given it; its picture is read now where the program cannot. */
  Sample sample(Page page) {
    if (this == PAGES) {
      return new Sample.File(page.id(), page.image());
    }
    Picture picture = Pictures.read(page.image());
    long[] sizes = {picture.height(), picture.width(), 3};
    return new Sample.Tensors(
        page.id(),
        Map.of(
            OcrProgram.IMAGE,
            Tensor.ofBytes(DataType.UINT8, sizes, picture.rgb()),
            OcrProgram.BOXES,
            Boxes.tensor(page.lines().stream().map(Page.Line::box).toList())));
  }
}

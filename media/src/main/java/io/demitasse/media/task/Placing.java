package io.demitasse.media.task;

import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.media.image.ImagePreprocessing;
import io.demitasse.media.image.Pictures;
import io.demitasse.media.image.Placement;
import io.demitasse.media.image.Size;
import io.demitasse.media.program.PictureInput;
import io.demitasse.media.program.SingleProgram;
import org.jspecify.annotations.Nullable;

/**
 * Where pictures lie in the input of a model: the way back for what it says of places.
 *
 * @param preprocessing null where a program has its own, whose outputs are about whole pictures
 */
record Placing(@Nullable ImagePreprocessing preprocessing) {

  /** How a program places pictures. */
  static Placing of(Program program) {
    PictureInput pictures = program instanceof SingleProgram single ? single.pictures() : null;
    return new Placing(pictures == null ? null : pictures.preprocessing());
  }

  /**
   * Where the picture of a sample lies.
   *
   * @throws DemitasseException (bad request) when it cannot be read, or the sample is none
   */
  Placement of(Sample sample) {
    if (!(sample instanceof Sample.File file)) {
      throw DemitasseException.badRequest(sample.id() + " is no picture.");
    }
    Size size = Pictures.size(file.path());
    return preprocessing == null
        ? new Placement(size, size, 0, 0, size)
        : preprocessing.placement(size);
  }
}

package io.demitasse.media.image;

import java.io.IOException;
import java.util.function.Consumer;

/** The content of a file of one format, its header read. */
interface PictureSource {
  PictureHeader header();

  /**
   * Decodes all pixels, as they are stored; the header has been judged before.
   *
   * @param notes is told of damage that was read over, as a predicate of the file's name
   */
  Picture decode(Consumer<String> notes) throws IOException;
}

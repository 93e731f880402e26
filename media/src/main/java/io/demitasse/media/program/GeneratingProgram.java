package io.demitasse.media.program;

import io.demitasse.data.Program;
import io.demitasse.evaluate.Supervision;
import java.util.Optional;

/** A program that generates texts, see {@link io.demitasse.media.generate.GeneratedText}. */
public interface GeneratingProgram extends Program {

  /**
   * What should follow each token of the texts that samples have as their field {@code text}, by
   * which the part is trained that generates.
   *
   * @return empty where no part generates, or several do
   */
  Optional<Supervision> supervision();
}

package io.demitasse.media.program;

import io.demitasse.evaluate.Supervision;
import io.demitasse.media.data.SampleKinds;
import java.util.Optional;

/** A program that a manifest declares, see {@link io.demitasse.media.wired.Wiring}. */
public interface DeclaredProgram extends EmbeddingProgram {

  /** What it takes as samples. */
  SampleKinds kinds();

  /**
   * What should follow each token of the texts that samples have as their field {@code text}, by
   * which the part is trained that generates.
   *
   * @return empty where no part generates, or several do
   */
  Optional<Supervision> supervision();
}

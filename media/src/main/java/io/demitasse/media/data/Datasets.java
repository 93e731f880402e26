package io.demitasse.media.data;

import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.media.DeclaredInputs;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens data as people keep them. */
public final class Datasets {
  private Datasets() {}

  /** What can be opened for a model. */
  public static String understood(DeclaredInputs inputs) {
    return "a text file with one sample a line (.txt)";
  }

  /**
   * Opens samples for a model; each is loaded when it is asked for.
   *
   * @throws DemitasseException (bad request) when there is nothing to read at the path, nothing of
   *     an understood kind in it, or more than one sample in ten is bad
   */
  public static Dataset open(Path path, DeclaredInputs inputs) {
    if (!Files.exists(path)) {
      throw DemitasseException.badRequest(
          "There is no data at " + path + ". Understood: " + understood(inputs) + ".");
    }
    return LineSamples.open(path, Sample.Text::new, understood(inputs));
  }
}

package io.demitasse.media.task;

import io.demitasse.ir.Tensor;
import java.util.Map;

/** What a program gave for one sample. */
final class Outputs {
  private Outputs() {}

  /**
   * An output that the program always gives.
   *
   * @throws IllegalArgumentException when it is not there, naming those that are
   */
  static Tensor require(Map<String, Tensor> outputs, String name) {
    Tensor output = outputs.get(name);
    if (output == null) {
      throw new IllegalArgumentException("no output '" + name + "' among " + outputs.keySet());
    }
    return output;
  }
}

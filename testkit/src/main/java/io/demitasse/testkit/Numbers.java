package io.demitasse.testkit;

import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import java.util.Map;

/** Runs models as they are written, and compares what they compute. */
public final class Numbers {
  private static final Runtime RUNTIME = Ports.find().runtime();

  private Numbers() {}

  /** All outputs, on one thread and without any optimization of the runtime's own. */
  public static Map<String, Tensor> run(Model model, Map<String, Tensor> inputs) {
    Runtime.SessionOptions asWritten = Runtime.SessionOptions.of(1).with(Runtime.Optimization.NONE);
    try (Runtime.Session session = RUNTIME.open(model, asWritten)) {
      return session.run(inputs);
    }
  }

  /**
   * Checks that two runs gave the same outputs.
   *
   * @param tolerance how far two numbers of an output may be apart, relative to the largest number
   *     expected of that output; what is no real number must be equal
   */
  public static void assertClose(
      Map<String, Tensor> expected, Map<String, Tensor> actual, double tolerance) {
    Close.relativeToMax(tolerance).check(expected, actual);
  }
}

package io.demitasse.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import java.util.Map;
import java.util.Objects;

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
    assertThat(tolerance).as("tolerance").isBetween(0.0, 1e-2);
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, tensor) ->
            assertClose(name, tensor, Objects.requireNonNull(actual.get(name)), tolerance));
  }

  private static void assertClose(String name, Tensor expected, Tensor actual, double tolerance) {
    assertThat(actual).as("type and sizes of '%s'", name).hasToString(expected.toString());
    if (!expected.dataType().isFloatingPoint()) {
      assertThat(actual.contentEquals(expected)).as("content of '%s'", name).isTrue();
      return;
    }
    float[] wanted = expected.toFloats();
    float[] found = actual.toFloats();
    double bound = 0;
    for (float number : wanted) {
      bound = Math.max(bound, Float.isFinite(number) ? Math.abs(number) * tolerance : 0);
    }
    for (int i = 0; i < wanted.length; i++) {
      boolean close = Math.abs((double) wanted[i] - found[i]) <= bound;
      if (!close && Float.compare(wanted[i], found[i]) != 0) {
        throw new AssertionError(
            String.format(
                "'%s' at %d of %d: expected %s, got %s, which is more than %s apart",
                name, i, wanted.length, wanted[i], found[i], bound));
      }
    }
  }
}

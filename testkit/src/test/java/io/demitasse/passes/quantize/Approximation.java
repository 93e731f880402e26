package io.demitasse.passes.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.data.Sample;
import io.demitasse.data.SyntheticInputs;
import io.demitasse.ir.Tensor;
import io.demitasse.testkit.Numbers;
import io.demitasse.testkit.PassRun;
import java.util.Map;
import java.util.Objects;

/**
 * How far a lossy pass is from the original: root mean square of the error, relative to that of the
 * output.
 */
final class Approximation {
  private Approximation() {}

  /**
   * Checks that each output is that near on a made-up sample, and not nearer than rounding can be.
   */
  static PassRun check(PassRun run, double bound, Map<String, Long> sizes) {
    Map<String, Tensor> inputs =
        ((Sample.Tensors) SyntheticInputs.of(run.before().graph(), 7, 1, sizes).get(0)).inputs();
    Map<String, Tensor> expected = Numbers.run(run.before(), inputs);
    Map<String, Tensor> found = Numbers.run(run.after(), inputs);
    expected.forEach(
        (name, tensor) -> {
          double error = relativeError(tensor, Objects.requireNonNull(found.get(name)));
          assertThat(error).as("relative error of '%s'", name).isBetween(1e-5, bound);
        });
    return run;
  }

  private static double relativeError(Tensor expected, Tensor found) {
    assertThat(found).hasToString(expected.toString());
    float[] wanted = expected.toFloats();
    float[] got = found.toFloats();
    double error = 0;
    double power = 0;
    for (int i = 0; i < wanted.length; i++) {
      error += Math.pow((double) got[i] - wanted[i], 2);
      power += Math.pow(wanted[i], 2);
    }
    return Math.sqrt(error / power);
  }
}

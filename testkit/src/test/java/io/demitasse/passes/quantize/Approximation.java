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

  /** Checks that every output is that near on a made-up sample, and not nearer than rounding is. */
  static PassRun check(PassRun run, double bound, Map<String, Long> sizes) {
    assertThat(relativeError(run, sizes)).as("relative error").isBetween(1e-5, bound);
    return run;
  }

  /** The error of the worst output on a made-up sample, one of those that calibrated. */
  static double relativeError(PassRun run, Map<String, Long> sizes) {
    Map<String, Tensor> inputs =
        ((Sample.Tensors) SyntheticInputs.of(run.before().graph(), 3, 1, sizes).get(0)).inputs();
    Map<String, Tensor> expected = Numbers.run(run.before(), inputs);
    Map<String, Tensor> found = Numbers.run(run.after(), inputs);
    double worst = 0;
    for (Map.Entry<String, Tensor> output : expected.entrySet()) {
      Tensor other = Objects.requireNonNull(found.get(output.getKey()));
      worst = Math.max(worst, relativeError(output.getValue(), other));
    }
    return worst;
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

package io.demitasse.passes.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.cost.Processor;
import io.demitasse.data.Sample;
import io.demitasse.data.SyntheticInputs;
import io.demitasse.ir.Tensor;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import io.demitasse.port.Runtime.Optimization;
import io.demitasse.port.Runtime.SessionOptions;
import io.demitasse.testkit.Numbers;
import io.demitasse.testkit.PassRun;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How far a lossy pass is from the original: root mean square of the error, relative to that of the
 * output.
 */
final class Approximation {
  /**
   * Whether this processor cuts off products of 8-bit weights: weights have 7 bits then, and steps
   * of twice the size.
   */
  static final boolean SATURATES = Processor.detect().saturates();

  private Approximation() {}

  /**
   * Checks that every output is that near, with 8 bits, on a made-up sample, and not nearer than
   * rounding is.
   */
  static PassRun check(PassRun run, double bound, Map<String, Long> sizes) {
    assertThat(relativeError(run, sizes)).as("relative error").isBetween(1e-5, here(bound));
    return run;
  }

  private static double here(double bound) {
    return SATURATES ? 2 * bound : bound;
  }

  /**
   * Checks that the runtime loads the result however much it optimizes, and that every output is
   * that near to the original on a made-up sample, one of those that calibrated.
   */
  static PassRun checkAtAllLevels(PassRun run, double bound, Map<String, Long> sizes) {
    Map<String, Tensor> inputs = inputs(run, sizes);
    Map<String, Tensor> expected = Numbers.run(run.before(), inputs);
    for (Optimization level : Optimization.values()) {
      SessionOptions options = SessionOptions.of(1).with(level);
      try (Runtime.Session session = Ports.find().runtime().open(run.after(), options)) {
        assertThat(relativeError(expected, session.run(inputs)))
            .as("relative error at level %s of%n%s", level, run.text())
            .isLessThan(here(bound));
      }
    }
    return run;
  }

  /** The operators that the runtime computes with when it optimizes all it can, in order. */
  static List<String> kernels(PassRun run, Map<String, Long> sizes) {
    SessionOptions profiled = SessionOptions.of(1).profiled();
    try (Runtime.Session session = Ports.find().runtime().open(run.after(), profiled)) {
      session.run(inputs(run, sizes));
      return session.profile().stream().map(Runtime.NodeTime::opType).toList();
    }
  }

  private static Map<String, Tensor> inputs(PassRun run, Map<String, Long> sizes) {
    return ((Sample.Tensors) SyntheticInputs.of(run.before().graph(), 3, 1, sizes).get(0)).inputs();
  }

  /** The error of the worst output on a made-up sample, one of those that calibrated. */
  static double relativeError(PassRun run, Map<String, Long> sizes) {
    Map<String, Tensor> inputs = inputs(run, sizes);
    return relativeError(Numbers.run(run.before(), inputs), Numbers.run(run.after(), inputs));
  }

  private static double relativeError(Map<String, Tensor> expected, Map<String, Tensor> found) {
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

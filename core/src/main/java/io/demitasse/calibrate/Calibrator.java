package io.demitasse.calibrate;

import io.demitasse.data.Program;
import io.demitasse.data.Samples;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Graph;
import io.demitasse.port.Runtime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Answers observations by running a program over samples, on copies of the parts that also yield
 * what the reducers asked for.
 *
 * <p>Memory is bounded whatever the data: by one run of the program, the accumulators, and a
 * ceiling for what one run of a part may yield on top. Wishes that together exceed the ceiling are
 * answered by several sweeps over the data, each with as many as fit. Samples run in order on one
 * thread, so the answers are the same on any number of cores and under any ceiling.
 */
public final class Calibrator {
  /** What one run of a part may yield unless said otherwise, in bytes. */
  public static final long CEILING = 256L << 20;

  private final Runtime runtime;
  private final long ceiling;

  public Calibrator(Runtime runtime) {
    this(runtime, CEILING);
  }

  /**
   * @param ceiling bytes of tapped values that one run of a part may yield; a single value that is
   *     larger is yielded alone
   */
  public Calibrator(Runtime runtime, long ceiling) {
    if (ceiling < 1) {
      throw new IllegalArgumentException("the ceiling is at least 1 byte, got " + ceiling);
    }
    this.runtime = runtime;
    this.ceiling = ceiling;
  }

  /**
   * Runs all samples, once where the ceiling allows it.
   *
   * @return an answer for each observation whose value was computed and finite
   */
  public Statistics collect(
      Set<? extends Observation<?>> observations, Bundle bundle, Program program, Samples samples) {
    return gather(observations, bundle, program, samples).statistics();
  }

  /**
   * The same of samples that are not all there are: what they give can be kept, and merged with
   * that of the others.
   */
  public Gathered gather(
      Set<? extends Observation<?>> observations, Bundle bundle, Program program, Samples samples) {
    List<Tap<?>> taps = new ArrayList<>();
    for (Observation<?> observation : observations) {
      Graph graph = bundle.part(observation.part()).graph();
      if (graph.find(observation.value()) == null) {
        throw new IllegalArgumentException("there is no value for the " + observation);
      }
      taps.add(new Tap<>(observation));
    }
    List<Tap<?>> waiting = taps;
    while (!waiting.isEmpty()) {
      try (Sweep sweep = new Sweep(runtime, ceiling, bundle, waiting)) {
        sweep.over(program, samples);
        waiting = sweep.postponed();
      }
    }
    List<Gathered.Part<?>> parts = new ArrayList<>();
    taps.forEach(tap -> parts.add(tap.gathered()));
    return new Gathered(parts);
  }
}

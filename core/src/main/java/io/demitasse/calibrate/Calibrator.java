package io.demitasse.calibrate;

import io.demitasse.data.Program;
import io.demitasse.data.Samples;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Graph;
import io.demitasse.port.Runtime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    Map<Observation<?>, Tap<?>> taps = new LinkedHashMap<>();
    for (Observation<?> observation : observations) {
      Graph graph = bundle.part(observation.part()).graph();
      if (graph.find(observation.value()) == null) {
        throw new IllegalArgumentException("there is no value for the " + observation);
      }
      taps.put(observation, new Tap<>(observation));
    }
    List<Tap<?>> waiting = new ArrayList<>(taps.values());
    while (!waiting.isEmpty()) {
      try (Sweep sweep = new Sweep(runtime, ceiling, bundle, waiting)) {
        sweep.over(program, samples);
        waiting = sweep.postponed();
      }
    }
    Map<Observation<?>, double[]> answers = new LinkedHashMap<>();
    taps.forEach(
        (observation, tap) ->
            tap.numbers().ifPresent(numbers -> answers.put(observation, numbers)));
    return new Statistics(answers);
  }
}

package io.demitasse.passes.prune;

import io.demitasse.data.Sample;
import io.demitasse.data.SyntheticInputs;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.port.Runtime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Runs small models on made-up inputs and takes the shortest of several runs, for whatever else the
 * machine does makes a run longer and never shorter.
 */
record MeasuredExcerpts(Runtime runtime, int threads) implements UnitTimes.Timer {
  private static final int FEWEST_ROUNDS = 5;
  private static final int MOST_ROUNDS = 40;

  /** So long all of them are run together, unless a round takes longer. */
  private static final long NANOSECONDS = 150_000_000;

  private static final long SEED = 7;

  @Override
  public double[] milliseconds(List<Model> models) {
    List<Runtime.Session> sessions = new ArrayList<>();
    try {
      List<Map<String, Tensor>> inputs = new ArrayList<>();
      for (Model model : models) {
        sessions.add(runtime.open(model, Runtime.SessionOptions.of(threads)));
        inputs.add(inputs(model));
      }
      return shortest(sessions, inputs);
    } finally {
      sessions.forEach(Runtime.Session::close);
    }
  }

  private static Map<String, Tensor> inputs(Model model) {
    return ((Sample.Tensors) SyntheticInputs.of(model.graph(), SEED, 1, Map.of()).get(0)).inputs();
  }

  private static double[] shortest(
      List<Runtime.Session> sessions, List<Map<String, Tensor>> inputs) {
    double[] shortest = new double[sessions.size()];
    Arrays.fill(shortest, Double.POSITIVE_INFINITY);
    long began = System.nanoTime();
    // The first round warms up.
    for (int round = 0; round <= MOST_ROUNDS; round++) {
      for (int i = 0; i < shortest.length; i++) {
        long start = System.nanoTime();
        sessions.get(i).run(inputs.get(i));
        double took = (System.nanoTime() - start) / 1e6;
        shortest[i] = round == 0 ? shortest[i] : Math.min(shortest[i], took);
      }
      if (round >= FEWEST_ROUNDS && System.nanoTime() - began > NANOSECONDS) {
        break;
      }
    }
    return shortest;
  }
}

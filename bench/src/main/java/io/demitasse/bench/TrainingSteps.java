package io.demitasse.bench;

import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.objective.Batch;
import io.demitasse.objective.Loss;
import io.demitasse.objective.Objective;
import io.demitasse.objective.Term;
import io.demitasse.ops.Parameters;
import io.demitasse.port.Ports;
import io.demitasse.port.Trainer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * What a step of training takes: all-MiniLM-L6-v2 on 16 texts of 64 tokens, forward, backward and
 * AdamW on every weight, in a process of its own.
 */
public final class TrainingSteps {
  private static final int ROWS = 16;
  private static final int TOKENS = 64;
  private static final int WARM = 5;
  private static final int STEPS = 30;

  private TrainingSteps() {}

  /**
   * Prints the median and the middle half.
   *
   * @param arguments the model file, and threads
   */
  public static void main(String[] arguments) {
    Model model = Ports.find().format().read(Path.of(arguments[0]));
    int threads = Integer.parseInt(arguments[1]);
    String output = model.graph().outputs().getFirst().name();
    Objective objective =
        Objective.of(new Term.Labels(new Loss.MeanSquaredError(), output, "t", 1));
    Trainer.Setup setup =
        new Trainer.Setup(
            List.of(new Trainer.Student("s", model, Parameters.of(model).keySet(), objective)),
            Map.of(),
            new Trainer.Settings(
                threads, 1, false, 1, new Trainer.Optimizer.AdamW(.9, .999, 1e-8, .01)));
    List<Batch> batch = List.of(batch());
    double[] times = new double[STEPS];
    try (Trainer.Session session = Ports.find(Trainer.class).orElseThrow().open(setup)) {
      for (int step = -WARM; step < STEPS; step++) {
        long began = System.nanoTime();
        session.step(batch, 1e-5);
        if (step >= 0) {
          times[step] = (System.nanoTime() - began) / 1e9;
        }
      }
    }
    Arrays.sort(times);
    System.out.printf(
        Locale.ROOT,
        "%d threads: %.3f s a step (%.3f to %.3f)%n",
        threads,
        times[STEPS / 2],
        times[STEPS / 4],
        times[STEPS * 3 / 4]);
  }

  private static Batch batch() {
    Random random = new Random(1);
    long[] sizes = {ROWS, TOKENS};
    long[] tokens = random.longs(ROWS * TOKENS, 1000, 30000).toArray();
    long[] ones = new long[ROWS * TOKENS];
    Arrays.fill(ones, 1);
    double[] wanted = random.doubles(ROWS * TOKENS * 384L, -1, 1).toArray();
    return new Batch(
        Map.of(
            "input_ids", Tensor.ofLongs(sizes, tokens),
            "attention_mask", Tensor.ofLongs(sizes, ones),
            "token_type_ids", Tensor.ofLongs(sizes, new long[ROWS * TOKENS])),
        Map.of(
            "t",
            Tensor.ofNumbers(
                io.demitasse.ir.DataType.FLOAT, new long[] {ROWS, TOKENS, 384}, wanted)));
  }
}

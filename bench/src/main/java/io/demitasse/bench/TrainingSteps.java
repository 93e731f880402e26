package io.demitasse.bench;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.objective.Batch;
import io.demitasse.objective.Loss;
import io.demitasse.objective.Objective;
import io.demitasse.objective.Term;
import io.demitasse.ops.Parameters;
import io.demitasse.port.Ports;
import io.demitasse.port.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * What a step of training takes: forward, backward and AdamW on every weight, in a process of its
 * own. A model of texts, such as all-MiniLM-L6-v2, learns on 16 of 64 tokens, one of pictures, such
 * as the recognizer of PP-OCRv4, on 8 of 48 x 160 pixels. {@code bench/peers/training_steps.py}
 * does the same with PyTorch.
 */
public final class TrainingSteps {
  private static final int WARM = 5;

  private TrainingSteps() {}

  /**
   * Prints the median, the middle half, and the greatest memory.
   *
   * @param arguments the model file, threads, and steps
   */
  public static void main(String[] arguments) throws IOException {
    Model model = Ports.find().format().read(Path.of(arguments[0]));
    int threads = Integer.parseInt(arguments[1]);
    int steps = Integer.parseInt(arguments[2]);
    String output = model.graph().outputs().getFirst().name();
    boolean texts = model.graph().find("input_ids") != null;
    Map<String, Tensor> inputs = texts ? texts() : pictures(model);
    Objective objective =
        Objective.of(new Term.Labels(new Loss.MeanSquaredError(), output, "t", 1));
    Trainer.Setup setup =
        new Trainer.Setup(
            List.of(new Trainer.Student("s", model, Parameters.of(model).keySet(), objective)),
            Map.of(),
            new Trainer.Settings(
                threads, 1, false, 1, new Trainer.Optimizer.AdamW(.9, .999, 1e-8, .01)));
    double[] times = new double[steps];
    double processor = 0;
    try (Trainer.Session session = Ports.find(Trainer.class).orElseThrow().open(setup)) {
      List<Batch> batch = List.of(new Batch(inputs, Map.of("t", wanted(model, inputs, output))));
      for (int step = -WARM; step < steps; step++) {
        processor = step == 0 ? processor() : processor;
        long began = System.nanoTime();
        session.step(batch, 1e-5);
        if (step >= 0) {
          times[step] = (System.nanoTime() - began) / 1e9;
        }
      }
      print(times, (processor() - processor) / steps, threads);
    }
  }

  private static void print(double[] times, double processor, int threads) throws IOException {
    Arrays.sort(times);
    System.out.printf(
        Locale.ROOT,
        "demitasse %d threads: %.4f s a step (%.4f to %.4f), %.4f s of processors, %s%n",
        threads,
        times[times.length / 2],
        times[times.length / 4],
        times[times.length * 3 / 4],
        processor,
        memory());
  }

  /** What processors have worked for the process that trains, in seconds. */
  private static double processor() {
    return ProcessHandle.current()
        .children()
        .flatMap(child -> child.info().totalCpuDuration().stream())
        .mapToDouble(duration -> duration.toNanos() / 1e9)
        .sum();
  }

  /** The most that the process that trains has held; Linux tells it. */
  private static String memory() throws IOException {
    for (ProcessHandle child : ProcessHandle.current().children().toList()) {
      Path status = Path.of("/proc", String.valueOf(child.pid()), "status");
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith("VmHWM")) {
          return line.replaceAll("\\s+", " ");
        }
      }
    }
    return "memory unknown";
  }

  private static Tensor wanted(Model model, Map<String, Tensor> inputs, String output) {
    try (io.demitasse.port.Runtime.Session session =
        Ports.find().runtime().open(model, io.demitasse.port.Runtime.SessionOptions.of(1))) {
      long[] sizes = Objects.requireNonNull(session.run(inputs).get(output)).sizes();
      double[] numbers = new Random(2).doubles(Tensor.elementCount(sizes), 0, 1).toArray();
      return Tensor.ofNumbers(DataType.FLOAT, sizes, numbers);
    }
  }

  private static Map<String, Tensor> pictures(Model model) {
    long[] sizes = {8, 3, 48, 160};
    double[] pixels = new Random(1).doubles(Tensor.elementCount(sizes), -1, 1).toArray();
    return Map.of(
        model.graph().inputs().getFirst().name(), Tensor.ofNumbers(DataType.FLOAT, sizes, pixels));
  }

  private static Map<String, Tensor> texts() {
    long[] sizes = {16, 64};
    int count = (int) Tensor.elementCount(sizes);
    long[] ones = new long[count];
    Arrays.fill(ones, 1);
    long[] tokens = new Random(1).longs(count, 1000, 30000).toArray();
    return Map.of(
        "input_ids", Tensor.ofLongs(sizes, tokens),
        "attention_mask", Tensor.ofLongs(sizes, ones),
        "token_type_ids", Tensor.ofLongs(sizes, new long[count]));
  }
}

package io.demitasse.bench;

import io.demitasse.Compressed;
import io.demitasse.Demitasse;
import io.demitasse.evaluate.Evaluator;
import io.demitasse.evaluate.Interval;
import io.demitasse.evaluate.Intervals;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskProvider;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.evaluate.Workload;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.media.program.SingleProgram;
import io.demitasse.media.text.Pooling;
import io.demitasse.pipeline.Event;
import io.demitasse.port.Ports;
import io.demitasse.result.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Compresses a float text encoder and sets the result beside the int8 file that its vendor ships:
 * size, agreement of the embeddings, retrieval, and paired interleaved times at fixed shapes on two
 * threads.
 *
 * <p>Arguments: {@code minilm} and {@code bge}, or nothing for both.
 */
public final class VendorComparison {
  private static final int THREADS = 2;

  /** A model on the class path with the vendor's int8 form of it. */
  private record Encoder(String name, String original, String vendor, String pooling) {}

  private static final List<Encoder> ENCODERS =
      List.of(
          new Encoder("minilm", "all-minilm-l6-v2", "all-minilm-l6-v2-q", "mean"),
          new Encoder("bge", "bge-small-en-v1.5", "bge-small-en-v1.5-q", "first"));

  private final Ports ports = Ports.find();
  private final Path folder;

  private VendorComparison(Path folder) {
    this.folder = folder;
  }

  public static void main(String[] arguments) throws IOException {
    List<String> wanted = List.of(arguments);
    for (Encoder encoder : ENCODERS) {
      if (wanted.isEmpty() || wanted.contains(encoder.name())) {
        new VendorComparison(Files.createTempDirectory("vendor-comparison")).compare(encoder);
      }
    }
  }

  private void compare(Encoder encoder) throws IOException {
    Path original =
        TextEncoderFiles.extract(encoder.original() + ".onnx", folder.resolve("model.onnx"));
    Path vendor =
        TextEncoderFiles.extract(encoder.vendor() + ".onnx", folder.resolve("vendor.onnx"));
    TextEncoderFiles.extract(
        encoder.original() + "-tokenizer.json", folder.resolve("tokenizer.json"));
    Path ours = compress(original, encoder);

    Model model = ports.format().read(original);
    SingleProgram.Options options =
        SingleProgram.Options.DEFAULT.with(Pooling.of(encoder.pooling()));
    Task task =
        TaskProvider.find(
            new TaskProvider.Request(
                "retrieval",
                Bundle.of(model),
                SingleProgram.of(model, original, options),
                folder,
                null,
                Map.of(),
                7));
    Evaluator evaluator =
        new Evaluator(
            ports, TextEncoderFiles.of(original), task, THREADS, PairedTiming.Effort.THOROUGH);
    System.out.printf(
        Locale.ROOT, "%n%s, %s, %d threads%n", encoder.name(), ports.runtime().version(), THREADS);
    List<Task.Score> baseline = TextEncoderFiles.scores(evaluator, original);
    accuracy("float", original, evaluator, baseline);
    accuracy("vendor", vendor, evaluator, baseline);
    accuracy("demitasse", ours, evaluator, baseline);
    List<Workload> workloads = TextWorkloads.of(model);
    times("vendor / float", evaluator, original, vendor, workloads);
    times("demitasse / float", evaluator, original, ours, workloads);
    times("demitasse / vendor", evaluator, vendor, ours, workloads);
  }

  private Path compress(Path original, Encoder encoder) {
    long start = System.nanoTime();
    try (Compressed small =
        Demitasse.open(original)
            .task("retrieval")
            .taskOption("pooling", encoder.pooling())
            .budget("drop<=2%")
            .threads(THREADS)
            .events(VendorComparison::tell)
            .compress()) {
      Output output = small.writeTo(folder.resolve("small"));
      System.out.printf(Locale.ROOT, "compressed in %.1f s%n", (System.nanoTime() - start) / 1e9);
      return output.model();
    }
  }

  private static void tell(Event event) {
    if (event instanceof Event.Decided(String step, boolean kept, String why, _)) {
      System.out.printf(Locale.ROOT, "  %s %s: %s%n", kept ? "+" : "-", step, why);
    }
  }

  private static void accuracy(
      String name, Path file, Evaluator evaluator, List<Task.Score> baseline) {
    List<Task.Score> scores = TextEncoderFiles.scores(evaluator, file);
    double[] cosine = TextEncoderFiles.score(scores, "cosine").perSample().clone();
    Arrays.sort(cosine);
    Interval lost =
        Intervals.degradation(
            TextEncoderFiles.score(baseline, "recall@10").statistic(),
            TextEncoderFiles.score(scores, "recall@10").statistic());
    System.out.printf(
        Locale.ROOT,
        "%-10s %7.2f MB  cosine mean %.4f, 1st percentile %.4f, min %.4f  recall@10 %.4f, lost"
            + " %.4f (%.4f to %.4f)%n",
        name,
        TextEncoderFiles.of(file).bytes() / 1e6,
        TextEncoderFiles.score(scores, "cosine").value(),
        cosine[cosine.length / 100],
        cosine[0],
        TextEncoderFiles.score(scores, "recall@10").value(),
        lost.value(),
        lost.low(),
        lost.high());
  }

  private static void times(
      String name, Evaluator evaluator, Path baseline, Path candidate, List<Workload> workloads) {
    for (TimingComparison timing :
        evaluator.timings(
            Bundle.SINGLE,
            TextEncoderFiles.of(baseline),
            TextEncoderFiles.of(candidate),
            workloads)) {
      System.out.printf(
          Locale.ROOT,
          "%-20s %7s  %7.2f ms (%.2f to %.2f) against %7.2f ms (%.2f to %.2f)  ratio %.3f (%.3f to"
              + " %.3f) %s%n",
          name,
          timing.workload(),
          timing.candidate().time().value(),
          timing.candidate().low(),
          timing.candidate().high(),
          timing.baseline().time().value(),
          timing.baseline().low(),
          timing.baseline().high(),
          timing.ratio().value(),
          timing.ratio().low(),
          timing.ratio().high(),
          timing.verdict());
    }
  }
}

package io.demitasse.bench;

import io.demitasse.calibrate.Calibrator;
import io.demitasse.calibrate.Observation;
import io.demitasse.calibrate.Statistics;
import io.demitasse.data.IdentityProgram;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.quantize.QuantizeStatic;
import io.demitasse.passes.quantize.QuantizeStatic.Calibration;
import io.demitasse.pipeline.PartContext;
import io.demitasse.port.Ports;
import io.demitasse.recipe.Step;
import io.demitasse.testkit.RealModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Calibrates the text recognizer and the text detector by histograms, each in a process of its own,
 * and tells the seconds and the greatest resident memory of the process; on Linux only.
 *
 * <p>Arguments: nothing for the four rows of the table in {@code docs/benchmarks.md}, or {@code
 * RECOGNIZER} or {@code DETECTOR}, a number of samples, and {@code MIN_MAX}, {@code PERCENTILE} or
 * {@code ENTROPY}.
 */
public final class CalibrationMemory {
  private static final Ports PORTS = Ports.find();

  /** What is calibrated: a model and the size of its inputs. */
  private enum Subject {
    RECOGNIZER(RealModels.OCR_RECOGNIZER_V4, 48, 320),
    DETECTOR(RealModels.OCR_DETECTOR_V4, 640, 640);

    private final String resource;
    private final int height;
    private final int width;

    Subject(String resource, int height, int width) {
      this.resource = resource;
      this.height = height;
      this.width = width;
    }

    /** Smooth noise, made when it is asked for. */
    Sample sample(int index) {
      Random random = new Random(index);
      float[] pixels = new float[3 * height * width];
      float last = 0;
      for (int i = 0; i < pixels.length; i++) {
        last = .9f * last + .4f * (float) random.nextGaussian();
        pixels[i] = last;
      }
      Tensor x = Tensor.ofFloats(new long[] {1, 3, height, width}, pixels);
      return new Sample.Tensors("noise " + index, Map.of("x", x));
    }
  }

  /** Samples that are never in memory together. */
  private record Generated(Subject subject, int size) implements Samples {
    @Override
    public String name() {
      return "noise";
    }

    @Override
    public Sample get(int index) {
      return subject.sample(index);
    }
  }

  private CalibrationMemory() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length == 3) {
      calibrate(
          Subject.valueOf(arguments[0]),
          Integer.parseInt(arguments[1]),
          Calibration.valueOf(arguments[2]));
      return;
    }
    for (String calibration : List.of("MIN_MAX", "PERCENTILE", "ENTROPY")) {
      inAProcess("RECOGNIZER", "100", calibration);
      inAProcess("DETECTOR", "20", calibration);
    }
    inAProcess("RECOGNIZER", "1000", "PERCENTILE");
    inAProcess("DETECTOR", "200", "PERCENTILE");
  }

  private static void inAProcess(String... arguments) throws IOException, InterruptedException {
    ProcessHandle.Info self = ProcessHandle.current().info();
    List<String> command = new ArrayList<>();
    command.add(self.command().orElse("java"));
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            CalibrationMemory.class.getName()));
    command.addAll(List.of(arguments));
    int status = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (status != 0) {
      throw new IllegalStateException(command + " ended with " + status);
    }
  }

  private static void calibrate(Subject subject, int count, Calibration calibration)
      throws IOException {
    Model model = PORTS.format().read(RealModels.file(subject.resource));
    QuantizeStatic defaults = PassOptions.defaults(QuantizeStatic.class);
    QuantizeStatic pass =
        new QuantizeStatic(
            defaults.operators(),
            defaults.perChannel(),
            defaults.reduceRange(),
            calibration,
            defaults.percentile());
    Set<Observation<?>> observations =
        pass.observations(
            model,
            new PartContext(Bundle.SINGLE, model, model, Step.of(pass, Where.EVERYWHERE), 1));
    long start = System.nanoTime();
    Statistics statistics =
        new Calibrator(PORTS.runtime())
            .collect(
                observations,
                Bundle.of(model),
                new IdentityProgram(),
                new Generated(subject, count));
    System.out.printf(
        Locale.ROOT,
        "%-10s %4d samples of %dx%d  %-10s  %d of %d values  %6.1f s  %5d MB at most%n",
        subject,
        count,
        subject.height,
        subject.width,
        calibration,
        statistics.answers().size(),
        observations.size(),
        (System.nanoTime() - start) / 1e9,
        mostResident() / 1000);
  }

  /** The greatest resident size of this process so far, in kB. */
  private static long mostResident() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}

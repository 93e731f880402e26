package io.demitasse.evaluate;

import io.demitasse.ir.Tensor;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import io.demitasse.stored.TensorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What runs in a process of its own: loads models, runs them, and tells the most memory that the
 * process ever had.
 */
final class MemoryProbe {
  private static final int RUNS = 2;
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String PEAK = "VmHWM:";

  private MemoryProbe() {}

  /**
   * Prints the peak in bytes.
   *
   * @param arguments threads, then each model with the file of its inputs
   */
  public static void main(String[] arguments) throws IOException {
    Runtime runtime = Ports.find().runtime();
    Runtime.SessionOptions options =
        Runtime.SessionOptions.of(Integer.parseInt(arguments[0])).asUsual();
    List<Runtime.Session> sessions = new ArrayList<>();
    for (int i = 1; i < arguments.length; i += 2) {
      sessions.add(runtime.open(Path.of(arguments[i]), options));
    }
    for (int i = 2; i < arguments.length; i += 2) {
      Map<String, Tensor> inputs = TensorFile.read(Path.of(arguments[i]));
      for (int run = 0; run < RUNS && !inputs.isEmpty(); run++) {
        sessions.get(i / 2 - 1).run(inputs, (name, output) -> {});
      }
    }
    System.out.println(PEAK + peak().orElseThrow());
    sessions.forEach(Runtime.Session::close);
  }

  /** Bytes of resident memory at the peak of this process; empty where the system does not tell. */
  static Optional<Long> peak() throws IOException {
    return Files.isReadable(STATUS)
        ? Files.readAllLines(STATUS).stream()
            .filter(line -> line.startsWith(PEAK))
            .map(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
            .findFirst()
        : Optional.empty();
  }

  /** What a probe said, in bytes; empty when it said nothing of the kind. */
  static Optional<Long> told(String output) {
    return output
        .lines()
        .filter(line -> line.startsWith(PEAK))
        .map(line -> Long.parseLong(line.substring(PEAK.length())))
        .findFirst();
  }
}

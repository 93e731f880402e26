package io.demitasse.evaluate;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.ir.Tensor;
import io.demitasse.leftover.Leftovers;
import io.demitasse.stored.TensorFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Measures the memory that a fresh process has at its peak, Java's own included, when it loads
 * models and runs them: a process that has done other things before cannot tell.
 */
public final class PeakMemory {
  private static final int MINUTES = 10;

  private PeakMemory() {}

  /** It could not be measured; the message says why. */
  public static final class Unmeasurable extends Exception {
    private static final long serialVersionUID = 1;

    Unmeasurable(String why) {
      super(why);
    }
  }

  /**
   * Loads all models and runs each on its inputs.
   *
   * @param inputs by part; a part without any is loaded only
   * @return bytes of resident memory at the peak
   * @throws Unmeasurable when this system does not tell, or the process ends otherwise
   */
  public static long of(BundleFiles files, Map<String, Map<String, Tensor>> inputs, int threads)
      throws Unmeasurable {
    Path folder = null;
    try {
      if (MemoryProbe.peak().isEmpty()) {
        throw new Unmeasurable("this system does not report the peak memory of a process");
      }
      folder = Files.createTempDirectory("demitasse-memory");
      Leftovers.deleteAtExit(folder);
      return run(process(files, inputs, threads, folder), folder);
    } catch (IOException e) {
      throw new Unmeasurable("a process that measures it cannot be started: " + Reason.of(e));
    } finally {
      if (folder != null) {
        Leftovers.delete(folder);
      }
    }
  }

  private static ProcessBuilder process(
      BundleFiles files, Map<String, Map<String, Tensor>> inputs, int threads, Path folder)
      throws IOException {
    List<String> arguments = new ArrayList<>(List.of(String.valueOf(threads)));
    for (String part : files.files().keySet()) {
      Path file = folder.resolve("inputs" + arguments.size());
      TensorFile.write(inputs.getOrDefault(part, Map.of()), file);
      arguments.add(files.file(part).toString());
      arguments.add(file.toString());
    }
    long heap = java.lang.Runtime.getRuntime().maxMemory() >> 20;
    return new JavaCommand(MemoryProbe.class, List.of("-Xms8m", "-Xmx" + heap + "m"))
        .with(arguments);
  }

  private static long run(ProcessBuilder builder, Path folder) throws IOException, Unmeasurable {
    Path told = folder.resolve("told");
    Path complaints = folder.resolve("complaints");
    Process process =
        builder.redirectOutput(told.toFile()).redirectError(complaints.toFile()).start();
    try {
      if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
        throw new Unmeasurable("the process that measures it took over " + MINUTES + " minutes");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw DemitasseException.backendFailed("Interrupted while measuring memory.", e);
    } finally {
      process.destroyForcibly();
    }
    String output = Files.readString(told, StandardCharsets.UTF_8);
    if (process.exitValue() != 0) {
      throw new Unmeasurable(
          "the process that measures it ended with "
              + process.exitValue()
              + Files.readString(complaints, StandardCharsets.UTF_8)
                  .lines()
                  .filter(line -> line.contains("xception") || line.contains("rror"))
                  .findFirst()
                  .map(line -> ": " + line.strip())
                  .orElse(""));
    }
    return MemoryProbe.told(output)
        .orElseThrow(() -> new Unmeasurable("the process that measures it reported nothing"));
  }
}

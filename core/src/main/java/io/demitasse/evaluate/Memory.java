package io.demitasse.evaluate;

import com.sun.management.OperatingSystemMXBean;
import io.demitasse.error.DemitasseException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * The memory that runs of models may take beyond their weights, all sessions together.
 *
 * @param bytes at least 1
 */
public record Memory(long bytes) {
  private static final Path LINUX = Path.of("/proc/meminfo");

  /**
   * Sessions that hold what they needed at the same time: two that are timed against each other.
   */
  private static final int SESSIONS = 2;

  /**
   * A session holds weights as they are in the file, in floats, and packed for its kernels: 2.6
   * times the file was measured for 3 GB.
   */
  private static final int COPIES = 3;

  private static final int TRAINING_COPIES = 2;

  /** Inputs that nobody asked for take no more than this share. */
  private static final int INVENTED_SHARE = 4;

  public Memory {
    if (bytes < 1) {
      throw DemitasseException.badRequest(
          "Runs need some memory, got " + bytes + " bytes to stay within.");
    }
  }

  /** What the machine or the container has left now. */
  public static Memory atHand() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long free = system.getFreeMemorySize();
    boolean limited = system.getTotalMemorySize() < ofMachine("MemTotal");
    long available = ofMachine("MemAvailable");
    return new Memory(Math.max(1, limited ? Math.min(free, available) : Math.max(free, available)));
  }

  /** A line of what Linux tells, in bytes; 0 elsewhere. */
  private static long ofMachine(String name) {
    try {
      return Files.readAllLines(LINUX).stream()
          .filter(line -> line.startsWith(name + ":"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElse(0);
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }

  /** What one run may take. */
  public long ofRun() {
    return Math.max(1, bytes / SESSIONS);
  }

  /**
   * What activations of a model that learns may take: what is freed stays with the process, and
   * where shapes vary little of it fits what comes next. Nearly twice as much was seen.
   */
  public long ofTraining() {
    return Math.max(1, ofRun() / TRAINING_COPIES);
  }

  /** What one run may take of inputs that were invented. */
  public long ofInventedRun() {
    return Math.max(1, bytes / INVENTED_SHARE);
  }

  /**
   * Whether two models may be loaded at once, of which this is the larger: the runtime may unfold a
   * quantized file to floats, so either may take as much.
   *
   * @param larger bytes of the larger model
   */
  boolean holdsTwo(long larger) {
    return larger <= bytes / (SESSIONS * COPIES);
  }

  /**
   * What whoever is about to load a model should know; empty where two of its size fit at once.
   *
   * @param model bytes of its files
   */
  public Optional<String> shortage(long model) {
    if (holdsTwo(model)) {
      return Optional.empty();
    }
    String size =
        String.format(
            Locale.ROOT,
            "the model has %s, loaded it may take %s, and %s of memory are free",
            text(model),
            text(COPIES * model),
            text(bytes));
    return Optional.of(
        model <= bytes / COPIES
            ? size + ": it will be timed with one model loaded at a time"
            : size
                + ": the machine may become slow, or end this process. Close what else is running,"
                + " or use a machine with more memory");
  }

  /** Bytes as a person says them. */
  static String text(long bytes) {
    if (bytes == Long.MAX_VALUE) {
      return "more than can be counted";
    }
    return bytes < 1_000_000
        ? String.format(Locale.ROOT, "%,d bytes", bytes)
        : bytes < 1_000_000_000
            ? String.format(Locale.ROOT, "%.0f MB", bytes / 1e6)
            : String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
  }
}

package io.demitasse.evaluate;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How much other processes use the machine while times are measured: paired timing keeps their
 * noise from deciding wrongly, but intervals grow wide, and the times are not those of a quiet
 * machine.
 */
public final class OtherLoad {
  /** Processors that others may keep busy without a word. */
  private static final double NOTICED = .25;

  /** Too short a time tells nothing, for busy time is counted in hundredths of a second. */
  private static final double LEAST_SECONDS = .5;

  private static final Path COUNTS = Path.of("/proc/stat");
  private static final double TICKS_A_SECOND = 100;

  private double busySeconds;
  private double ownSeconds;
  private double seconds;

  /** Watches the machine while something is measured. */
  public <T> T during(Supplier<T> work) {
    long start = System.nanoTime();
    double own = own();
    Optional<Double> busy = busy();
    T result = work.get();
    double took = (System.nanoTime() - start) / 1e9;
    add(
        busy.map(before -> busy().orElse(before) - before).orElseGet(() -> portable(took)),
        own() - own,
        took);
    return result;
  }

  /**
   * Adds what was seen in some time.
   *
   * @param busy seconds in which processors were busy, of all together
   * @param own those of this process
   * @param took seconds that passed
   */
  public void add(double busy, double own, double took) {
    busySeconds += busy;
    ownSeconds += own;
    seconds += took;
  }

  /** Whether what was watched tells anything. */
  public boolean isLongEnough() {
    return seconds >= LEAST_SECONDS;
  }

  /** Whether others kept so many processors busy that some threads had to wait for theirs. */
  public boolean leavesTooFew(int threads) {
    return isNoticed() && others() + threads > processors();
  }

  /** A sentence where others were busy enough to be noticed. */
  public Optional<String> remark() {
    return isNoticed()
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "other processes are using this machine (%.1f of %d processors while times were"
                    + " measured); results may differ: rerun when it is quiet, or give"
                    + " --timing 1000",
                others(),
                java.lang.Runtime.getRuntime().availableProcessors()))
        : Optional.empty();
  }

  private boolean isNoticed() {
    return isLongEnough() && others() >= NOTICED;
  }

  private double others() {
    return (busySeconds - ownSeconds) / seconds;
  }

  /** As many as the counts are of, which may be more than this process may use. */
  private static long processors() {
    return counts()
        .map(lines -> lines.stream().filter(line -> line.matches("cpu\\d.*")).count())
        .orElseGet(() -> (long) java.lang.Runtime.getRuntime().availableProcessors());
  }

  private static double own() {
    return ProcessHandle.current().info().totalCpuDuration().map(Duration::toNanos).orElse(0L)
        / 1e9;
  }

  /** Seconds in which processors were busy since the machine started; empty where nobody counts. */
  private static Optional<Double> busy() {
    return counts().map(lines -> busy(lines.isEmpty() ? "" : lines.getFirst()));
  }

  /** What the system counts, first of all processors together; empty where it does not. */
  private static Optional<List<String>> counts() {
    try {
      return Files.isReadable(COUNTS)
          ? Optional.of(Files.readString(COUNTS).lines().toList())
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Of the counts user, nice, system, idle, waiting, interrupts, soft interrupts, stolen: all but
   * idle and waiting.
   */
  static double busy(String line) {
    long[] counts =
        Arrays.stream(line.strip().split(" +"))
            .skip(1)
            .limit(8)
            .mapToLong(Long::parseLong)
            .toArray();
    double all = Arrays.stream(counts).sum();
    return counts.length < 5 ? 0 : (all - counts[3] - counts[4]) / TICKS_A_SECOND;
  }

  /** What the system says of the time since it was last asked. */
  private static double portable(double took) {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    double load = system == null ? 0 : system.getCpuLoad();
    return Math.max(0, load) * java.lang.Runtime.getRuntime().availableProcessors() * took;
  }
}

package io.demitasse.torch.process;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Memory that libtorch has freed and the C library keeps for the next step. Where steps have other
 * sizes, as with texts and lines of many lengths, what one leaves seldom fits the next, and the
 * process grows although no step needs so much.
 */
final class FreedMemory {
  /** The share of the machine's memory from which on it is given back. */
  private static final double SHARE = .4;

  private static final int PAGE = 4096;
  private static final Path STATISTICS = Path.of("/proc/self/statm");

  @SuppressWarnings("restricted") // of a function that takes a number and gives one
  private static final Optional<MethodHandle> TRIM =
      Linker.nativeLinker()
          .defaultLookup()
          .find("malloc_trim")
          .map(
              address ->
                  Linker.nativeLinker()
                      .downcallHandle(
                          address,
                          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG)));

  private FreedMemory() {}

  /** Gives it back where the process has become large; the next step fetches what it needs. */
  static void giveBackWhereMuch() {
    if (resident() > SHARE * machine()) {
      giveBack();
    }
  }

  /** Gives all of it back; does nothing where the C library keeps none, or cannot. */
  static void giveBack() {
    if (TRIM.isEmpty()) {
      return;
    }
    try {
      int any = (int) TRIM.get().invokeExact(0L);
      assert any == 0 || any == 1;
    } catch (Throwable e) {
      throw new IllegalStateException("malloc_trim failed", e);
    }
  }

  /** Bytes of this process that are in memory; 0 where the system does not say. */
  static long resident() {
    try {
      return Files.exists(STATISTICS)
          ? PAGE * Long.parseLong(Files.readString(STATISTICS).split(" ", -1)[1])
          : 0;
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }

  private static double machine() {
    return (double)
        ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
  }
}

package io.demitasse.cost;

import java.util.Locale;

/**
 * What a cost depends on besides the kernel.
 *
 * @param machine the processor, what it can do, and how many of it there are
 * @param runtime name and version
 * @param threads within one operator, at least 1
 */
public record Setting(String machine, String runtime, int threads) {
  public Setting {
    machine = oneLine(machine);
    runtime = oneLine(runtime);
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, got " + threads);
    }
  }

  /** This machine. */
  public static Setting here(String runtime, int threads) {
    Processor processor = Processor.detect();
    String machine =
        String.format(
            Locale.ROOT,
            "%s, %s, %d processors, %s",
            processor.name(),
            String.join(" ", processor.present()),
            java.lang.Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.name", "") + " " + processor.architecture());
    return new Setting(machine, runtime, threads);
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("[\\s\\p{Cntrl}]+", " ");
  }

  /** A file name that tells settings apart as far as names do. */
  String fileName() {
    String name = machine + " " + runtime + " " + threads + " threads";
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.]+", "-") + ".tsv";
  }
}

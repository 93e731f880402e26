package io.demitasse.report;

import java.util.List;
import java.util.Locale;

/** What a report says in one line. */
final class Headline {
  private static final List<String> UNITS = List.of("B", "kB", "MB", "GB", "TB");

  private Headline() {}

  /** What was compressed, and from what to what: {@code model.onnx: 90.4 MB to 22.9 MB}. */
  static String of(Report report) {
    return report.title()
        + ": "
        + bytes(report.bytesBefore())
        + " to "
        + bytes(report.bytesAfter());
  }

  /** What someone has to know who reads no further. */
  static String summary(Report report) {
    return of(report)
        + ". Budget "
        + report.budget().limits()
        + (report.budget().met()
            ? ": met."
            : ": not met, " + String.join("; ", report.budget().reasons()) + ".");
  }

  /** Bytes in units that people read. */
  static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 999.5 && unit + 1 < UNITS.size()) {
      value /= 1000;
      unit++;
    }
    int digits = unit == 0 || value >= 199.5 ? 0 : value >= 9.95 ? 1 : 2;
    return String.format(Locale.ROOT, "%,." + digits + "f %s", value, UNITS.get(unit));
  }
}

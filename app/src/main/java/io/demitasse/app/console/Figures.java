package io.demitasse.app.console;

import java.util.Locale;

/** Numbers as people read them, the same in every locale. */
public final class Figures {
  private static final String[] PREFIXES = {"", "k", "M", "G", "T", "P", "E"};

  private Figures() {}

  /** All digits in groups of three: {@code 22,713,216}. */
  public static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** Three or more digits with a decimal prefix: {@code 2.85 G}. */
  public static String rough(long number) {
    return scaled(number, "");
  }

  /** Bytes with a decimal prefix, as disks and downloads are counted: {@code 90.4 MB}. */
  public static String bytes(long bytes) {
    return scaled(bytes, "B");
  }

  private static String scaled(long number, String unit) {
    double value = number;
    int prefix = 0;
    while (Math.abs(value) >= 999.5 && prefix < PREFIXES.length - 1) {
      value /= 1000;
      prefix++;
    }
    String digits = prefix == 0 ? String.format(Locale.ROOT, "%,d", number) : significant(value);
    return (digits + " " + PREFIXES[prefix] + unit).strip();
  }

  public static String milliseconds(double milliseconds) {
    return significant(milliseconds) + " ms";
  }

  /** A share as a percentage: {@code 25.9 %}. */
  public static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", share * 100);
  }

  /** A ratio to two decimals: {@code 0.79}. */
  public static String ratio(double ratio) {
    return String.format(Locale.ROOT, "%.2f", ratio);
  }

  /** A score to four decimals: {@code 0.9948}. */
  public static String score(double score) {
    String text = String.format(Locale.ROOT, "%.4f", score);
    return text.equals("-0.0000") ? "0.0000" : text;
  }

  /**
   * Three digits at any size, for what falls by orders of magnitude: {@code 12.3}, {@code 0.0119},
   * {@code 1.00e-5}.
   */
  public static String fine(double value) {
    double size = Math.abs(value);
    if (!(size >= .000995 && size < 9_999.5) && size != 0) {
      return String.format(Locale.ROOT, "%.2e", value).replaceFirst("e([+-])0", "e$1");
    }
    int digits = size == 0 ? 0 : Math.max(0, 2 - (int) Math.floor(Math.log10(size * 1.00005)));
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  /** As many digits as tell something: {@code 0.031}, {@code 3.02}, {@code 30.2}, {@code 302}. */
  public static String significant(double value) {
    double size = Math.abs(value);
    return String.format(
        Locale.ROOT,
        size >= 99.95 ? "%,.0f" : size >= 9.995 ? "%.1f" : size >= .0995 ? "%.2f" : "%.3f",
        value);
  }
}

package io.demitasse.recipe;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How much a result may have of something: a share of what the original has, or an amount.
 *
 * @param amount in the unit, at least 0
 */
public record Limit(double amount, Unit unit) {
  /** A percentage that went through a share comes back as it was written. */
  private static final MathContext ROUNDED = new MathContext(12);

  /** What a limit is counted in. Amounts of memory are decimal (kB) or binary (KiB). */
  public enum Unit {
    PERCENT("%", .01),
    BYTES("B", 1),
    KILOBYTES("kB", 1e3),
    MEGABYTES("MB", 1e6),
    GIGABYTES("GB", 1e9),
    KIBIBYTES("KiB", 1 << 10),
    MEBIBYTES("MiB", 1 << 20),
    GIBIBYTES("GiB", 1 << 30),
    MICROSECONDS("us", 1e-3),
    MILLISECONDS("ms", 1),
    SECONDS("s", 1e3);

    static final List<Unit> OF_BYTES =
        List.of(PERCENT, BYTES, KILOBYTES, MEGABYTES, GIGABYTES, KIBIBYTES, MEBIBYTES, GIBIBYTES);
    static final List<Unit> OF_TIME = List.of(PERCENT, MICROSECONDS, MILLISECONDS, SECONDS);

    private final String symbol;
    private final double factor;

    Unit(String symbol, double factor) {
      this.symbol = symbol;
      this.factor = factor;
    }

    /** As it is written behind a number. */
    public String symbol() {
      return symbol;
    }

    /** The unit of a symbol in any case; {@code µs} is microseconds too. */
    static Optional<Unit> of(String symbol) {
      String plain = symbol.replace('\u00b5', 'u').replace('\u03bc', 'u').toLowerCase(Locale.ROOT);
      return Arrays.stream(values())
          .filter(unit -> unit.symbol.toLowerCase(Locale.ROOT).equals(plain))
          .findFirst();
    }
  }

  /** A share of the original's, such as .3. */
  public static Limit ofShare(double share) {
    BigDecimal percent = BigDecimal.valueOf(share).movePointRight(2).round(ROUNDED);
    return new Limit(percent.doubleValue(), Unit.PERCENT);
  }

  /** Whether this is a share of what the original has. */
  public boolean isShare() {
    return unit == Unit.PERCENT;
  }

  /** A share of the original's, bytes, or milliseconds. */
  public double value() {
    return isShare() ? amount / 100 : amount * unit.factor;
  }

  /** How much is allowed where the original has so much: bytes or milliseconds. */
  public double allowed(double original) {
    return isShare() ? value() * original : value();
  }

  /** As it is written in a budget: {@code 30%}, {@code 25MB}, {@code 2.5ms}. */
  public String text() {
    return BigDecimal.valueOf(amount).stripTrailingZeros().toPlainString() + unit.symbol;
  }
}

package io.demitasse.app;

import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Memory;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says how much memory runs of models may take. */
final class MemoryOption {
  private static final Pattern SIZE =
      Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?)\\s?([kmgt]?)(i?)b?");
  private static final Map<String, Integer> POWERS = Map.of("", 0, "k", 1, "m", 2, "g", 3, "t", 4);

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description =
          "Memory that runs may take beyond the weights, such as 4GB: what needs more is refused"
              + " before it runs. Default: what the machine or container has left.")
  private @Nullable String text;

  /**
   * What was asked for, or what there is.
   *
   * @throws DemitasseException (bad request) when the text is no size, or none at all
   */
  Memory memory() {
    return text == null ? Memory.atHand() : new Memory(bytes(text));
  }

  /** Whether the option was given. */
  boolean isGiven() {
    return text != null;
  }

  static long bytes(String text) {
    Matcher size = SIZE.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!size.matches()) {
      throw DemitasseException.badRequest(
          "--memory takes a size such as 500MB, 4GB or 2GiB, got '" + text + "'.");
    }
    long unit = size.group(3).isEmpty() ? 1000 : 1024;
    int power = Objects.requireNonNull(POWERS.get(size.group(2)));
    return new BigDecimal(size.group(1)).multiply(BigDecimal.valueOf(unit).pow(power)).longValue();
  }
}

package io.demitasse.recipe;

import io.demitasse.error.DemitasseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Limits that a result has to keep.
 *
 * @param size share of the original's bytes, such as 0.3
 * @param latency share of the original's time
 * @param drop points of the task's primary metric that may be lost, such as 0.01; held against the
 *     upper end of the interval
 */
public record Budget(OptionalDouble size, OptionalDouble latency, double drop) {
  /**
   * What holds when nobody says otherwise: as small and fast as possible within one point of
   * accuracy.
   */
  public static final Budget DEFAULT =
      new Budget(OptionalDouble.empty(), OptionalDouble.empty(), .01);

  private static final Pattern LIMIT = Pattern.compile("(\\w+)\\s*<=\\s*([0-9.]+)\\s*%");

  /**
   * Reads limits such as {@code size<=30%, latency<=60%, drop<=1%}; what is not said has its
   * default.
   *
   * @throws DemitasseException (bad request) naming every limit that is not understood
   */
  public static Budget parse(String text) {
    OptionalDouble size = DEFAULT.size;
    OptionalDouble latency = DEFAULT.latency;
    double drop = DEFAULT.drop;
    List<String> problems = new ArrayList<>();
    for (String limit : text.strip().split("\\s*,\\s*", -1)) {
      Matcher matcher = LIMIT.matcher(limit);
      double share = matcher.matches() ? share(matcher.group(2)) : Double.NaN;
      switch (matcher.matches() && !Double.isNaN(share) ? matcher.group(1) : "") {
        case "size" -> size = OptionalDouble.of(share);
        case "latency" -> latency = OptionalDouble.of(share);
        case "drop" -> drop = share;
        default -> problems.add("'" + limit + "'");
      }
    }
    if (!problems.isEmpty()) {
      throw DemitasseException.badRequest(
          "The budget has limits that are not understood: "
              + String.join(", ", problems)
              + ". Write them like \"size<=30%, latency<=60%, drop<=1%\".");
    }
    return new Budget(size, latency, drop);
  }

  private static double share(String percent) {
    try {
      return Double.parseDouble(percent) / 100;
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /** The text that {@link #parse} reads. */
  public String text() {
    List<String> limits = new ArrayList<>();
    size.ifPresent(share -> limits.add("size<=" + percent(share)));
    latency.ifPresent(share -> limits.add("latency<=" + percent(share)));
    limits.add("drop<=" + percent(drop));
    return String.join(", ", limits);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.4f", share * 100).replaceAll("\\.?0+$", "") + "%";
  }
}

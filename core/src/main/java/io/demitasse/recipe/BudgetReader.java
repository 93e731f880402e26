package io.demitasse.recipe;

import static java.util.stream.Collectors.joining;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Nearest;
import io.demitasse.recipe.Limit.Unit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads limits, and says of each that is not understood what is wrong with it. Every character is
 * looked at a few times at most, so that no text takes long.
 */
final class BudgetReader {
  /** No budget that somebody means is as long. */
  private static final int LONGEST = 4_000;

  private static final int SHOWN = 60;
  private static final int DIGITS = 15;
  private static final String DROP = "drop";

  /** Of accuracy, as much as there is. */
  private static final String ANY = "any";

  private static final String LATENCY = "latency";
  private static final List<String> KINDS = List.of("size", LATENCY, "memory", DROP);
  private static final Map<String, String> EXAMPLES =
      Map.of(
          "size",
          "size<=30% of the original, or size<=30MB",
          LATENCY,
          "latency<=30% of the original's time, or latency<=30ms",
          "memory",
          "memory<=30% of the original's, or memory<=30MB",
          DROP,
          "drop<=30%, which are 30 points, or drop<=any");

  private final Map<String, Limit> limits = new LinkedHashMap<>();
  private boolean dropsFreely;
  private final Map<String, Limit> latencies = new TreeMap<>();
  private final Map<String, Double> drops = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();

  Budget read(String text) {
    if (text.length() > LONGEST) {
      throw DemitasseException.badRequest(
          "A budget has at most "
              + LONGEST
              + " characters, this one has "
              + text.length()
              + ": limit fewer metrics.");
    }
    if (text.isBlank()) {
      throw DemitasseException.badRequest(
          "The budget is empty: leave it out, or write limits such as size<=30%, drop<=1%.");
    }
    split(text).forEach(this::limit);
    if (!problems.isEmpty()) {
      throw DemitasseException.badRequest(
          (problems.size() == 1
                  ? "The budget has a limit that is not understood: " + problems.getFirst() + "."
                  : "The budget has limits that are not understood:\n  - "
                      + String.join("\n  - ", problems))
              + "\nWrite them like \"size<=30%, latency<=20ms, memory<=1GB, drop<=1%,"
              + " drop(recall@10)<=2%\".");
    }
    Limit drop = limits.get(DROP);
    return new Budget(
        Optional.ofNullable(limits.get("size")),
        Optional.ofNullable(limits.get(LATENCY)),
        latencies,
        Optional.ofNullable(limits.get("memory")),
        dropsFreely
            ? Double.POSITIVE_INFINITY
            : drop == null ? Budget.DEFAULT.drop() : drop.value(),
        drops);
  }

  /** Parts between commas; a comma in parentheses belongs to the name of a metric. */
  private static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      depth = Math.max(0, depth + (c == '(' ? 1 : c == ')' ? -1 : 0));
      if (c == ',' && depth == 0) {
        parts.add(text.substring(start, i).strip());
        start = i + 1;
      }
    }
    parts.add(text.substring(start).strip());
    return parts;
  }

  private void limit(String text) {
    int sign = text.lastIndexOf("<=");
    if (text.isEmpty()) {
      problems.add("there is nothing between two commas");
    } else if (sign < 0) {
      problem(text, "it needs <= and a number, such as size<=30%");
    } else {
      String name = text.substring(0, sign).strip();
      String value = text.substring(sign + 2).strip();
      int opening = name.indexOf('(');
      String kind = opening < 0 ? name : name.substring(0, opening).strip();
      String metric = opening < 0 ? null : name.substring(opening + 1);
      if (!KINDS.contains(kind)) {
        problem(
            text,
            "there is no limit '"
                + shortened(kind)
                + "'"
                + Nearest.suggestion(kind, KINDS, "; there are " + String.join(", ", KINDS)));
      } else if (name.equals(DROP) && value.equals(ANY)) {
        dropsFreely = true;
      } else {
        limit(text, kind, metric, value);
      }
    }
  }

  /**
   * @param metric what stands behind an opening parenthesis, which of a latency is a part; null
   *     without one
   */
  private void limit(String text, String kind, @Nullable String metric, String value) {
    Limit limit = amount(text, kind, value);
    if (limit == null) {
      return;
    }
    if (metric == null) {
      if (kind.equals(DROP) && limit.amount() > 100) {
        problem(text, "more than 100 % cannot be lost");
      } else if (limits.putIfAbsent(kind, limit) != null) {
        problem(text, kind + " is limited twice");
      }
      return;
    }
    String name = metric.endsWith(")") ? metric.substring(0, metric.length() - 1).strip() : "";
    if (!kind.equals(DROP) && !kind.equals(LATENCY)) {
      problem(
          text,
          "only drop can be limited for a metric, such as drop(recall@10)<=2%, and latency for a"
              + " part, such as latency(detector)<=60%");
    } else if (name.isEmpty()) {
      problem(
          text,
          kind.equals(DROP)
              ? "a metric is named in parentheses, such as drop(recall@10)<=2%"
              : "a part is named in parentheses, such as latency(detector)<=60%");
    } else if (kind.equals(LATENCY)) {
      if (latencies.putIfAbsent(name, limit) != null) {
        problem(text, "latency of " + name + " is limited twice");
      }
    } else if (drops.putIfAbsent(name, limit.value()) != null) {
      problem(text, "drop of " + name + " is limited twice");
    }
  }

  private @Nullable Limit amount(String text, String kind, String value) {
    int end = 0;
    int points = 0;
    while (end < value.length() && isOfNumber(value.charAt(end))) {
      points += value.charAt(end) == '.' ? 1 : 0;
      end++;
    }
    String number = value.substring(0, end);
    String symbol = value.substring(end).strip();
    if (value.startsWith("-")) {
      return refused(text, "a limit cannot be negative");
    }
    if (number.isEmpty() || number.length() > DIGITS || points > 1 || number.equals(".")) {
      return refused(text, "'" + shortened(value) + "' is not a number with a unit");
    }
    if (symbol.isEmpty()) {
      return refused(text, number + " of what? " + example(kind, number));
    }
    List<Unit> units = units(kind);
    Optional<Unit> unit = Unit.of(symbol).filter(units::contains);
    if (unit.isEmpty()) {
      return refused(
          text,
          "'"
              + shortened(symbol)
              + "' is not a unit of "
              + kind
              + "; there are "
              + units.stream().map(Unit::symbol).collect(joining(", ")));
    }
    return sensible(text, kind, new Limit(Double.parseDouble(number), unit.get()));
  }

  private @Nullable Limit sensible(String text, String kind, Limit limit) {
    if (kind.equals(DROP)) {
      return limit;
    }
    if (limit.amount() == 0) {
      return refused(text, "nothing has a " + kind + " of 0");
    }
    if (limit.isShare() && limit.amount() > 100 && !kind.equals(LATENCY)) {
      return refused(text, "a result never needs more than 100 % of the original's");
    }
    return limit;
  }

  private static String example(String kind, String number) {
    return EXAMPLES.getOrDefault(kind, "").replace("30", number);
  }

  private static List<Unit> units(String kind) {
    return switch (kind) {
      case LATENCY -> Unit.OF_TIME;
      case DROP -> List.of(Unit.PERCENT);
      default -> Unit.OF_BYTES;
    };
  }

  private static boolean isOfNumber(char c) {
    return (c >= '0' && c <= '9') || c == '.';
  }

  private @Nullable Limit refused(String text, String why) {
    problem(text, why);
    return null;
  }

  private void problem(String text, String why) {
    problems.add("'" + shortened(text) + "': " + why);
  }

  private static String shortened(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
  }
}

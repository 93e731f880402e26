package io.demitasse.passes.prune;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How zeros may lie among the weights of a layer, which are seen as a matrix with a row for each
 * output and a column for each number that it sums up.
 */
sealed interface ZeroPattern {

  /** Anywhere. */
  String ANYWHERE = "none";

  /** A number that blocks and groups may have at most along an axis. */
  int LARGEST = 1024;

  Pattern FORM = Pattern.compile("(\\d{1,4})([:x])(\\d{1,4})");

  /**
   * Whole blocks are zero or not; one weight by itself where both numbers are 1.
   *
   * @param rows how many outputs a block spans
   * @param columns how many neighbors of what they sum up
   */
  record Blocks(int rows, int columns) implements ZeroPattern {}

  /**
   * Of each group of neighbors that an output sums up at most so many are not zero.
   *
   * @param kept at least 1
   * @param of more than are kept
   */
  record Groups(int kept, int of) implements ZeroPattern {
    /** The share of zeros. */
    double share() {
      return (double) (of - kept) / of;
    }
  }

  /**
   * Reads {@code none}, {@code 2:4} or {@code 4x1}.
   *
   * @throws IllegalArgumentException when it is none of these
   */
  static ZeroPattern of(String text) {
    if (text.equals(ANYWHERE)) {
      return new Blocks(1, 1);
    }
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "pattern must be none, such as 2:4 for two of four that stay, or such as 4x1 for blocks"
              + " of four outputs and one input, got '"
              + text
              + "'");
    }
    int first = Integer.parseInt(form.group(1));
    int second = Integer.parseInt(form.group(3));
    boolean groups = form.group(2).equals(":");
    boolean fits = first > 0 && second > (groups ? first : 0) && Math.max(first, second) <= LARGEST;
    if (!fits) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "pattern %s %s; both numbers are from 1 to %d",
              text,
              groups ? "must keep some of a group and not all" : "must be a block",
              LARGEST));
    }
    return groups ? new Groups(first, second) : new Blocks(first, second);
  }

  /** How many rows have to lie beside each other. */
  default int height() {
    return this instanceof Blocks blocks ? blocks.rows() : 1;
  }

  /** How many columns have to lie beside each other. */
  default int width() {
    return switch (this) {
      case Blocks blocks -> blocks.columns();
      case Groups groups -> groups.of();
    };
  }

  /** Why a layer cannot have such zeros. */
  default Optional<String> unfit(PrunedLayer layer) {
    if (layer.neighbors() % width() != 0) {
      return Optional.of(
          "its sums run over " + layer.neighbors() + " numbers, no multiple of " + width());
    }
    return layer.rows() % height() != 0
        ? Optional.of("it has " + layer.rows() + " outputs, no multiple of " + height())
        : Optional.empty();
  }
}

package io.demitasse.cost;

/**
 * What has a cost of its own: an operator, or the few that stand for one, on exact shapes, written
 * in a certain form.
 *
 * @param operator the name of the operator, such as {@code Conv}
 * @param shape sizes of inputs and weights, and the attributes that matter, such as {@code
 *     1x64x56x56 64x1x3x3 group=64}
 * @param types element types of inputs and weights before anything is written differently
 * @param form the recipe step that writes it, such as {@code quantize-dynamic form=standard}
 */
public record Kernel(String operator, String shape, String types, String form) {
  public Kernel {
    requireOneLine(operator);
    requireOneLine(shape);
    requireOneLine(types);
    requireOneLine(form);
  }

  private static void requireOneLine(String text) {
    if (text.isBlank() || text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "a kernel is named in words on one line, got '" + text + "'");
    }
  }
}

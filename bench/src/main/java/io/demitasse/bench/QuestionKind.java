package io.demitasse.bench;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What a question of easy-VQA asks for. */
enum QuestionKind {
  /** "what color is the circle?" */
  WHAT_COLOR,
  /** "what shape is present?", "what is the blue shape?" */
  WHAT_SHAPE,
  /** "is there a red shape?" */
  COLOR_THERE,
  /** "is no red shape present?" */
  COLOR_MISSING,
  /** "is there a circle?" */
  SHAPE_THERE,
  /** "is there not a circle in the image?" */
  SHAPE_MISSING;

  static final Set<String> COLORS =
      Set.of("black", "blue", "brown", "gray", "green", "red", "teal", "yellow");
  static final Set<String> SHAPES = Set.of("circle", "rectangle", "triangle");

  private static final Set<String> NEGATIONS = Set.of("no", "not");

  /**
   * The kind of a question.
   *
   * @throws IllegalArgumentException for what easy-VQA does not ask
   */
  static QuestionKind of(String question) {
    List<String> words = words(question);
    if (words.contains("what")) {
      return words.contains("color") ? WHAT_COLOR : WHAT_SHAPE;
    }
    boolean missing = words.stream().anyMatch(NEGATIONS::contains);
    if (words.stream().anyMatch(COLORS::contains)) {
      return missing ? COLOR_MISSING : COLOR_THERE;
    }
    if (words.stream().anyMatch(SHAPES::contains)) {
      return missing ? SHAPE_MISSING : SHAPE_THERE;
    }
    throw new IllegalArgumentException("neither color nor shape is asked for: " + question);
  }

  /** The words of a question in lower case, without its marks. */
  static List<String> words(String question) {
    return List.of(question.toLowerCase(Locale.ROOT).replaceAll("[^a-z ]", "").strip().split(" +"));
  }

  /** As data and tables have it. */
  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}

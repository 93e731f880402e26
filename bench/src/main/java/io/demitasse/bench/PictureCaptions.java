package io.demitasse.bench;

import io.demitasse.bench.AskedQuestions.Asked;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What pictures of easy-VQA show, as questions and answers about them tell. */
final class PictureCaptions {
  /** Ways to say it; a and b are color and shape. */
  private static final List<String> PHRASES =
      List.of(
          "a %1$s %2$s",
          "this is a %1$s %2$s",
          "there is a %1$s %2$s in the picture",
          "the picture shows a %2$s that is %1$s",
          "a %2$s of %1$s color");

  private PictureCaptions() {}

  /** A shape of a color. */
  record Shown(String color, String shape) {

    /** All that is right to say of it. */
    List<String> captions() {
      return PHRASES.stream()
          .map(phrase -> String.format(Locale.ROOT, phrase, color, shape))
          .toList();
    }
  }

  /** What is known so far. */
  private record Known(Optional<String> color, Optional<String> shape) {
    static final Known NOTHING = new Known(Optional.empty(), Optional.empty());

    Known with(Asked asked) {
      return new Known(
          told(asked, QuestionKind.COLORS).or(() -> color),
          told(asked, QuestionKind.SHAPES).or(() -> shape));
    }

    /** One of some words, where question and answer say that it is right for the picture. */
    private static Optional<String> told(Asked asked, Set<String> words) {
      return switch (QuestionKind.of(asked.question())) {
        case WHAT_COLOR, WHAT_SHAPE ->
            Stream.concat(Stream.of(asked.answer()), QuestionKind.words(asked.question()).stream())
                .filter(words::contains)
                .findFirst();
        case COLOR_THERE, SHAPE_THERE -> named(asked, words, "yes");
        case COLOR_MISSING, SHAPE_MISSING -> named(asked, words, "no");
      };
    }

    private static Optional<String> named(Asked asked, Set<String> words, String answer) {
      return asked.answer().equals(answer)
          ? QuestionKind.words(asked.question()).stream().filter(words::contains).findFirst()
          : Optional.empty();
    }
  }

  /** The pictures of which color and shape are told, in the order of their first questions. */
  static Map<Path, Shown> of(List<Asked> questions) {
    Map<Path, Known> known = new LinkedHashMap<>();
    for (Asked asked : questions) {
      known.merge(asked.picture(), Known.NOTHING.with(asked), (before, _) -> before.with(asked));
    }
    Map<Path, Shown> shown = new LinkedHashMap<>();
    known.forEach(
        (picture, of) ->
            of.color()
                .flatMap(color -> of.shape().map(shape -> new Shown(color, shape)))
                .ifPresent(both -> shown.put(Objects.requireNonNull(picture), both)));
    return shown;
  }
}

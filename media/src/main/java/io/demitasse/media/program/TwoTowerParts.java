package io.demitasse.media.program;

import static java.util.stream.Collectors.joining;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Model;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Value;
import io.demitasse.media.DeclaredInputs;
import io.demitasse.media.image.ImagePreprocessing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether the parts of a bundle are those that the program {@code two-tower} runs. */
record TwoTowerParts(Bundle bundle) {
  private static final List<String> NAMES = List.of(TwoTowerProgram.VISION, TwoTowerProgram.TEXT);

  /**
   * Everything that does not fit; empty when the program can run.
   *
   * @param preprocessing of pictures; null where that is wrong by itself
   */
  List<String> problems(@Nullable ImagePreprocessing preprocessing) {
    List<String> problems = new ArrayList<>();
    for (String part : NAMES) {
      if (!bundle.parts().containsKey(part)) {
        problems.add("the program 'two-tower' needs a part '" + part + "', there is none");
      }
    }
    for (String part : bundle.parts().keySet()) {
      if (!NAMES.contains(part)) {
        problems.add(
            String.format(
                Locale.ROOT,
                "the program 'two-tower' has no use for a part '%s'; it runs %s",
                part,
                String.join(" and ", NAMES)));
      }
    }
    Model vision = bundle.parts().get(TwoTowerProgram.VISION);
    Model text = bundle.parts().get(TwoTowerProgram.TEXT);
    if (vision != null) {
      vision(vision, preprocessing, problems);
    }
    if (text != null) {
      text(text, problems);
    }
    if (vision != null && text != null) {
      widths(vision, text, problems);
    }
    return problems;
  }

  private static void vision(
      Model model, @Nullable ImagePreprocessing preprocessing, List<String> problems) {
    problems.addAll(PictureEncoder.problems(TwoTowerProgram.VISION, model, preprocessing));
    if (TowerEmbedding.declared(model).isEmpty() && isDeclared(model)) {
      problems.add(
          "part 'vision' must give an embedding float[B,H], but it gives " + outputs(model));
    }
  }

  private static void text(Model model, List<String> problems) {
    DeclaredInputs inputs = DeclaredInputs.of(model);
    if (!inputs.takesText()) {
      problems.add("part 'text' must take a text as input_ids, but it takes " + inputs);
    }
    if (textOutput(model).isEmpty() && isDeclared(model)) {
      problems.add(
          "part 'text' must give an embedding float[B,H] or vectors of tokens float[B,S,H], but it"
              + " gives "
              + outputs(model));
    }
  }

  /** Whether a model says the shapes of all its outputs. */
  private static boolean isDeclared(Model model) {
    return model.graph().outputs().stream().allMatch(output -> output.shape().isPresent());
  }

  private static String outputs(Model model) {
    return model.graph().outputs().stream().map(Value::toString).collect(joining(", "));
  }

  private static Optional<Value> textOutput(Model model) {
    return TowerEmbedding.declared(model).or(() -> tokenVectors(model));
  }

  private static Optional<Value> tokenVectors(Model model) {
    return model.graph().outputs().stream()
        .filter(output -> !output.name().contains("logits"))
        .filter(output -> output.shape().map(Shape::rank).orElse(0) == 3)
        .findFirst();
  }

  /** Vectors of different lengths have no angle between them. */
  private static void widths(Model vision, Model text, List<String> problems) {
    Optional<Value> picture = TowerEmbedding.declared(vision);
    Optional<Value> meaning = textOutput(text);
    if (picture.isPresent()
        && meaning.isPresent()
        && width(picture.get()) instanceof Dim.Fixed(long one)
        && width(meaning.get()) instanceof Dim.Fixed(long other)
        && one != other) {
      problems.add(
          String.format(
              Locale.ROOT,
              "the embeddings of the towers differ in size: part 'vision' gives %s, part 'text'"
                  + " gives %s",
              picture.get(),
              meaning.get()));
    }
  }

  private static Dim width(Value output) {
    Shape shape = output.shape().orElseThrow();
    return shape.dim(shape.rank() - 1);
  }
}

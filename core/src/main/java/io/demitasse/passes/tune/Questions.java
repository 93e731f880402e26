package io.demitasse.passes.tune;

import io.demitasse.augment.Augmentation;
import io.demitasse.augment.TokenMasking;
import io.demitasse.augment.Views;
import io.demitasse.data.SpecialTokens;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Model;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Value;
import io.demitasse.objective.Loss;
import io.demitasse.objective.Term;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.ShapeInference;
import io.demitasse.train.Scores;
import io.demitasse.train.TrainingData;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What a model can be asked about examples without labels. */
record Questions(SelfSupervise options, Model model, TrainingData data, InferredShapes shapes) {
  private static final String MASKED_TOKENS = "masked-tokens";
  private static final String TARGET = "masked";

  static Questions of(SelfSupervise options, Model model, TrainingData data) {
    return new Questions(options, model, data, ShapeInference.infer(model, Map.of()));
  }

  // ---- masked tokens ----

  /** Tokens are masked first, and then varied: what has to be guessed is the token that it was. */
  Lesson maskedTokens() {
    FittingInputs inputs = FittingInputs.of(model, data, options.augmenting().varied());
    List<String> tokens = inputs.tokens(MASKED_TOKENS);
    if (tokens.size() > 1) {
      throw DemitasseException.badRequest(
          "Inputs "
              + tokens
              + " take tokens. Say whose are masked, as in varied: "
              + tokens.getFirst()
              + ".");
    }
    String input = tokens.getFirst();
    long words = inputs.rows(input);
    Value scores = scores(words);
    TokenMasking masking =
        new TokenMasking(
            options.augmenting().tokens(input, data),
            TARGET,
            options.masked(),
            inputs.known("mask-token", mask(), input),
            words > 0 ? Math.min(words, width(scores)) : width(scores));
    Term term =
        new Term.Labels(
            new Loss.CrossEntropy(0), Scores.unlimited(model, scores.name()), TARGET, 1);
    Augmentation varied = options.augmenting().of(model, data);
    return new Lesson(List.of(term), Augmentation.all(List.of(masking, varied)), masking);
  }

  private long mask() {
    return options.maskToken() >= 0
        ? options.maskToken()
        : data.specialTokens()
            .map(SpecialTokens::mask)
            .orElseGet(OptionalLong::empty)
            .orElseThrow(
                () ->
                    DemitasseException.badRequest(
                        "Nobody knows the token that stands for one to be guessed: the data come"
                            + " without a tokenizer that has one. Say its number, as in mask-token:"
                            + " 103."));
  }

  /** The output of scores for each token, of which there are so many; 0 where nobody knows. */
  private Value scores(long words) {
    Predicate<Shape> fits =
        shape ->
            shape.rank() == 3
                && last(shape) > 1
                && (!options.output().isEmpty() || last(shape) == words);
    return output(
        fits,
        String.format(
            Locale.ROOT,
            "scores of tokens, float[rows,positions,%s]",
            words > 0 && options.output().isEmpty() ? words : "vocabulary"));
  }

  // ---- contrast ----

  Lesson contrast() {
    if (options.augmenting().isNone()) {
      throw DemitasseException.badRequest(
          "Two views of an example are equal where nothing varies them. Ask for crop, flip, color,"
              + " noise, speed, spans or word-dropout.");
    }
    Value vectors = vectors();
    boolean masked =
        rank(vectors) == 3
            && data.examples().get(0).inputs().containsKey(TrainingData.ATTENTION_MASK);
    Term term =
        new Term.Contrast(
            vectors.name(),
            vectors.name(),
            options.temperature(),
            masked ? TrainingData.ATTENTION_MASK : null,
            1);
    Views views = new Views(options.augmenting().of(model, data));
    return new Lesson(List.of(term), views, views);
  }

  /** Vectors of examples before those of positions. */
  private Value vectors() {
    boolean one =
        model.graph().outputs().stream().anyMatch(value -> isFloat(value) && rank(value) == 2);
    return output(
        shape -> shape.rank() == 2 || (shape.rank() == 3 && (!one || !options.output().isEmpty())),
        "vectors, float[rows,size] or float[rows,positions,size]");
  }

  // ---- outputs ----

  /** The output that is named, or the only one that fits. */
  private Value output(Predicate<Shape> fits, String what) {
    List<Value> fitting =
        model.graph().outputs().stream()
            .filter(value -> options.output().isEmpty() || value.name().equals(options.output()))
            .filter(value -> isFloat(value) && shape(value).filter(fits).isPresent())
            .toList();
    if (fitting.size() != 1) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "%s that gives %s; the outputs are %s. Say which is meant, as in output: %s, or give"
                  + " the model one.",
              fitting.isEmpty() ? "There is no output" + named() : "There is more than one output",
              what,
              told(),
              model.graph().outputs().getFirst().name()));
    }
    return fitting.getFirst();
  }

  private String named() {
    return options.output().isEmpty() ? "" : " '" + options.output() + "'";
  }

  private String told() {
    return model.graph().outputs().stream()
        .map(value -> value.name() + ": " + shape(value).map(Shape::toString).orElse("unknown"))
        .collect(Collectors.joining(", "));
  }

  private static boolean isFloat(Value value) {
    return value.dataType().map(DataType::isFloatingPoint).orElse(true);
  }

  private Optional<Shape> shape(Value value) {
    return shapes.shape(value).or(value::shape);
  }

  private int rank(Value value) {
    return shape(value).map(Shape::rank).orElse(0);
  }

  private long width(Value value) {
    return shape(value).map(Questions::last).orElse(0L);
  }

  /** The size of the last axis; 0 where it is not known. */
  private static long last(Shape shape) {
    return shape.rank() > 0 && shape.dim(-1) instanceof Dim.Fixed(long size) ? size : 0;
  }
}

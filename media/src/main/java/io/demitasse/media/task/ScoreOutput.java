package io.demitasse.media.task;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Model;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.ShapeInference;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The output of a model by itself that a task is about.
 *
 * @param shape as far as it is known
 */
record ScoreOutput(String name, Shape shape) {
  /** More classes than any model has. */
  private static final long MOST_CLASSES = 1 << 24;

  /** A score for each class, float {@code [B, classes]}. */
  static ScoreOutput ofClasses(Model model, String task) {
    return require(
        model, task, "a float output [B, classes]", output -> isOfClasses(output.shape(), 2));
  }

  /** All outputs of a model that may hold a score for each class. */
  static Stream<ScoreOutput> ofClasses(Model model) {
    return all(model).stream().filter(output -> isOfClasses(output.shape(), 2));
  }

  /** A score for each class at each position, float {@code [B, positions, classes]}. */
  static ScoreOutput ofPositions(Model model, String task) {
    return require(
        model,
        task,
        "a float output [B, tokens, classes]",
        output -> isOfClasses(output.shape(), 3));
  }

  /** One number a sample, float {@code [B]} or {@code [B,1]}. */
  static ScoreOutput ofNumbers(Model model, String task) {
    return require(model, task, "a float output [B,1] or [B]", ScoreOutput::isOneNumber);
  }

  boolean isOneNumber() {
    return shape.rank() == 1
        ? !isManyRows(shape)
        : shape.rank() == 2
            && !isManyRows(shape)
            && shape.dim(1) instanceof Dim.Fixed(long size)
            && size == 1;
  }

  private static boolean isOfClasses(Shape shape, int rank) {
    return shape.rank() == rank
        && !isManyRows(shape)
        && !(shape.dim(rank - 1) instanceof Dim.Fixed(long size)
            && (size < 2 || size >= MOST_CLASSES));
  }

  private static boolean isManyRows(Shape shape) {
    return shape.dim(0) instanceof Dim.Fixed(long rows) && rows != 1;
  }

  /** How many classes there are; empty where the model does not say. */
  OptionalLong classes() {
    return shape.dim(shape.rank() - 1) instanceof Dim.Fixed(long size)
        ? OptionalLong.of(size)
        : OptionalLong.empty();
  }

  /** All outputs of floating-point numbers whose rank is known; embeddings are none of these. */
  static List<ScoreOutput> all(Model model) {
    InferredShapes known = ShapeInference.infer(model, Map.of());
    return model.graph().outputs().stream()
        .filter(output -> !output.name().contains("embed"))
        .filter(output -> known.dataType(output).filter(DataType::isFloatingPoint).isPresent())
        .flatMap(
            output ->
                known.shape(output).map(shape -> new ScoreOutput(output.name(), shape)).stream())
        .toList();
  }

  /** The first that will do; one whose name says that it holds scores goes before others. */
  private static ScoreOutput require(
      Model model, String task, String form, Predicate<ScoreOutput> wanted) {
    return all(model).stream()
        .filter(wanted)
        .min(Comparator.comparing(output -> !Classes.areNamed(output.name())))
        .orElseThrow(
            () ->
                DemitasseException.badRequest(
                    String.format(
                        Locale.ROOT,
                        "The task %s needs %s, but the model gives %s. Use the task agreement.",
                        task,
                        form,
                        model.graph().outputs().stream().map(ScoreOutput::told).toList())));
  }

  private static String told(Value output) {
    return output.name() + ": " + (output.type() == null ? "of unknown type" : output.type());
  }
}

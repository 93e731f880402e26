package io.demitasse.media.program;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Model;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Finds the vector that a tower gives for its sample, a floating-point output {@code [1,H]}: the
 * first of {@code image_embeds}, {@code text_embeds}, {@code embedding}, {@code
 * sentence_embedding}, {@code pooler_output} and any other but logits.
 */
final class TowerEmbedding {
  private static final List<String> NAMES =
      List.of(
          "image_embeds",
          "text_embeds",
          SingleProgram.EMBEDDING,
          "sentence_embedding",
          "pooler_output");

  private TowerEmbedding() {}

  /** The embedding of a run, float {@code [H]}; empty where there is none. */
  static Optional<Tensor> find(Map<String, Tensor> outputs) {
    return first(outputs.keySet().stream().toList(), name -> name, name -> isVector(outputs, name))
        .map(outputs::get)
        .map(vector -> Tensor.ofFloats(new long[] {vector.size(1)}, vector.toFloats()));
  }

  private static boolean isVector(Map<String, Tensor> outputs, String name) {
    Tensor output = outputs.get(name);
    return output != null && isReal(output.dataType()) && output.rank() == 2 && output.size(0) == 1;
  }

  /** The output of a model that holds it, as far as the model declares its outputs. */
  static Optional<Value> declared(Model model) {
    return first(model.graph().outputs(), Value::name, TowerEmbedding::isDeclaredVector);
  }

  private static boolean isDeclaredVector(Value output) {
    return output.type() instanceof ValueType.OfTensor(DataType type, Shape shape)
        && isReal(type)
        && shape != null
        && shape.rank() == 2
        && !(shape.dim(0) instanceof Dim.Fixed(long size) && size != 1);
  }

  private static boolean isReal(DataType type) {
    return type.isFloatingPoint() && type.bits() >= 16;
  }

  private static <T> Optional<T> first(
      List<T> outputs, Function<T, String> name, Predicate<T> isVector) {
    Stream<T> byName =
        NAMES.stream()
            .flatMap(each -> outputs.stream().filter(output -> name.apply(output).equals(each)));
    Stream<T> others = outputs.stream().filter(output -> !name.apply(output).contains("logits"));
    return Stream.concat(byName, others).filter(isVector).findFirst();
  }
}

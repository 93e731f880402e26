package io.demitasse.ops;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of values that no node tells: weights, inputs, and what the file declares, as far
 * as it is believed.
 *
 * @param inputShapes sizes by input name, in the place of what the main graph declares
 */
record Declarations(Map<String, long[]> inputShapes, Belief belief, Symbols symbols) {

  /** What is known of a value that no node makes; null when nothing is. */
  @Nullable TensorFacts ofSource(Value value) {
    Tensor content = value.initializer();
    if (!value.isInput()) {
      return content == null || !fits(content) ? null : TensorFacts.of(content);
    }
    TensorFacts told = value.graph().outer() == null ? given(value) : believed(value);
    return told == null && content != null && belief == Belief.DECLARED && fits(content)
        ? TensorFacts.of(content.dataType(), content.shape())
        : told;
  }

  private static boolean fits(Tensor tensor) {
    return TensorFacts.fits(tensor.dataType(), tensor.sizes());
  }

  private @Nullable TensorFacts given(Value input) {
    long[] sizes = inputShapes.get(input.name());
    TensorFacts declared = declared(input);
    if (sizes == null || !(input.type() instanceof ValueType.OfTensor tensor)) {
      return declared;
    }
    if (declared != null && declared.rank() != sizes.length) {
      throw DemitasseException.badRequest(
          "Input '"
              + input.name()
              + "' is "
              + tensor
              + " and cannot have the shape "
              + Arrays.toString(sizes)
              + "; give "
              + declared.rank()
              + " sizes.");
    }
    if (!TensorFacts.fits(tensor.dataType(), sizes)) {
      throw DemitasseException.badRequest(
          "Input '"
              + input.name()
              + "' of shape "
              + Arrays.toString(sizes)
              + " is larger than any memory; give smaller sizes.");
    }
    return TensorFacts.of(tensor.dataType(), sizes);
  }

  /** What the file declares of a value that is no input of the main graph, if that is believed. */
  @Nullable TensorFacts believed(Value value) {
    return belief == Belief.DECLARED ? declared(value) : null;
  }

  private @Nullable TensorFacts declared(Value value) {
    return value.type() instanceof ValueType.OfTensor(var type, var shape)
            && shape != null
            && TensorFacts.fits(type, TensorFacts.sizes(shape))
        ? TensorFacts.of(type, named(shape))
        : null;
  }

  /** A declared shape, whose names say that sizes are equal, or nothing. */
  private Shape named(Shape shape) {
    return new Shape(
        shape.dims().stream()
            .map(dim -> dim instanceof Dim.Named(String name) ? named(name) : dim)
            .toList());
  }

  private Dim named(String name) {
    return belief == Belief.ENFORCED ? symbols.distinct(name) : symbols.named(name);
  }

  /** What is inferred, with sizes filled in from what is declared. */
  @Nullable TensorFacts completed(@Nullable TensorFacts inferred, Value value) {
    TensorFacts declared = believed(value);
    if (inferred == null || declared == null || inferred.rank() != declared.rank()) {
      return inferred == null ? declared : inferred;
    }
    Dim[] sizes = inferred.dims();
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] =
          Sizes.isFixed(declared.dim(i)) && !Sizes.isFixed(sizes[i]) ? declared.dim(i) : sizes[i];
    }
    return TensorFacts.fits(inferred.dataType(), Sizes.numbers(sizes))
        ? inferred.viewedAs(sizes)
        : inferred;
  }
}

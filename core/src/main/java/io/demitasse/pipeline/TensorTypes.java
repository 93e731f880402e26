package io.demitasse.pipeline;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.ValueType;
import io.demitasse.stored.StoredTensors;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a pass declares of the tensors that it finds out: a name, a type and sizes of each. */
record TensorTypes(Map<String, ValueType.OfTensor> declared) {

  /** What is not as it was declared; empty when all is. */
  private Optional<String> problem(Map<String, Tensor> tensors) {
    for (Map.Entry<String, ValueType.OfTensor> each : declared.entrySet()) {
      Tensor tensor = tensors.get(each.getKey());
      if (tensor == null) {
        return Optional.of("there is no tensor '" + each.getKey() + "'");
      }
      if (!fits(each.getValue(), tensor)) {
        return Optional.of(
            "tensor '" + each.getKey() + "' is " + tensor + ", expected " + each.getValue());
      }
    }
    return tensors.keySet().stream()
        .filter(name -> !declared.containsKey(name))
        .findFirst()
        .map(name -> "there is a tensor '" + name + "', which was not declared");
  }

  /**
   * Makes sure that what was stored is as it was declared.
   *
   * @param key of what was found out
   * @throws DemitasseException (bad request) when it is not
   */
  void requireStored(Map<String, Tensor> tensors, String pass, String key, StoredTensors file) {
    problem(tensors)
        .ifPresent(
            problem -> {
              throw unfit(pass, "what the file " + file + " of '" + key + "' holds: " + problem);
            });
  }

  /**
   * Makes sure that a pass found out what it declared.
   *
   * @throws IllegalStateException when it did not
   */
  void requireFound(Map<String, Tensor> tensors, String key) {
    problem(tensors)
        .ifPresent(
            problem -> {
              throw new IllegalStateException("in what it found out as '" + key + "', " + problem);
            });
  }

  /** What a recipe brings is not for this model. */
  static DemitasseException unfit(String pass, String why) {
    return DemitasseException.badRequest(
        "What step '"
            + pass
            + "' of the recipe found out does not fit this model: "
            + why
            + ". Take the model that the recipe was made for, or take the lines under 'found' out"
            + " of the step, so that it is found out anew.");
  }

  private static boolean fits(ValueType.OfTensor type, Tensor tensor) {
    return tensor.dataType() == type.dataType() && fits(type.shape(), tensor.sizes());
  }

  /** A size that has no number in the shape may be any. */
  private static boolean fits(@Nullable Shape shape, long[] sizes) {
    if (shape == null) {
      return true;
    }
    boolean fits = shape.rank() == sizes.length;
    for (int axis = 0; fits && axis < sizes.length; axis++) {
      fits = !(shape.dim(axis) instanceof Dim.Fixed(long size)) || size == sizes[axis];
    }
    return fits;
  }
}

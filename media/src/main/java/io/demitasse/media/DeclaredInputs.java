package io.demitasse.media;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Model;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The inputs that a model declares, in its order. Inputs with a default value of their own may be
 * left out.
 */
public record DeclaredInputs(List<Input> inputs) {
  /** Inputs that a tokenizer makes. */
  public static final Set<String> OF_TEXT =
      Set.of("input_ids", "attention_mask", "token_type_ids", "position_ids");

  /**
   * One input.
   *
   * @param type null where the model does not say
   * @param required whether the model has no default for it
   */
  public record Input(String name, @Nullable ValueType type, boolean required) {
    @Override
    public String toString() {
      return name + ": " + (type == null ? "of unknown type" : type);
    }
  }

  public DeclaredInputs {
    inputs = List.copyOf(inputs);
  }

  public static DeclaredInputs of(Model model) {
    return new DeclaredInputs(
        model.graph().inputs().stream()
            .map(value -> new Input(value.name(), value.type(), isRequired(value)))
            .toList());
  }

  private static boolean isRequired(Value value) {
    return value.initializer() == null;
  }

  public Optional<Input> find(String name) {
    return inputs.stream().filter(input -> input.name().equals(name)).findFirst();
  }

  /** The inputs that have no default. */
  public List<Input> required() {
    return inputs.stream().filter(Input::required).toList();
  }

  /** Whether a text, once tokenized, is all that the model needs. */
  public boolean takesText() {
    return find("input_ids").isPresent()
        && required().stream().allMatch(input -> OF_TEXT.contains(input.name()));
  }

  /**
   * Fits tensors to the declared inputs: converts element types where no value changes (floating
   * point is rounded to the declared width), and adds a leading batch dimension of 1 where only
   * that is missing. Tensors that are no inputs are left out.
   *
   * @return the tensors that the model is given, by input name in declared order
   * @throws DemitasseException (bad request) when an input is missing or does not fit, with what
   *     the model declares and what was given
   */
  public Map<String, Tensor> fit(Map<String, Tensor> given) {
    Map<String, Tensor> fitted = new LinkedHashMap<>();
    Map<String, Extent> extents = new HashMap<>();
    for (Input input : inputs) {
      Tensor tensor = given.get(input.name());
      if (tensor != null) {
        fitted.put(input.name(), fit(input, tensor, extents));
      } else if (input.required()) {
        throw missing(input, given.keySet());
      }
    }
    return fitted;
  }

  private DemitasseException missing(Input input, Set<String> given) {
    return DemitasseException.badRequest(
        "the model needs an input "
            + input
            + ", got "
            + (given.isEmpty() ? "nothing" : String.join(", ", given))
            + "; it takes "
            + this);
  }

  /** The size that a named dimension has in one sample, and the input that said so. */
  private record Extent(long size, String input) {}

  private static Tensor fit(Input input, Tensor tensor, Map<String, Extent> extents) {
    if (!(input.type() instanceof ValueType.OfTensor(var dataType, Shape shape))) {
      throw DemitasseException.badRequest(
          "the model's input " + input + " cannot be given as a tensor, got " + tensor);
    }
    Tensor shaped = shape == null ? tensor : batched(tensor, shape);
    if (shape != null && !matches(shaped, shape)) {
      throw mismatch(input, tensor, "");
    }
    Tensor converted =
        TensorConversion.convert(shaped, dataType)
            .orElseThrow(
                () ->
                    TensorConversion.isPossible(tensor.dataType(), dataType)
                        ? mismatch(input, tensor, " with values that do not fit")
                        : mismatch(input, tensor, ""));
    if (shape != null) {
      agree(input, converted, shape, extents);
    }
    return converted;
  }

  private static DemitasseException mismatch(Input input, Tensor tensor, String why) {
    return DemitasseException.badRequest(
        "input '" + input.name() + "': expected " + input.type() + ", got " + tensor + why);
  }

  private static Tensor batched(Tensor tensor, Shape shape) {
    boolean batchOfOne =
        tensor.rank() + 1 == shape.rank()
            && !(shape.dim(0) instanceof Dim.Fixed(long size) && size != 1);
    if (!batchOfOne) {
      return tensor;
    }
    long[] sizes = new long[shape.rank()];
    sizes[0] = 1;
    System.arraycopy(tensor.sizes(), 0, sizes, 1, tensor.rank());
    return tensor.reshaped(sizes);
  }

  private static boolean matches(Tensor tensor, Shape shape) {
    if (tensor.rank() != shape.rank()) {
      return false;
    }
    for (int axis = 0; axis < shape.rank(); axis++) {
      if (shape.dim(axis) instanceof Dim.Fixed(long size) && size != tensor.size(axis)) {
        return false;
      }
    }
    return true;
  }

  private static void agree(Input input, Tensor tensor, Shape shape, Map<String, Extent> extents) {
    for (int axis = 0; axis < shape.rank(); axis++) {
      if (shape.dim(axis) instanceof Dim.Named(String name)) {
        Extent own = new Extent(tensor.size(axis), input.name());
        Extent known = extents.getOrDefault(name, own);
        extents.put(name, known);
        if (known.size() != own.size()) {
          throw DemitasseException.badRequest(
              String.format(
                  Locale.ROOT,
                  "input '%s' has %d along '%s', but input '%s' has %d: both must be equal",
                  input.name(),
                  own.size(),
                  name,
                  known.input(),
                  known.size()));
        }
      }
    }
  }

  @Override
  public String toString() {
    return inputs.stream().map(Input::toString).collect(Collectors.joining(", "));
  }
}

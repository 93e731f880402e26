package io.demitasse.ir;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Something that several parts have in common and that has to stay common. */
public sealed interface Tie {

  /** What is wrong with this tie in a bundle; empty when it holds. */
  List<String> problems(Bundle bundle);

  /**
   * Weights that are one: equal in type, shape and content.
   *
   * @param tensors at least two
   */
  record OfTensors(List<Place> tensors) implements Tie {
    public OfTensors {
      tensors = List.copyOf(tensors);
    }

    @Override
    public List<String> problems(Bundle bundle) {
      List<String> problems = new ArrayList<>();
      Tensor first = null;
      for (Place place : tensors) {
        Optional<Tensor> tensor = place.value(bundle).flatMap(Value::constant);
        if (tensor.isEmpty()) {
          problems.add("tied tensor '" + place + "': there is no such weight");
        } else if (first == null) {
          first = tensor.get();
        } else if (!first.contentEquals(tensor.get())) {
          problems.add(
              String.format(
                  Locale.ROOT,
                  "tied tensors '%s' (%s) and '%s' (%s) differ",
                  tensors.getFirst(),
                  first,
                  place,
                  tensor.get()));
        }
      }
      return problems;
    }
  }

  /**
   * Sizes of inputs or outputs that are equal.
   *
   * @param dimensions at least two
   */
  record OfDimensions(List<Axis> dimensions) implements Tie {
    public OfDimensions {
      dimensions = List.copyOf(dimensions);
    }

    @Override
    public List<String> problems(Bundle bundle) {
      List<String> problems = new ArrayList<>();
      Set<Long> sizes = new LinkedHashSet<>();
      for (Axis axis : dimensions) {
        Dim dim = axis.dim(bundle);
        if (dim == null) {
          problems.add("tied dimension '" + axis + "': there is no such input or output and axis");
        } else if (dim instanceof Dim.Fixed(long size)) {
          sizes.add(size);
        }
      }
      if (sizes.size() > 1) {
        problems.add("tied dimensions " + dimensions + " have the sizes " + sizes);
      }
      return problems;
    }
  }

  /** A value of a part, written {@code part:value}. */
  record Place(String part, String value) {
    private static final Pattern FORM = Pattern.compile("([^:]+):(.+)", Pattern.DOTALL);

    public static Optional<Place> parse(String text) {
      Matcher matcher = FORM.matcher(text);
      return matcher.matches()
          ? Optional.of(new Place(matcher.group(1), matcher.group(2)))
          : Optional.empty();
    }

    /** The value in a bundle, where there is one. */
    public Optional<Value> value(Bundle bundle) {
      return Optional.ofNullable(bundle.parts().get(part))
          .map((Model model) -> model.graph().find(value));
    }

    @Override
    public String toString() {
      return part + ":" + value;
    }
  }

  /** An axis of an input or output of a part, written {@code part:value[axis]}. */
  record Axis(Place place, int axis) {
    private static final Pattern FORM = Pattern.compile("(.+)\\[(\\d{1,4})]", Pattern.DOTALL);

    public static Optional<Axis> parse(String text) {
      Matcher matcher = FORM.matcher(text);
      return matcher.matches()
          ? Place.parse(matcher.group(1))
              .map(place -> new Axis(place, Integer.parseInt(matcher.group(2))))
          : Optional.empty();
    }

    @Nullable Dim dim(Bundle bundle) {
      return place
          .value(bundle)
          .filter(value -> value.isInput() || value.isOutput())
          .map(Value::type)
          .map(type -> type instanceof ValueType.OfTensor(var _, Shape shape) ? shape : null)
          .filter(shape -> axis < shape.rank())
          .map(shape -> shape.dim(axis))
          .orElse(null);
    }

    @Override
    public String toString() {
      return place + "[" + axis + "]";
    }
  }
}

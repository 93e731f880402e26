package io.demitasse.data;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What is known of a sample beside what a model is given of it, by name: its label, a score, who
 * speaks.
 *
 * @param values texts as strings, one text as a tensor without dimensions; all else as numbers
 */
public record Fields(Map<String, Tensor> values) {
  /** Nothing is known. */
  public static final Fields NONE = new Fields(Map.of());

  public Fields {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** The same with one more, or with another value of that name. */
  public Fields with(String name, Tensor value) {
    Map<String, Tensor> all = new LinkedHashMap<>(values);
    all.put(name, value);
    return new Fields(all);
  }

  /** The same with a text. */
  public Fields with(String name, String text) {
    return with(name, texts(new long[0], List.of(text)));
  }

  /** The same with several texts. */
  public Fields with(String name, List<String> texts) {
    return with(name, texts(new long[] {texts.size()}, texts));
  }

  private static Tensor texts(long[] sizes, List<String> texts) {
    return Tensor.ofStrings(
        sizes, texts.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList());
  }

  public Set<String> names() {
    return values.keySet();
  }

  public Optional<Tensor> find(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /** One text, or one number as a text, a whole one without a point; empty for anything else. */
  public Optional<String> text(String name) {
    return find(name).filter(Fields::isOne).map(value -> texts(value).getFirst());
  }

  /** All texts or numbers of a value, as {@link #text} gives one; none where there is no value. */
  public List<String> texts(String name) {
    return find(name).map(Fields::texts).orElse(List.of());
  }

  private static List<String> texts(Tensor value) {
    if (value.dataType() == DataType.STRING) {
      return value.strings().stream()
          .map(text -> new String(text, StandardCharsets.UTF_8))
          .toList();
    }
    return Arrays.stream(value.toDoubles())
        .mapToObj(
            number ->
                number == Math.rint(number) && Math.abs(number) < 1L << 53
                    ? Long.toString((long) number)
                    : Double.toString(number))
        .toList();
  }

  private static boolean isOne(Tensor value) {
    return value.elementCount() == 1;
  }

  /** One finite number, or one text that spells it; empty for anything else. */
  public OptionalDouble number(String name) {
    Optional<Tensor> one = find(name).filter(Fields::isOne);
    if (one.isEmpty()) {
      return OptionalDouble.empty();
    }
    double number =
        one.get().dataType() == DataType.STRING
            ? parsed(texts(one.get()).getFirst())
            : one.get().toDoubles()[0];
    return Double.isFinite(number) ? OptionalDouble.of(number) : OptionalDouble.empty();
  }

  /** Not a number where the text spells none. */
  private static double parsed(String text) {
    try {
      return Double.parseDouble(text.strip());
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }
}

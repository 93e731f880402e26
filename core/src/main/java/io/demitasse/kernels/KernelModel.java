package io.demitasse.kernels;

import io.demitasse.cost.Kernel;
import io.demitasse.ir.Attribute;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A small model in float, with fixed shapes, and the forms to measure it in.
 *
 * @param operator what is measured; where the model holds others around it, what they take is
 *     measured with it, in all forms alike
 */
public record KernelModel(String operator, Model model, List<Form> forms) {
  public KernelModel {
    forms = List.copyOf(forms);
  }

  /** What the cost of a form is kept under. */
  public Kernel kernel(Form form) {
    String shape =
        Stream.concat(read().map(KernelModel::sizes), attributes().stream())
            .collect(Collectors.joining(" "));
    String types =
        read()
            .map(value -> value.dataType().map(DataType::text).orElse("?"))
            .distinct()
            .collect(Collectors.joining(" "));
    return new Kernel(operator, named(shape), named(types), form.name());
  }

  /** An operator may take single numbers alone, or nothing. */
  private static String named(String text) {
    return text.isEmpty() ? "numbers" : text;
  }

  /** Inputs, and weights that are no single number. */
  private Stream<Value> read() {
    return Stream.concat(
        model.graph().inputs().stream(),
        model.graph().initializers().stream()
            .filter(weight -> weight.shape().filter(shape -> shape.rank() > 0).isPresent()));
  }

  private static String sizes(Value value) {
    return Arrays.stream(value.shape().orElseThrow().sizes())
        .mapToObj(Long::toString)
        .collect(Collectors.joining("x"));
  }

  /** The whole numbers among the attributes of the operator itself. */
  private List<String> attributes() {
    List<String> attributes = new ArrayList<>();
    for (Node node : model.graph().nodes()) {
      if (node.is(operator)) {
        for (Map.Entry<String, Attribute> entry : new TreeMap<>(node.attributes()).entrySet()) {
          switch (entry.getValue()) {
            case Attribute.Int(long value) -> attributes.add(entry.getKey() + "=" + value);
            case Attribute.Ints(List<Long> values) ->
                attributes.add(
                    entry.getKey()
                        + "="
                        + values.stream().map(Object::toString).collect(Collectors.joining(",")));
            default -> {}
          }
        }
      }
    }
    return attributes;
  }
}

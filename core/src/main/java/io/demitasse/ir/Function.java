package io.demitasse.ir;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A function that a model defines for itself and calls as an operator.
 *
 * @param body inputs, nodes and outputs; values are untyped
 * @param attributes names of attributes without a default
 * @param defaults attributes with a default
 * @param opsets versions by domain that the body is written against
 */
public record Function(
    String domain,
    String name,
    String overload,
    String doc,
    Graph body,
    List<String> attributes,
    Map<String, Attribute> defaults,
    Map<String, Long> opsets) {
  public Function {
    attributes = List.copyOf(attributes);
    defaults = new LinkedHashMap<>(defaults);
    opsets = new LinkedHashMap<>(opsets);
  }
}

package io.demitasse.passes.clean;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;

/** Attributes that became inputs in ways of their own. */
final class InputChanges {
  private InputChanges() {}

  static String clip(NodeConversion conversion) {
    Node node = conversion.node();
    int next = 1;
    for (String bound : new String[] {"min", "max"}) {
      if (node.attribute(bound) != null) {
        double number = node.realAttribute(bound, 0);
        Tensor tensor = Tensor.ofNumbers(conversion.dataType(0), new long[0], number);
        node.input(next, conversion.constant(bound, tensor));
        node.removeAttribute(bound);
      }
      next++;
    }
    return node.inputs().size() > 1 ? "bounds became inputs" : "";
  }

  static String pad(NodeConversion conversion) {
    Node node = conversion.node();
    float value = node.realAttribute("value", 0);
    DataType type = value == 0 ? DataType.FLOAT : conversion.dataType(0);
    conversion.toInput("pads", 1);
    if (value != 0) {
      Tensor tensor = Tensor.ofNumbers(type, new long[0], value);
      node.input(2, conversion.constant("value", tensor));
    }
    node.removeAttribute("value");
    return "pads became an input";
  }

  static String slice(NodeConversion conversion) {
    conversion.toInput("starts", 1);
    conversion.toInput("ends", 2);
    conversion.toInput("axes", 3);
    return "bounds became inputs";
  }

  static String topK(NodeConversion conversion) {
    Node node = conversion.node();
    node.input(1, conversion.integers("k", node.intAttribute("k", 1)));
    node.removeAttribute("k");
    return "k became an input";
  }

  static String dropout(NodeConversion conversion) {
    Node node = conversion.node();
    float ratio = node.realAttribute("ratio", 0.5f);
    node.input(1, conversion.constant("ratio", Tensor.scalar(ratio)));
    node.removeAttribute("ratio");
    return "ratio became an input";
  }

  /** The axis was an attribute of default 1, and is an input of default -2. */
  static String dft(NodeConversion conversion) {
    Node node = conversion.node();
    node.input(2, conversion.constant("axis", Tensor.scalar(node.intAttribute("axis", 1))));
    node.removeAttribute("axis");
    return "axis became an input";
  }
}

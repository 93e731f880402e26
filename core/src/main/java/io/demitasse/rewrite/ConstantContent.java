package io.demitasse.rewrite;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import java.util.List;

/** The numbers of a constant, which lie in an initializer or in a node that gives them. */
public final class ConstantContent {
  private ConstantContent() {}

  /** Gives a constant new numbers where it lies. */
  public static void replace(Value constant, Tensor content) {
    Node producer = constant.producer();
    if (producer == null) {
      constant.graph().setInitializer(constant, content);
    } else {
      List.copyOf(producer.attributes().keySet()).forEach(producer::removeAttribute);
      producer.attribute("value", Attribute.of(content));
    }
  }
}

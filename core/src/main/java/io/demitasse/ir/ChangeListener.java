package io.demitasse.ir;

/** Is told whenever what is known of a value may be known no more. */
@FunctionalInterface
public interface ChangeListener {

  /**
   * The definition of a value changed: its type or initializer, whether it is an input, or the
   * inputs, attributes or nested outputs of the node that makes it. Of values behind it nothing is
   * told.
   */
  void changed(Value value);
}

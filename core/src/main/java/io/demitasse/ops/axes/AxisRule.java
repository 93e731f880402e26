package io.demitasse.ops.axes;

/**
 * Tells how the axes of a node belong together.
 *
 * <p>What a rule tells of an axis of an output is all there is: every input that depends on the
 * indices along it is named. An axis it tells nothing of is opaque.
 */
@FunctionalInterface
interface AxisRule {
  /**
   * Adds what is known to the axes of a node.
   *
   * @throws UnknownAxes when a shape or number that the rule needs is not known
   */
  void tell(NodeAxes node);
}

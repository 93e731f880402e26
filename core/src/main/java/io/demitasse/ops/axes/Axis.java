package io.demitasse.ops.axes;

/**
 * One axis of an input or an output of a node.
 *
 * @param isOutput whether the tensor is an output of the node
 * @param position which of its inputs or outputs it is
 * @param axis which of its axes, counted from the first
 */
public record Axis(boolean isOutput, int position, int axis) {
  public static Axis ofInput(int position, int axis) {
    return new Axis(false, position, axis);
  }

  public static Axis ofOutput(int position, int axis) {
    return new Axis(true, position, axis);
  }

  @Override
  public String toString() {
    return "axis " + axis + " of " + (isOutput ? "output " : "input ") + position;
  }
}

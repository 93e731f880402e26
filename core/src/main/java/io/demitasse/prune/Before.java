package io.demitasse.prune;

import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;

/**
 * A model as it was before anything was removed.
 *
 * @param shapes of then
 * @param opset of ONNX's own operators
 */
record Before(InferredShapes shapes, long opset) {

  /** The size of an axis; -1 when it is not known. */
  long size(Value value, int axis) {
    return shapes.of(value).map(known -> known.sizes()[axis]).orElse(-1L);
  }

  int rank(Value value) {
    return shapes.rank(value).orElseThrow();
  }
}

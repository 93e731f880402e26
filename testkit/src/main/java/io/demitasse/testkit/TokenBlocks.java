package io.demitasse.testkit;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Value;
import java.util.function.BinaryOperator;

/** Blocks of transformers over {@code [N, S, width]}, spelled out as exporters do. */
final class TokenBlocks {
  private static final int ROWS = 11;
  private static final int HEADS = 2;

  private final Sketch sketch;
  private final int width;

  TokenBlocks(Sketch sketch) {
    this.sketch = sketch;
    this.width = sketch.oneOf(8, 16);
  }

  /**
   * Embedding, blocks and perhaps a projection.
   *
   * @param flag a boolean that chooses between two branches in some models
   */
  Value network(Value tokens, Value mask, Value flag) {
    Value value = sketch.op("Gather", sketch.weight(1, ROWS, width), tokens);
    value = layerNormalization(value);
    Value bias = attentionBias(mask);
    for (int block = sketch.between(1, 2); block > 0; block--) {
      value = residual(value, attention(value, bias));
      value = residual(value, linear(gelu(linear(value, width, 2 * width)), 2 * width, width));
      value = sketch.withClutter(sketch.chance(0.4) ? choice(flag, value) : value);
    }
    return sketch.chance(0.5) ? adapted(value, linear(value, width, 3)) : value;
  }

  /** A product with a low-rank path beside it. */
  private Value adapted(Value value, Value product) {
    Value inner = sketch.op("MatMul", value, sketch.ramp(width, 1));
    return sketch.op("Add", product, sketch.op("MatMul", inner, sketch.ramp(1, 3)));
  }

  private Value residual(Value value, Value change) {
    Value sum = either("Add", value, change);
    return sketch.chance(0.8) ? layerNormalization(sum) : sum;
  }

  /** A commutative operator, its inputs in either order. */
  private Value either(String type, Value one, Value other) {
    return sketch.chance(0.5) ? sketch.op(type, one, other) : sketch.op(type, other, one);
  }

  private Value linear(Value value, int in, int out) {
    Value weight =
        sketch.chance(0.25)
            ? transposed(sketch.weight(in, out, in), 1, 0)
            : sketch.weight(in, in, out);
    Value product = sketch.op("MatMul", value, weight);
    if (sketch.chance(0.8)) {
      return either("Add", product, sketch.vector(0, out));
    }
    return sketch.opset() % 2 == 0 ? product : sketch.op("Add", product, sketch.zeros(out));
  }

  private Value layerNormalization(Value value) {
    if (sketch.opset() >= 17 && sketch.chance(0.3)) {
      return sketch
          .node("LayerNormalization", value, sketch.vector(1, width), sketch.vector(0, width))
          .attribute("epsilon", 1e-5f)
          .append()
          .output();
    }
    Value centered = sketch.op("Sub", value, sketch.mean(value, -1));
    Value squared =
        sketch.chance(0.7)
            ? sketch.op("Pow", centered, sketch.scalar(2))
            : sketch.op("Mul", centered, centered);
    Value deviation =
        sketch.op("Sqrt", either("Add", sketch.mean(squared, -1), sketch.scalar(1e-5)));
    Value normalized = sketch.op("Div", centered, deviation);
    Value scaled = either("Mul", normalized, sketch.vector(1, width));
    return either("Add", scaled, sketch.vector(0, width));
  }

  /** {@code x / 2 * (1 + erf(x / sqrt(2)))}, in one of its spellings. */
  private Value gelu(Value value) {
    double root = Math.sqrt(2);
    Value inside =
        sketch.chance(0.5)
            ? sketch.op("Div", value, sketch.scalar(root))
            : either("Mul", value, sketch.scalar(1 / root));
    Value gate = either("Add", sketch.op("Erf", inside), sketch.scalar(1));
    BinaryOperator<Value> times = (one, other) -> either("Mul", one, other);
    return sketch.chance(0.5)
        ? times.apply(times.apply(value, gate), sketch.scalar(0.5))
        : times.apply(times.apply(value, sketch.scalar(0.5)), gate);
  }

  private Value attention(Value value, Value bias) {
    Value queries = heads(linear(value, width, width), 0, 2, 1, 3);
    Value keys = heads(linear(value, width, width), 0, 2, 3, 1);
    Value values = heads(linear(value, width, width), 0, 2, 1, 3);
    Value scores =
        sketch.op(
            "Div",
            sketch.op("MatMul", queries, keys),
            sketch.scalar(Math.sqrt(width / (double) HEADS)));
    Value weights =
        sketch.node("Softmax", either("Add", scores, bias)).attribute("axis", 3).append().output();
    Value mixed = transposed(sketch.op("MatMul", weights, values), 0, 2, 1, 3);
    return linear(sketch.op("Reshape", mixed, sketch.integers(0, 0, width)), width, width);
  }

  private Value heads(Value value, long... order) {
    return transposed(
        sketch.op("Reshape", value, sketch.integers(0, 0, HEADS, width / HEADS)), order);
  }

  private Value transposed(Value value, long... order) {
    return sketch
        .node("Transpose", value)
        .attribute("perm", Attribute.ofInts(order))
        .append()
        .output();
  }

  /** 0 where the mask is 1, a large negative number where it is 0. */
  private Value attentionBias(Value mask) {
    Value wide = sketch.op("Reshape", mask, sketch.integers(0, 1, 1, -1));
    Value real = sketch.node("Cast", wide).attribute("to", DataType.FLOAT.code()).append().output();
    return sketch.op("Mul", sketch.op("Sub", sketch.scalar(1), real), sketch.scalar(-10_000));
  }

  /** An {@code If} whose branches read the value from outside. */
  private Value choice(Value flag, Value value) {
    Graph yes = new Graph("yes", sketch.graph());
    Graph no = new Graph("no", sketch.graph());
    Sketch inYes = sketch.inside(yes);
    yes.addOutput(
        inYes.op("Add", inYes.op("MatMul", value, inYes.weight(width, width, width)), value));
    no.addOutput(sketch.inside(no).op("Tanh", value));
    return sketch
        .node("If", flag)
        .attribute("then_branch", Attribute.of(yes))
        .attribute("else_branch", Attribute.of(no))
        .append()
        .output();
  }
}

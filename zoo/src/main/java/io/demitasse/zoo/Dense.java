package io.demitasse.zoo;

import io.demitasse.ir.Value;
import io.demitasse.ops.Op;

/**
 * A fully connected layer from vectors of one size to vectors of another.
 *
 * @param fill of the weights; the bias begins with zeros
 */
record Dense(int in, int out, Fill fill) {

  /** Of one vector a sample, {@code [batch, in]}; the weight is {@code [out, in]}. */
  Value rows(Network net, String name, Value x) {
    Network layer = net.in(name);
    return net.node(Op.GEMM, name, x, transposed(layer), bias(layer))
        .attribute("transB", 1)
        .append()
        .output();
  }

  /** Drawn as a weight {@code [in, out]} would be, by the same fan-in. */
  private Value transposed(Network layer) {
    Fill turned = (sizes, seed) -> fill.make(new long[] {sizes[1], sizes[0]}, seed).reshaped(sizes);
    return layer.weight("weight", turned, out, in);
  }

  /** Of any number of vectors, {@code [.., in]}; the weight is {@code [in, out]}. */
  Value vectors(Network net, String name, Value x) {
    Value product = product(net, name, x);
    return net.op(Op.ADD, name + ".biased", product, bias(net.in(name)));
  }

  /** The same without a bias. */
  Value product(Network net, String name, Value x) {
    return net.op(Op.MAT_MUL, name, x, net.in(name).weight("weight", fill, in, out));
  }

  private Value bias(Network layer) {
    return layer.weight("bias", Fill.constant(0), out);
  }
}

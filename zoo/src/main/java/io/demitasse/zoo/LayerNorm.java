package io.demitasse.zoo;

import io.demitasse.ir.Value;
import io.demitasse.ops.Op;

/**
 * Layer normalization of vectors {@code [.., width]} (Ba, Kiros and Hinton: Layer Normalization,
 * 2016), which begins with a scale of 1 and a shift of 0.
 */
record LayerNorm(int width, float epsilon) {

  Value apply(Network net, String name, Value x) {
    Network layer = net.in(name);
    return net.node(
            Op.LAYER_NORMALIZATION,
            name,
            x,
            layer.weight("weight", Fill.constant(1), width),
            layer.weight("bias", Fill.constant(0), width))
        .attribute("epsilon", epsilon)
        .append()
        .output();
  }
}

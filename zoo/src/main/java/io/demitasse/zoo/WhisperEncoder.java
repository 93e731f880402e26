package io.demitasse.zoo;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Model;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;

/** The part of {@link Whisper} that hears, with what its decoder looks at. */
record WhisperEncoder(Whisper sizes) {
  private static final Dim FRAMES = Dim.named("frames");
  private static final Dim PLACES = Dim.named("places");
  private static final int KERNEL = 3;

  Model build(long seed) {
    Network net = Network.of("whisper-encoder", Activation.GELU_OPSET, seed);
    int width = sizes.width();
    Value features =
        net.input("input_features", DataType.FLOAT, Network.BATCH, Dim.of(sizes.mels()), FRAMES);
    Value first = convolved(net, "conv1", features, sizes.mels(), 1);
    Value second = convolved(net, "conv2", first, width, 2);
    Value row = net.transposed("row", second, 0, 2, 1);
    Value x = net.op(Op.ADD, "placed", row, sinusoids(net, row));
    Transformer transformer = sizes.transformer(sizes.encoderLayers());
    Value heard =
        transformer.norm(net, "norm", transformer.layers(net, sizes.encoderLayers(), x, null));
    net.output("last_hidden_state", heard, Network.BATCH, PLACES, Dim.of(width));
    lookedAt(net, heard);
    return net.model();
  }

  private Value convolved(Network net, String name, Value x, int channels, int stride) {
    Network layer = net.in(name);
    Value sum =
        net.node(
                Op.CONV,
                name,
                x,
                layer.weight("weight", sizes.fill(), sizes.width(), channels, KERNEL),
                layer.weight("bias", Fill.constant(0), sizes.width()))
            .attribute("kernel_shape", Attribute.ofInts(KERNEL))
            .attribute("strides", Attribute.ofInts(stride))
            .attribute("pads", Attribute.ofInts(1, 1))
            .append()
            .output();
    return Activation.GELU.apply(net, name + ".act", sum);
  }

  /** The rows of the table for the places that there are, {@code [places, width]}. */
  private Value sinusoids(Network net, Value row) {
    Value table = net.weight("sinusoids", Sinusoids.FILL, sizes.places(), sizes.width());
    Value count = Whisper.size(net, "places.count", row, 1);
    return net.op(Op.SLICE, "positions", table, net.integers(0), count, net.integers(0));
  }

  /** Keys and values of each layer of the decoder. */
  private void lookedAt(Network net, Value heard) {
    Attention attention = sizes.transformer(sizes.decoderLayers()).attention();
    for (int layer = 0; layer < sizes.decoderLayers(); layer++) {
      Network in = net.in("decoder").in("layers", layer).in("cross_attention");
      net.output(Whisper.key("cross", layer), attention.keys(in, heard), sizes.cache(PLACES));
      net.output(Whisper.value("cross", layer), attention.values(in, heard), sizes.cache(PLACES));
    }
  }
}

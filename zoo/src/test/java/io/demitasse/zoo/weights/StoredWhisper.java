package io.demitasse.zoo.weights;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.zoo.Whisper;
import java.util.Arrays;
import java.util.Objects;

/** A Whisper as CTranslate2 stores it. */
final class StoredWhisper {
  private final StoredModel stored = new StoredModel();
  private final DataType type;
  private final Model encoder;
  private final Model decoder;

  private StoredWhisper(Bundle bundle, DataType type) {
    this.type = type;
    encoder = bundle.part(Whisper.ENCODER);
    decoder = bundle.part(Whisper.DECODER);
  }

  /** The weights of a bundle, rounded to a type. */
  static StoredModel of(Bundle bundle, Whisper sizes, DataType type) {
    StoredWhisper whisper = new StoredWhisper(bundle, type);
    whisper.settings(sizes.heads());
    whisper.tables();
    for (int layer = 0; layer < sizes.encoderLayers(); layer++) {
      whisper.layer(whisper.encoder, layer, "encoder/layer_" + layer);
    }
    for (int layer = 0; layer < sizes.decoderLayers(); layer++) {
      whisper.layer(whisper.decoder, layer, "decoder/layer_" + layer);
      whisper.looking(layer);
    }
    return whisper.stored;
  }

  private void settings(int heads) {
    for (String part : new String[] {"encoder", "decoder"}) {
      stored.variables.put(
          part + "/num_heads", Tensor.ofNumbers(DataType.INT16, new long[0], heads));
    }
    setting("activation", 3);
    setting("pre_norm", 1);
    setting("scale_embeddings", 0);
    setting("alignment_layer", -1);
    stored.aliases.put("decoder/projection/weight", "decoder/embeddings/weight");
  }

  private void setting(String name, int value) {
    stored.variables.put(
        "decoder/" + name, Tensor.ofBytes(DataType.INT8, new long[0], (byte) value));
  }

  private void tables() {
    for (String convolution : new String[] {"conv1", "conv2"}) {
      put("encoder/" + convolution + "/weight", weight(encoder, convolution + ".weight"));
      put("encoder/" + convolution + "/bias", weight(encoder, convolution + ".bias"));
    }
    put("encoder/position_encodings/encodings", weight(encoder, "sinusoids"));
    put("decoder/position_encodings/encodings", weight(decoder, "positions.weight"));
    put("decoder/embeddings/weight", weight(decoder, "words.weight"));
    norm(encoder, "norm", "encoder/layer_norm");
    norm(decoder, "norm", "decoder/layer_norm");
  }

  private void layer(Model model, int layer, String name) {
    String of = "layers." + layer;
    norm(model, of + ".attention.norm", name + "/self_attention/layer_norm");
    String attention = of + ".attention.";
    linear(
        name + "/self_attention/linear_0",
        model,
        attention + "query",
        attention + "key",
        attention + "value");
    linear(name + "/self_attention/linear_1", model, attention + "output");
    norm(model, of + ".feed_forward.norm", name + "/ffn/layer_norm");
    linear(name + "/ffn/linear_0", model, of + ".feed_forward.up");
    linear(name + "/ffn/linear_1", model, of + ".feed_forward.down");
  }

  private void looking(int layer) {
    String of = "layers." + layer + ".cross_attention.";
    String name = "decoder/layer_" + layer + "/attention";
    norm(decoder, of + "norm", name + "/layer_norm");
    linear(name + "/linear_0", decoder, of + "query");
    linear(name + "/linear_1", encoder, "decoder." + of + "key", "decoder." + of + "value");
    linear(name + "/linear_2", decoder, of + "output");
  }

  private void norm(Model model, String of, String name) {
    put(name + "/gamma", weight(model, of + ".weight"));
    put(name + "/beta", weight(model, of + ".bias"));
  }

  /** Dense layers in a row, each {@code [out,in]}; what has no bias has zeros. */
  private void linear(String name, Model model, String... layers) {
    Tensor first = weight(model, layers[0] + ".weight");
    int in = (int) first.size(0);
    int out = (int) first.size(1);
    double[] weights = new double[layers.length * out * in];
    double[] biases = new double[layers.length * out];
    for (int layer = 0; layer < layers.length; layer++) {
      float[] weight = weight(model, layers[layer] + ".weight").toFloats();
      for (int row = 0; row < out; row++) {
        for (int column = 0; column < in; column++) {
          weights[(layer * out + row) * in + column] = weight[column * out + row];
        }
      }
      if (model.graph().find(layers[layer] + ".bias") != null) {
        double[] bias = weight(model, layers[layer] + ".bias").toDoubles();
        System.arraycopy(bias, 0, biases, layer * out, out);
      }
    }
    long rows = (long) layers.length * out;
    stored.variables.put(name + "/weight", Tensor.ofNumbers(type, new long[] {rows, in}, weights));
    stored.variables.put(name + "/bias", Tensor.ofNumbers(type, new long[] {rows}, biases));
  }

  private void put(String name, Tensor tensor) {
    double[] numbers = Arrays.stream(tensor.toDoubles()).toArray();
    stored.variables.put(name, Tensor.ofNumbers(type, tensor.sizes(), numbers));
  }

  private static Tensor weight(Model model, String name) {
    return Objects.requireNonNull(model.graph().find(name), name).constant().orElseThrow();
  }
}

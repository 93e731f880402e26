package io.demitasse.zoo;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tie;
import io.demitasse.ir.Value;
import io.demitasse.manifest.Manifest;
import io.demitasse.ops.Op;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes down what is said in a sound (Radford, Kim, Xu, Brockman, McLeavey and Sutskever: Robust
 * Speech Recognition via Large-Scale Weak Supervision, ICML 2023).
 *
 * <pre>
 *   encoder:  input_features [batch,mels,frames] ─ convolution ─ convolution, stride 2
 *             ─ + sinusoids ─ layers ─ norm ─ last_hidden_state [batch,places,width]
 *             ─ of each layer of the decoder: cross.i.key, cross.i.value
 *   decoder:  input_ids [batch,tokens] ─ words + positions from the past on ─ layers ─ norm
 *             ─ x words^T ─ logits [batch,tokens,words]; present.i.key, present.i.value
 * </pre>
 *
 * <p>A layer of the decoder takes {@code past.i.key} and {@code past.i.value}, {@code
 * [batch,heads,past,width / heads]}, of the tokens before these, and gives {@code present.i.key}
 * and {@code present.i.value} with these behind them; at the first tokens {@code past} is 0. What
 * it looks at in the sound, {@code cross.i.key} and {@code cross.i.value} of {@code
 * [batch,heads,places,width / heads]}, does not depend on the tokens, so the encoder computes it
 * once. There are {@code places = ceil(frames / 2)}; sounds shorter than the table of sinusoids
 * take its beginning. The table of words is that of the scores as well, held once.
 */
public record Whisper(
    @Setting("bands of the mel spectrogram") int mels,
    @Setting("the most places of a sound, two frames each") int places,
    @Setting("words of the vocabulary") int words,
    @Setting("the most tokens of a text") int positions,
    @Setting("size of the vectors of places and tokens") int width,
    @Setting("layers of the encoder") int encoderLayers,
    @Setting("layers of the decoder") int decoderLayers,
    @Setting("heads of the attention") int heads,
    @Setting("width inside the feed-forward part") int hidden)
    implements Architecture {

  /** For English alone. */
  public static final Whisper TINY_EN = new Whisper(80, 1500, 51_864, 448, 384, 4, 4, 6, 1536);

  /** For 99 languages. */
  public static final Whisper BASE = new Whisper(80, 1500, 51_865, 448, 512, 6, 6, 8, 2048);

  /** The part that hears. */
  public static final String ENCODER = "encoder";

  /** The part that writes. */
  public static final String DECODER = "decoder";

  static final double DEVIATION = 0.02;
  private static final float EPSILON = 1e-5f;

  public Whisper {
    Limits.width("mels", mels);
    Limits.rows("places", places);
    Limits.rows("words", words);
    Limits.rows("positions", positions);
    Limits.transformer("", width, heads, hidden, encoderLayers);
    Limits.multiple("width", width, "the two kinds of waves", 2);
    Limits.layers("encoder-layers", encoderLayers);
    Limits.layers("decoder-layers", decoderLayers);
  }

  @Override
  public Bundle build(long seed) {
    Map<String, Model> parts = new LinkedHashMap<>();
    parts.put(ENCODER, new WhisperEncoder(this).build(seed));
    parts.put(DECODER, new WhisperDecoder(this).build(seed));
    return new Bundle(parts);
  }

  /** The two parts, tied by what the one gives of the sound to the other. */
  @Override
  public Manifest manifest() {
    Map<String, Manifest.Part> parts = new LinkedHashMap<>();
    parts.put(ENCODER, new Manifest.Part("encoder_model.onnx", Manifest.Modality.AUDIO, Map.of()));
    parts.put(DECODER, new Manifest.Part("decoder_model.onnx", Manifest.Modality.TEXT, Map.of()));
    List<Tie.OfDimensions> ties = new ArrayList<>();
    for (int layer = 0; layer < decoderLayers; layer++) {
      for (String name : List.of(key("cross", layer), value("cross", layer))) {
        ties.add(tie(name, 1));
        ties.add(tie(name, 3));
      }
    }
    return new Manifest("encoder-decoder", Map.of(), parts, List.of(), ties);
  }

  private static Tie.OfDimensions tie(String name, int axis) {
    return new Tie.OfDimensions(
        List.of(
            new Tie.Axis(new Tie.Place(ENCODER, name), axis),
            new Tie.Axis(new Tie.Place(DECODER, name), axis)));
  }

  /** The layers of encoder and decoder; what ends in a sum begins smaller. */
  Transformer transformer(int layers) {
    Fill fill = fill();
    Fill residual = Fill.normal(DEVIATION / Math.sqrt(2.0 * layers));
    Transformer.Fills fills = new Transformer.Fills(fill, fill, residual);
    return new Transformer(width, heads, hidden, Activation.GELU, true, EPSILON, fills, false);
  }

  /** How weights begin. */
  Fill fill() {
    return Fill.normal(DEVIATION);
  }

  /** The shape of keys and values of so many tokens or places. */
  Dim[] cache(Dim count) {
    return new Dim[] {Network.BATCH, Dim.of(heads), count, Dim.of(width / (long) heads)};
  }

  /**
   * An input or output of a layer of the decoder: the keys of {@code past}, or of {@code cross}.
   */
  static String key(String of, int layer) {
    return of + "." + layer + ".key";
  }

  /** The values that belong to them. */
  static String value(String of, int layer) {
    return of + "." + layer + ".value";
  }

  /** How long an axis is, {@code [1]}. */
  static Value size(Network net, String name, Value x, int axis) {
    return net.node(Op.SHAPE, name, x)
        .attribute("start", axis)
        .attribute("end", axis + 1L)
        .append()
        .output();
  }
}

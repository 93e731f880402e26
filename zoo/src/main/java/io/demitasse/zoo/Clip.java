package io.demitasse.zoo;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tie;
import io.demitasse.ir.Value;
import io.demitasse.manifest.Manifest;
import io.demitasse.ops.Op;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Two encoders whose vectors are near for a picture and a text that says what is in it (Radford et
 * al.: Learning Transferable Visual Models From Natural Language Supervision, ICML 2021).
 *
 * <pre>
 *   vision:  pixel_values [batch,3,image,image] ─ patches, class token, positions ─ norm ─ layers
 *            ─ norm and projection of the class token ─ image_embeds [batch,embedding]
 *   text:    input_ids [batch,tokens] ─ words + positions ─ layers ─ norm
 *            ─ projection of the last token ─ text_embeds [batch,embedding]
 * </pre>
 *
 * <p>A token sees itself and what is before it. The last is the first of the highest number, which
 * ends a text, so what stands behind it as padding does not matter.
 */
public record Clip(
    @Setting("pixels along a side of a picture") int image,
    @Setting("pixels along a side of a patch") int patch,
    @Setting("size of a patch's vector") int visionWidth,
    @Setting("layers of the picture's encoder") int visionLayers,
    @Setting("heads of its attention") int visionHeads,
    @Setting("words of the vocabulary") int words,
    @Setting("the most tokens of a text") int positions,
    @Setting("size of a token's vector") int textWidth,
    @Setting("layers of the text's encoder") int textLayers,
    @Setting("heads of its attention") int textHeads,
    @Setting("size of the vectors that are compared") int embedding)
    implements Architecture {

  public static final Clip BASE_32 = new Clip(224, 32, 768, 12, 12, 49_408, 77, 512, 12, 8, 512);

  private static final String VISION = "vision";
  private static final String TEXT = "text";
  private static final String IMAGE_EMBEDS = "image_embeds";
  private static final String TEXT_EMBEDS = "text_embeds";
  private static final int EXPANSION = 4;
  private static final float EPSILON = 1e-5f;

  public Clip {
    Patches.check(image, patch);
    Limits.transformer("vision-", visionWidth, visionHeads, EXPANSION * visionWidth, visionLayers);
    Limits.transformer("text-", textWidth, textHeads, EXPANSION * textWidth, textLayers);
    Limits.rows("words", words);
    Limits.rows("positions", positions);
    Limits.width("embedding", embedding);
  }

  @Override
  public Bundle build(long seed) {
    Map<String, Model> parts = new LinkedHashMap<>();
    parts.put(VISION, vision(seed));
    parts.put(TEXT, text(seed));
    return new Bundle(parts, manifest().ties());
  }

  /** The two towers, for a program that compares their vectors; a tokenizer is to be added. */
  @Override
  public Manifest manifest() {
    Map<String, Manifest.Part> parts = new LinkedHashMap<>();
    parts.put(VISION, new Manifest.Part("vision.onnx", Manifest.Modality.IMAGE, preprocessing()));
    parts.put(TEXT, new Manifest.Part("text.onnx", Manifest.Modality.TEXT, Map.of()));
    return new Manifest(
        "two-tower", Map.of(), parts, List.of(), List.of(new Tie.OfDimensions(embeddings())));
  }

  private Map<String, Object> preprocessing() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("resize", Map.of("shortest", image));
    settings.put("filter", "pillow-bicubic");
    settings.put("crop", image);
    settings.put("mean", List.of(0.48145466, 0.4578275, 0.40821073));
    settings.put("std", List.of(0.26862954, 0.26130258, 0.27577711));
    return settings;
  }

  private static List<Tie.Axis> embeddings() {
    return List.of(
        new Tie.Axis(new Tie.Place(VISION, IMAGE_EMBEDS), 1),
        new Tie.Axis(new Tie.Place(TEXT, TEXT_EMBEDS), 1));
  }

  private Model vision(long seed) {
    Network net = Network.of("clip-vision", Network.OPSET, seed);
    Fill fill = scaled(visionWidth);
    Patches patches = new Patches(image, patch, visionWidth);
    Value row = patches.plain(net, Pictures.input(net, 3, image), Fill.normal(0.02));
    Transformer transformer = transformer(visionWidth, visionHeads, visionLayers);
    Value tokens = transformer.norm(net, "norm_before", patches.withClass(net, row, fill, fill));
    Value seen = transformer.layers(net, visionLayers, tokens, null);
    Value picture = transformer.norm(net, "norm_behind", Texts.first(net, "class", seen));
    return embedded(net, IMAGE_EMBEDS, visionWidth, picture);
  }

  private Model text(long seed) {
    Network net = Network.of("clip-text", Network.OPSET, seed);
    Value ids = Texts.input(net, Texts.IDS);
    Value places = Texts.places(net, ids);
    Value word = Texts.embedded(net, "words", ids, words, textWidth, Fill.normal(0.02));
    Value place = Texts.embedded(net, "positions", places, positions, textWidth, Fill.normal(0.01));
    Transformer transformer = transformer(textWidth, textHeads, textLayers);
    Value x = net.op(Op.ADD, "embedded", word, place);
    Value said = transformer.layers(net, textLayers, x, Texts.causal(net, places));
    Value text = last(net, ids, transformer.norm(net, "norm", said));
    return embedded(net, TEXT_EMBEDS, textWidth, text);
  }

  /** The vectors of the tokens that end the texts. */
  private static Value last(Network net, Value ids, Value x) {
    // The runtime finds no largest of 64-bit integers.
    Value small =
        net.node(Op.CAST, "last.ids", ids).attribute("to", DataType.INT32.code()).append().output();
    Value place =
        net.node(Op.ARG_MAX, "last.place", small)
            .attribute("axis", 1)
            .attribute("keepdims", 1)
            .append()
            .output();
    return net.node(Op.GATHER_ND, "last", x, place).attribute("batch_dims", 1).append().output();
  }

  private Model embedded(Network net, String name, int width, Value x) {
    Value vector = new Dense(width, embedding, scaled(width)).product(net, "projection", x);
    return net.output(name, vector, Network.BATCH, Dim.of(embedding)).model();
  }

  private static Transformer transformer(int width, int heads, int layers) {
    double deviation = 1 / Math.sqrt(width);
    Transformer.Fills fills =
        new Transformer.Fills(
            Fill.normal(deviation),
            Fill.normal(deviation / Math.sqrt(2)),
            Fill.normal(deviation / Math.sqrt(2.0 * layers)));
    return new Transformer(
        width, heads, EXPANSION * width, Activation.QUICK_GELU, true, EPSILON, fills);
  }

  private static Fill scaled(int width) {
    return Fill.normal(1 / Math.sqrt(width));
  }
}

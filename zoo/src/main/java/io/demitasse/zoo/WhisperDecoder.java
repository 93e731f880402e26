package io.demitasse.zoo;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Model;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import java.util.ArrayList;
import java.util.List;

/**
 * The part of {@link Whisper} that writes, a token at a time or several.
 *
 * <pre>
 *   past.i.key ──────────┐ joined along the tokens
 *   norm(x) ─ key ───────┴─ present.i.key ─┐ all looked at, what is to come hidden by a bias
 *   norm(x) ─ query ───────────────────────┴─ scores
 * </pre>
 */
record WhisperDecoder(Whisper sizes) {
  private static final Dim PAST = Dim.named("past");
  private static final Dim PRESENT = Dim.named("present");
  private static final Dim PLACES = Dim.named("places");

  /** Keys and values of a layer. */
  private record Pair(Value key, Value value) {}

  /** The vectors behind a layer, and what it is to remember. */
  private record Step(Value x, Pair present) {}

  Model build(long seed) {
    Network net = Network.of("whisper-decoder", Activation.GELU_OPSET, seed);
    Value ids = Texts.input(net, Texts.IDS);
    List<Pair> past = inputs(net, "past", PAST);
    List<Pair> cross = inputs(net, "cross", PLACES);
    Value count = Whisper.size(net, "past.count", past.getFirst().key(), 2);
    Value start = net.op(Op.SQUEEZE, "past.start", count, net.integers(0));
    Value places = net.op(Op.ADD, "places.behind", Texts.places(net, ids), start);
    Value before = net.op(Op.RANGE, "places.before", net.integer(0), start, net.integer(1));
    Value bias = Texts.causal(net, places, net.joined("places.all", 0, before, places));
    Value table = net.weight("words.weight", sizes.fill(), sizes.words(), sizes.width());
    Value x = embedded(net, net.op(Op.GATHER, "words", table, ids), places);
    Transformer transformer = sizes.transformer(sizes.decoderLayers());
    List<Pair> present = new ArrayList<>();
    for (int layer = 0; layer < sizes.decoderLayers(); layer++) {
      Network in = net.in("layers", layer);
      Step step = remembering(in, transformer, x, past.get(layer), bias);
      present.add(step.present());
      Value seen = looking(in, transformer, step.x(), cross.get(layer));
      x = transformer.feedForward(in, seen);
    }
    Value said = transformer.norm(net, "norm", x);
    Value scores = net.op(Op.MAT_MUL, "scores", said, net.transposed("words.turned", table, 1, 0));
    net.output("logits", scores, Texts.vectors(sizes.words()));
    outputs(net, present);
    return net.model();
  }

  private List<Pair> inputs(Network net, String of, Dim count) {
    List<Pair> pairs = new ArrayList<>();
    for (int layer = 0; layer < sizes.decoderLayers(); layer++) {
      Value key = net.input(Whisper.key(of, layer), DataType.FLOAT, sizes.cache(count));
      Value value = net.input(Whisper.value(of, layer), DataType.FLOAT, sizes.cache(count));
      pairs.add(new Pair(key, value));
    }
    return pairs;
  }

  private Value embedded(Network net, Value word, Value places) {
    Fill fill = Fill.normal(Whisper.DEVIATION / 2);
    Value place = Texts.embedded(net, "positions", places, sizes.positions(), sizes.width(), fill);
    return net.op(Op.ADD, "embedded", word, place);
  }

  /** Tokens look at themselves and at those before them. */
  private static Step remembering(
      Network net, Transformer transformer, Value x, Pair past, Value bias) {
    Attention attention = transformer.attention();
    List<Pair> made = new ArrayList<>();
    Value sum =
        transformer.residual(
            net,
            "attention",
            x,
            (part, input) -> {
              Pair present =
                  new Pair(
                      part.joined("keys", 2, past.key(), attention.keys(part, input)),
                      part.joined("values", 2, past.value(), attention.values(part, input)));
              made.add(present);
              Value queries = attention.queries(part, input);
              return attention.known(part, queries, present.key(), present.value(), bias);
            });
    return new Step(sum, made.getFirst());
  }

  /** Tokens look at the sound. */
  private static Value looking(Network net, Transformer transformer, Value x, Pair cross) {
    Attention attention = transformer.attention();
    return transformer.residual(
        net,
        "cross_attention",
        x,
        (part, input) ->
            attention.known(
                part, attention.queries(part, input), cross.key(), cross.value(), null));
  }

  private void outputs(Network net, List<Pair> present) {
    for (int layer = 0; layer < present.size(); layer++) {
      Pair pair = present.get(layer);
      net.output(Whisper.key("present", layer), pair.key(), sizes.cache(PRESENT));
      net.output(Whisper.value("present", layer), pair.value(), sizes.cache(PRESENT));
    }
  }
}

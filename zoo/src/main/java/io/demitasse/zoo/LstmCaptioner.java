package io.demitasse.zoo;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;

/**
 * Says what is in a picture, word by word, from the features that another network has found in it
 * (Vinyals, Toshev, Bengio and Erhan: Show and Tell: A Neural Image Caption Generator, CVPR 2015).
 *
 * <pre>
 *   features  [batch,features] ─ dense ─┐ first
 *                                       ├─ LSTM ─ dense ─ logits [batch,tokens,words]
 *   input_ids [batch,tokens] ─ words ───┘ then
 * </pre>
 *
 * <p>The words are those of a caption that is known: scores at a token are those of the next.
 * Weights begin with uniform numbers to 0.08, as those of Sutskever, Vinyals and Le (Sequence to
 * Sequence Learning with Neural Networks, NeurIPS 2014).
 */
public record LstmCaptioner(
    @Setting("features of a picture") int features,
    @Setting("words of the vocabulary") int words,
    @Setting("size of a word's vector") int width,
    @Setting("size of the LSTM's state") int state)
    implements Architecture {

  /** With the features of a ResNet-50, and the 8,791 words that COCO's captions often have. */
  public static final LstmCaptioner PUBLISHED = new LstmCaptioner(2048, 8791, 512, 512);

  private static final int GATES = 4;
  private static final Fill FILL = Fill.uniform(0.08);

  public LstmCaptioner {
    Limits.width("features", features);
    Limits.rows("words", words);
    Limits.width("width", width);
    Limits.width("state", state);
  }

  @Override
  public Bundle build(long seed) {
    Network net = Network.of("lstm-captioner", Network.OPSET, seed);
    Value picture = net.input("features", DataType.FLOAT, Network.BATCH, Dim.of(features));
    Value ids = Texts.input(net, Texts.IDS);
    Value seen = new Dense(features, width, FILL).rows(net, "picture", picture);
    Value first = net.op(Op.UNSQUEEZE, "picture.first", seen, net.integers(1));
    Value said = Texts.embedded(net, "words", ids, words, width, FILL);
    Value all = net.joined("all", 1, first, said);
    Value states = states(net.in("decoder"), all);
    Value scores = new Dense(state, words, FILL).vectors(net, "scores", states);
    return Bundle.of(net.output("logits", scores, Texts.vectors(words)).model());
  }

  /** The states at each word, without that at the picture: {@code [batch, tokens, state]}. */
  private Value states(Network net, Value x) {
    Value inTime = net.transposed("time_first", x, 1, 0, 2);
    Value states =
        net.node(
                Op.LSTM,
                "lstm",
                inTime,
                net.weight("lstm.weight_ih", FILL, 1, (long) GATES * state, width),
                net.weight("lstm.weight_hh", FILL, 1, (long) GATES * state, state),
                net.weight("lstm.bias", Fill.constant(0), 1, 2L * GATES * state))
            .attribute("hidden_size", state)
            .append()
            .output();
    Value each = net.op(Op.SQUEEZE, "forward", states, net.integers(1));
    Value ofWords =
        net.op(
            Op.SLICE,
            "of_words",
            each,
            net.integers(1),
            net.integers(Integer.MAX_VALUE),
            net.integers(0));
    return net.transposed("batch_first", ofWords, 1, 0, 2);
  }
}

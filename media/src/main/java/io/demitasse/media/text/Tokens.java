package io.demitasse.media.text;

import io.demitasse.ir.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Tokenized texts, padded to one length: all tensors are int64 {@code [B,S]}.
 *
 * @param inputIds token ids
 * @param attentionMask 1 at tokens, 0 at padding
 * @param tokenTypeIds which of a pair of texts a token belongs to; 0 for single texts
 */
public record Tokens(Tensor inputIds, Tensor attentionMask, Tensor tokenTypeIds) {

  /** Tokens in a row, padding included. */
  public int length() {
    return Math.toIntExact(inputIds.size(1));
  }

  /** The tensors by the names that encoders give their inputs, position ids included. */
  public Map<String, Tensor> asInputs() {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    inputs.put("input_ids", inputIds);
    inputs.put("attention_mask", attentionMask);
    inputs.put("token_type_ids", tokenTypeIds);
    long[] positions =
        LongStream.range(0, inputIds.elementCount()).map(i -> i % length()).toArray();
    inputs.put("position_ids", Tensor.ofLongs(inputIds.sizes(), positions));
    return inputs;
  }
}

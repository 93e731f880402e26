package io.demitasse.media.text;

import io.demitasse.ir.Dim;
import io.demitasse.ir.Model;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Value;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a model's graph says of the text it can take.
 *
 * @param maxTokens tokens that fit into one text, special tokens included; at least 1
 * @param fixedLength whether every text must have exactly {@code maxTokens}, by padding
 * @param vocabulary token ids that the embedding table holds, from 0; {@link Long#MAX_VALUE} where
 *     the graph does not tell
 */
public record TextLimits(int maxTokens, boolean fixedLength, long vocabulary) {
  /** What encoders take where the graph does not tell. */
  private static final int USUAL_TOKENS = 512;

  public TextLimits {
    if (maxTokens < 1) {
      throw new IllegalArgumentException("maxTokens must be at least 1, got " + maxTokens);
    }
  }

  /** No limits but the usual 512 tokens. */
  public static final TextLimits USUAL = new TextLimits(USUAL_TOKENS, false, Long.MAX_VALUE);

  public static TextLimits of(Model model) {
    Optional<Value> ids =
        model.graph().inputs().stream().filter(v -> v.name().equals("input_ids")).findFirst();
    if (ids.isEmpty()) {
      return USUAL;
    }
    EmbeddingTables tables = EmbeddingTables.of(model, ids.get());
    long vocabulary = tables.vocabulary().orElse(Long.MAX_VALUE);
    OptionalLong fixed = fixedLength(ids.get());
    long tokens = fixed.orElse(tables.positions().orElse(USUAL_TOKENS));
    return new TextLimits(Math.clamp(tokens, 1, 1 << 20), fixed.isPresent(), vocabulary);
  }

  private static OptionalLong fixedLength(Value ids) {
    Shape shape = ids.shape().orElse(null);
    return shape != null && shape.rank() == 2 && shape.dim(1) instanceof Dim.Fixed(long size)
        ? OptionalLong.of(size)
        : OptionalLong.empty();
  }
}

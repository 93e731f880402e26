package io.demitasse.media.program;

import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.media.text.Pooling;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the embedding of a text among the outputs of its encoder: a sentence embedding that the
 * model itself gives, else {@code last_hidden_state} or the first other floating-point output
 * {@code [1,S,H]} with one vector a token, pooled. Logits are no such vectors.
 */
final class TextEmbedding {
  private static final String HIDDEN = "last_hidden_state";

  /** Outputs of exports that pool by themselves, float {@code [1,H]}. */
  private static final List<String> SENTENCE =
      List.of(SingleProgram.EMBEDDING, "sentence_embedding", "text_embeds");

  private TextEmbedding() {}

  /**
   * The embedding, float {@code [H]}; empty where there is none.
   *
   * @param given what the model was given, token ids among it
   */
  static Optional<Tensor> find(
      Map<String, Tensor> outputs, Map<String, Tensor> given, Pooling pooling) {
    Tensor ids = given.get("input_ids");
    if (ids == null) {
      return Optional.empty();
    }
    Tensor mask = given.getOrDefault("attention_mask", ones(ids));
    return SENTENCE.stream()
        .map(outputs::get)
        .filter(output -> output != null && isVector(output))
        .map(output -> output.reshaped(output.elementCount()))
        .findFirst()
        .or(() -> tokenVectors(outputs, ids).map(hidden -> pooling.pool(hidden, mask)));
  }

  /** Whether a model says that it pools by itself. */
  static boolean sentence(Model model) {
    return model.graph().outputs().stream().anyMatch(output -> SENTENCE.contains(output.name()));
  }

  private static Optional<Tensor> tokenVectors(Map<String, Tensor> outputs, Tensor ids) {
    Stream<String> names =
        outputs.keySet().stream().filter(name -> !name.contains("logits") && !name.equals(HIDDEN));
    return Stream.concat(Stream.of(HIDDEN), names)
        .map(outputs::get)
        .filter(output -> output != null && isTokenVectors(output, ids))
        .findFirst();
  }

  private static boolean isVector(Tensor output) {
    return isReal(output) && output.rank() == 2 && output.size(0) == 1;
  }

  private static boolean isReal(Tensor output) {
    return output.dataType().isFloatingPoint() && output.dataType().bits() >= 16;
  }

  private static boolean isTokenVectors(Tensor output, Tensor ids) {
    return isReal(output)
        && output.rank() == 3
        && ids.rank() == 2
        && ids.size(0) == 1
        && output.size(0) == 1
        && output.size(1) == ids.size(1);
  }

  private static Tensor ones(Tensor ids) {
    long[] ones = new long[Math.toIntExact(ids.elementCount())];
    Arrays.fill(ones, 1);
    return Tensor.ofLongs(ids.sizes(), ones);
  }
}

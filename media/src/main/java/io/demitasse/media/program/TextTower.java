package io.demitasse.media.program;

import io.demitasse.data.Program;
import io.demitasse.ir.Model;
import io.demitasse.ir.Renumbering;
import io.demitasse.ir.Tensor;
import io.demitasse.media.text.Pooling;
import io.demitasse.media.text.TextTokenizer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A text encoder whose embedding is compared with that of a picture: the vector that the model
 * itself gives, and vectors of tokens pooled where it gives none, or where someone says how to
 * pool.
 *
 * @param encoder owned by the tower
 * @param pools whether manifest or configuration say how to pool
 */
record TextTower(TextEncoder encoder, boolean pools) implements AutoCloseable {

  /**
   * The tower of a model, with the tokenizer and pooling that lie beside it.
   *
   * @return empty when the model takes no text, or there is no tokenizer
   */
  static Optional<TextTower> of(Model model, Path place, SingleProgram.Options options) {
    boolean pools = options.pooling() != null || Pooling.stated(place).isPresent();
    return TextEncoder.of(model, place, options).map(encoder -> new TextTower(encoder, pools));
  }

  /** The tower as it runs with the tokenizer of fewer tokens; this where that is not its own. */
  TextTower renumbered(Renumbering ids) {
    TextTokenizer smaller = encoder.tokenizer().renumbered(ids);
    return smaller == encoder.tokenizer()
        ? this
        : new TextTower(new TextEncoder(encoder.inputs(), smaller, encoder.pooling()), pools);
  }

  /** Embeds a text: float {@code [H]}. */
  Tensor embed(String text, String part, Program.Parts parts) {
    return embed(encoder.tokenizer().encode(text).asInputs(), part, parts);
  }

  /** Embeds a text that has been tokenized. */
  Tensor embed(Map<String, Tensor> tokens, String part, Program.Parts parts) {
    Map<String, Tensor> given = encoder.inputs().fit(tokens);
    return parts.read(
        part,
        given,
        outputs ->
            vector(outputs, given).orElseThrow(() -> TextEncoder.withoutEmbedding(part, outputs)));
  }

  private Optional<Tensor> vector(Map<String, Tensor> outputs, Map<String, Tensor> given) {
    Optional<Tensor> own = pools ? Optional.empty() : TowerEmbedding.find(outputs);
    return own.or(() -> TextEmbedding.find(outputs, given, encoder.pooling()));
  }

  @Override
  public void close() {
    encoder.close();
  }
}

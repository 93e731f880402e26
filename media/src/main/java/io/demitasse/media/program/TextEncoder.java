package io.demitasse.media.program;

import io.demitasse.data.Program;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.media.DeclaredInputs;
import io.demitasse.media.text.Pooling;
import io.demitasse.media.text.TextLimits;
import io.demitasse.media.text.TextTokenizer;
import io.demitasse.media.text.TokenizerFiles;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What surrounds a part that embeds texts: its tokenizer before, its pooling after.
 *
 * @param inputs of the part, all of them made of a text
 * @param tokenizer owned by the encoder
 */
public record TextEncoder(DeclaredInputs inputs, TextTokenizer tokenizer, Pooling pooling)
    implements AutoCloseable {

  /**
   * The encoder of a model, with the tokenizer and pooling that lie beside it. The caller closes
   * it.
   *
   * @param place the model file or its folder
   * @return empty when the model takes no text, or there is no tokenizer
   * @throws DemitasseException (bad request) when a file beside the model cannot be used
   */
  public static Optional<TextEncoder> of(Model model, Path place, SingleProgram.Options options) {
    DeclaredInputs inputs = DeclaredInputs.of(model);
    if (!inputs.takesText()) {
      return Optional.empty();
    }
    Pooling pooling = pooling(place, options);
    TextLimits limits = TextLimits.of(model);
    return Optional.ofNullable(options.tokenizer())
        .or(() -> TokenizerFiles.tokenizer(place))
        .map(file -> TextTokenizer.open(file, limits))
        .map(tokenizer -> new TextEncoder(inputs, tokenizer, pooling));
  }

  /** The pooling that a caller wishes, else that which lies beside a model. */
  static Pooling pooling(Path place, SingleProgram.Options options) {
    return options.pooling() == null ? Pooling.beside(place) : options.pooling();
  }

  /**
   * Embeds a text.
   *
   * @param part name of the part
   * @return float {@code [H]}
   * @throws DemitasseException (bad request) when the part does not take the tokens, or gives no
   *     embedding
   */
  public Tensor embed(String text, String part, Program.Parts parts) {
    Map<String, Tensor> given = inputs.fit(tokenizer.encode(text).asInputs());
    return parts.read(
        part,
        given,
        outputs ->
            TextEmbedding.find(outputs, given, pooling)
                .orElseThrow(() -> withoutEmbedding(part, outputs)));
  }

  static DemitasseException withoutEmbedding(String part, Map<String, Tensor> outputs) {
    return DemitasseException.badRequest(
        String.format(
            Locale.ROOT,
            "The part '%s' must give an embedding, a float output [1,H] or [1,S,H], but it gives"
                + " %s. Give a text encoder.",
            part,
            outputs));
  }

  /** Frees the tokenizer. */
  @Override
  public void close() {
    tokenizer.close();
  }
}

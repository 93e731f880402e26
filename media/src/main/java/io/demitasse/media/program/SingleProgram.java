package io.demitasse.media.program;

import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.media.DeclaredInputs;
import io.demitasse.media.text.Pooling;
import io.demitasse.media.text.TextLimits;
import io.demitasse.media.text.TextTokenizer;
import io.demitasse.media.text.TokenizerFiles;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs a single model: a text is tokenized first, tensors are given as they are.
 *
 * <pre>
 *   text ── tokenizer ──┐
 *                       ├── model ── all outputs, and for text encoders the pooled "embedding"
 *   tensors ── fitted ──┘
 * </pre>
 *
 * <p>The embedding is float {@code [H]} under the name {@value #EMBEDDING}: a sentence embedding
 * that the model itself gives, else {@code last_hidden_state} or the first other floating-point
 * output {@code [1,S,H]} with one vector a token, pooled. Logits are no such vectors.
 *
 * @param tokenizer null for models without one
 */
public record SingleProgram(
    DeclaredInputs inputs, @Nullable TextTokenizer tokenizer, Pooling pooling) implements Program {

  /** The name this program goes by. */
  public static final String NAME = "single";

  /** The output that holds the pooled embedding. */
  public static final String EMBEDDING = "embedding";

  private static final String HIDDEN = "last_hidden_state";

  /** Outputs of exports that pool by themselves, float {@code [1,H]}. */
  private static final List<String> SENTENCE =
      List.of(EMBEDDING, "sentence_embedding", "text_embeds");

  /**
   * What a caller may say; null leaves it to the files beside the model.
   *
   * @param tokenizer a {@code tokenizer.json}
   */
  public record Options(@Nullable Path tokenizer, @Nullable Pooling pooling) {
    public static final Options DEFAULT = new Options(null, null);

    public Options with(Pooling other) {
      return new Options(tokenizer, other);
    }
  }

  /**
   * The program of a model, with the tokenizer and pooling that lie beside it. The caller closes
   * it.
   *
   * @param place the model file or its folder
   * @throws DemitasseException (bad request) when a file beside the model cannot be used
   */
  public static SingleProgram of(Model model, Path place, Options options) {
    DeclaredInputs inputs = DeclaredInputs.of(model);
    if (!inputs.takesText()) {
      return new SingleProgram(inputs, null, Pooling.MEAN);
    }
    Pooling pooling = options.pooling() == null ? Pooling.beside(place) : options.pooling();
    TextLimits limits = TextLimits.of(model);
    return Optional.ofNullable(options.tokenizer())
        .or(() -> TokenizerFiles.tokenizer(place))
        .map(file -> TextTokenizer.open(file, limits))
        .map(tokenizer -> new SingleProgram(inputs, tokenizer, pooling))
        .orElseGet(() -> new SingleProgram(inputs, null, pooling));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean takesBatches() {
    return true;
  }

  @Override
  public Map<String, Tensor> run(Sample sample, Parts parts) {
    Map<String, Tensor> given = given(sample);
    Map<String, Tensor> outputs = parts.run(Bundle.SINGLE, given);
    Tensor ids = given.get("input_ids");
    return inputs.takesText() && ids != null ? withEmbedding(outputs, ids, given) : outputs;
  }

  private Map<String, Tensor> given(Sample sample) {
    try {
      return inputs.fit(
          switch (sample) {
            case Sample.Text(String _, String text) -> tokenizerForText().encode(text).asInputs();
            case Sample.Tensors(String _, Map<String, Tensor> tensors) -> tensors;
            case Sample.File _ ->
                throw DemitasseException.badRequest("the program 'single' takes text and tensors");
          });
    } catch (DemitasseException e) {
      throw new DemitasseException(
          e.kind(), "Sample " + sample.id() + " cannot be used: " + e.getMessage(), e);
    }
  }

  private TextTokenizer tokenizerForText() {
    if (!inputs.takesText()) {
      throw DemitasseException.badRequest("the model takes no text, but " + inputs);
    }
    if (tokenizer == null) {
      throw DemitasseException.badRequest(
          "text needs a tokenizer.json beside the model, and there is none: put it there, or give"
              + " tensors for "
              + inputs);
    }
    return tokenizer;
  }

  private Map<String, Tensor> withEmbedding(
      Map<String, Tensor> outputs, Tensor ids, Map<String, Tensor> given) {
    Tensor mask = given.getOrDefault("attention_mask", ones(ids));
    Optional<Tensor> embedding =
        SENTENCE.stream()
            .map(outputs::get)
            .filter(output -> output != null && isVector(output))
            .map(output -> output.reshaped(output.elementCount()))
            .findFirst()
            .or(() -> tokenVectors(outputs, ids).map(hidden -> pooling.pool(hidden, mask)));
    if (embedding.isEmpty()) {
      return outputs;
    }
    Map<String, Tensor> all = new LinkedHashMap<>(outputs);
    all.put(EMBEDDING, embedding.get());
    return all;
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

  /** Frees the tokenizer. */
  @Override
  public void close() {
    if (tokenizer != null) {
      tokenizer.close();
    }
  }
}

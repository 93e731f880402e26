package io.demitasse.media.program;

import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import io.demitasse.media.text.TextTokenizer;
import io.demitasse.media.text.Tokens;
import io.demitasse.media.wired.Source;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How what a sample holds becomes inputs of one part.
 *
 * @param part its name
 * @param files how a file becomes an input, by input
 * @param tokenizer of the part, which is closed with this; null where it takes no text
 */
record SampleInputs(String part, Map<String, FileInput> files, @Nullable TextTokenizer tokenizer)
    implements AutoCloseable {
  /** What a tokenizer calls the tensors that it makes, by the form that a manifest names. */
  private static final Map<String, String> FORMS =
      Map.of(
          Source.OfSample.IDS, "input_ids",
          Source.OfSample.MASK, "attention_mask",
          Source.OfSample.TYPES, "token_type_ids",
          Source.OfSample.POSITIONS, "position_ids");

  /**
   * What an input is given of a sample. A sample of tensors may hold it made ready, under the name
   * of the input, alone or behind that of the part.
   *
   * @return empty where the sample holds nothing of the kind
   * @throws DemitasseException (bad request) where what it holds cannot be used
   */
  Optional<Tensor> find(String input, Source.OfSample source, Sample sample) {
    Optional<Tensor> ready =
        sample instanceof Sample.Tensors tensors ? ready(input, tensors) : Optional.empty();
    return ready.isPresent() ? ready : made(input, source, sample);
  }

  private Optional<Tensor> ready(String input, Sample.Tensors sample) {
    return Optional.ofNullable(
        sample.inputs().getOrDefault(part + "." + input, sample.inputs().get(input)));
  }

  private Optional<Tensor> made(String input, Source.OfSample source, Sample sample) {
    return switch (source.name()) {
      case Source.OfSample.IMAGE, Source.OfSample.SOUND, Source.OfSample.VIDEO ->
          sample instanceof Sample.File(String _, var path, var _)
              ? Optional.of(Objects.requireNonNull(files.get(input)).tensor(path))
              : Optional.empty();
      default ->
          text(source, sample).map(text -> tokens(text, source)).or(() -> field(source, sample));
    };
  }

  /** The text that a source names; empty where the sample has none. */
  static Optional<String> text(Source.OfSample source, Sample sample) {
    if (sample instanceof Sample.Text(String _, String text, var _)
        && source.name().equals(Source.OfSample.TEXT)) {
      return Optional.of(text);
    }
    return sample
        .fields()
        .find(source.name())
        .filter(value -> value.dataType() == DataType.STRING)
        .flatMap(_ -> sample.fields().text(source.name()));
  }

  private static Optional<Tensor> field(Source.OfSample source, Sample sample) {
    return sample.fields().find(source.name()).filter(value -> value.dataType() != DataType.STRING);
  }

  private Tensor tokens(String text, Source.OfSample source) {
    String form = source.form().isEmpty() ? Source.OfSample.IDS : source.form();
    return Objects.requireNonNull(encoded(text).asInputs().get(FORMS.get(form)));
  }

  private Tokens encoded(String text) {
    return Objects.requireNonNull(tokenizer, "the tokenizer of a part that takes text")
        .encode(text);
  }

  /** Ids of the tokens of a text. */
  long[] ids(String text) {
    return encoded(text).inputIds().toLongs();
  }

  /** Ids of the tokens of a text alone, without those that a tokenizer puts around it. */
  long[] words(String text) {
    return Objects.requireNonNull(tokenizer, "the tokenizer of a part that gives text").words(text);
  }

  /**
   * What is made of a text beside the ids, where the sample holds the text, or all of it ready.
   *
   * @param given what the part is given so far, which is left out
   */
  Map<String, Tensor> beside(Source.OfSample source, Sample sample, Set<String> given) {
    Map<String, Tensor> all = new LinkedHashMap<>();
    if (sample instanceof Sample.Tensors ready) {
      FORMS
          .values()
          .forEach(input -> ready(input, ready).ifPresent(found -> all.put(input, found)));
    }
    text(source, sample).ifPresent(text -> all.putAll(encoded(text).asInputs()));
    all.keySet().removeAll(given);
    return all;
  }

  @Override
  public void close() {
    if (tokenizer != null) {
      tokenizer.close();
    }
  }
}

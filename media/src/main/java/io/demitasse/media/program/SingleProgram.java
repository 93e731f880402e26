package io.demitasse.media.program;

import io.demitasse.data.Fields;
import io.demitasse.data.Modalities;
import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.data.SpecialTokens;
import io.demitasse.data.Vocabulary;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Renumbering;
import io.demitasse.ir.Tensor;
import io.demitasse.manifest.Manifest.Modality;
import io.demitasse.media.DeclaredInputs;
import io.demitasse.media.text.Pooling;
import io.demitasse.media.text.TextTokenizer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a single model: a text is tokenized first, a picture, a sound or a video prepared, tensors
 * are given as they are.
 *
 * <pre>
 *   text ── tokenizer ───────┐
 *   picture ── preprocessing ┤
 *   sound ──── resampled ────┤
 *   video ──── frames ───────├── model ── all outputs, and for text encoders the "embedding"
 *   tensors ── fitted ───────┘
 * </pre>
 *
 * <p>The embedding is float {@code [H]} under the name {@value #EMBEDDING}: a sentence embedding
 * that the model itself gives, else {@code last_hidden_state} or the first other floating-point
 * output {@code [1,S,H]} with one vector a token, pooled. Logits are no such vectors.
 *
 * @param tokenizer null for models without one
 * @param pictures null for models that take none
 * @param sounds null for models that take none
 * @param videos null for models that take none
 */
public record SingleProgram(
    DeclaredInputs inputs,
    @Nullable TextTokenizer tokenizer,
    Pooling pooling,
    @Nullable PictureInput pictures,
    @Nullable SoundInput sounds,
    @Nullable VideoInput videos)
    implements EmbeddingProgram {

  /** The name this program goes by. */
  public static final String NAME = "single";

  /** The output that holds the pooled embedding. */
  public static final String EMBEDDING = "embedding";

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
    return of(model, place, options, PictureInput.Told.NOTHING, SoundTold.NOTHING);
  }

  /** The same with what somebody said of pictures and of sounds. */
  static SingleProgram of(
      Model model, Path place, Options options, PictureInput.Told told, SoundTold heard) {
    SoundInput sounds = SoundInput.of(model, heard, PictureFiles.preprocessor(place)).orElse(null);
    return TextEncoder.of(model, place, options)
        .map(
            text ->
                new SingleProgram(
                    text.inputs(), text.tokenizer(), text.pooling(), null, null, null))
        .orElseGet(() -> without(model, place, options, told, sounds));
  }

  private static SingleProgram without(
      Model model,
      Path place,
      Options options,
      PictureInput.Told told,
      @Nullable SoundInput sounds) {
    DeclaredInputs inputs = DeclaredInputs.of(model);
    PictureInput pictures =
        PictureInput.of(model, told, PictureFiles.preprocessor(place)).orElse(null);
    VideoInput videos = VideoInput.of(model, told, PictureFiles.preprocessor(place)).orElse(null);
    if (pictures == null && videos == null && told.flags() != null) {
      throw DemitasseException.badRequest(
          "--image says how pictures are prepared, but the model takes none: " + inputs + ".");
    }
    return new SingleProgram(
        inputs,
        null,
        inputs.takesText() ? TextEncoder.pooling(place, options) : Pooling.MEAN,
        pictures,
        sounds,
        videos);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Set<Modality> embeds() {
    return inputs.takesText() && tokenizer != null ? Set.of(Modality.TEXT) : Set.of();
  }

  @Override
  public boolean takesBatches() {
    return true;
  }

  @Override
  public Optional<SpecialTokens> specialTokens(String part) {
    return Optional.ofNullable(tokenizer).map(TextTokenizer::specialTokens);
  }

  @Override
  public Optional<Vocabulary> vocabulary(String part) {
    return Optional.ofNullable(tokenizer).flatMap(TextTokenizer::vocabulary);
  }

  @Override
  public Program renumbered(Map<String, Renumbering> renumberings) {
    Renumbering ids = renumberings.get(Bundle.SINGLE);
    TextTokenizer smaller =
        tokenizer == null || ids == null ? tokenizer : tokenizer.renumbered(ids);
    return smaller == tokenizer
        ? this
        : new SingleProgram(inputs, smaller, pooling, pictures, sounds, videos);
  }

  @Override
  public Map<String, Tensor> run(Sample sample, Parts parts) {
    Map<String, Tensor> given = given(sample);
    Map<String, Tensor> outputs = parts.run(Bundle.SINGLE, given);
    return inputs.takesText() ? withEmbedding(outputs, given) : outputs;
  }

  /**
   * Runs two texts as one, as models read them that compare texts.
   *
   * @param sample the first
   * @throws DemitasseException (bad request) when the model takes no text, or not these
   */
  public Map<String, Tensor> runPair(Sample.Text sample, String second, Parts parts) {
    return parts.run(
        Bundle.SINGLE,
        fitted(sample, () -> tokenizerForText().encodePair(sample.text(), second).asInputs()));
  }

  private Map<String, Tensor> given(Sample sample) {
    return fitted(
        sample,
        () ->
            switch (sample) {
              case Sample.Text(String _, String text, Fields _) ->
                  tokenizerForText().encode(text).asInputs();
              case Sample.Tensors(String _, Map<String, Tensor> tensors, Fields _) -> tensors;
              case Sample.File(String _, Path file, Fields _) -> prepared(file);
            });
  }

  private Map<String, Tensor> fitted(Sample sample, Supplier<Map<String, Tensor>> tensors) {
    try {
      return inputs.fit(tensors.get());
    } catch (DemitasseException e) {
      throw new DemitasseException(
          e.kind(),
          "Sample " + sample.id() + " cannot be used: " + e.getMessage() + hint(sample),
          e);
    }
  }

  private String hint(Sample sample) {
    return sample instanceof Sample.File && pictures != null && pictures.preprocessing() != null
        ? String.format(
            Locale.ROOT,
            ". Pictures are prepared as %s says; --image size=WIDTHxHEIGHT and the like change"
                + " that.",
            pictures.source())
        : "";
  }

  private Map<String, Tensor> prepared(Path file) {
    if (pictures != null) {
      return pictures.prepare(file);
    }
    if (sounds != null) {
      return sounds.prepare(file);
    }
    if (videos != null) {
      return videos.prepare(file);
    }
    throw DemitasseException.badRequest(
        "the model takes no picture or sound and no video, but " + inputs);
  }

  /** What becomes of files that somebody might want otherwise, in a sentence. */
  public Optional<String> accountOfFiles() {
    if (pictures != null) {
      return pictures.assumption();
    }
    return videos == null
        ? Optional.ofNullable(sounds).map(SoundInput::account)
        : Optional.of(videos.account());
  }

  @Override
  public Modalities modalities(Bundle bundle) {
    Modalities tensors = Modalities.of(bundle);
    if (pictures != null) {
      return tensors.withFiles(Modality.IMAGE);
    }
    return sounds == null ? tensors : tensors.withFiles(Modality.AUDIO);
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
      Map<String, Tensor> outputs, Map<String, Tensor> given) {
    Map<String, Tensor> all = new LinkedHashMap<>(outputs);
    TextEmbedding.find(outputs, given, pooling).ifPresent(found -> all.put(EMBEDDING, found));
    return all;
  }

  /** Frees the tokenizer. */
  @Override
  public void close() {
    if (tokenizer != null) {
      tokenizer.close();
    }
  }
}

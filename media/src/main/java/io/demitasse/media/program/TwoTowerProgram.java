package io.demitasse.media.program;

import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.data.SpecialTokens;
import io.demitasse.data.Vocabulary;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Renumbering;
import io.demitasse.ir.Tensor;
import io.demitasse.manifest.Manifest.Modality;
import io.demitasse.media.image.Pictures;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Embeds pictures and texts side by side, so that either finds the other.
 *
 * <pre>
 *   picture ── resized, normalized ── vision ──┐
 *                                              ├── embedding
 *   text ───────── tokenizer ───────── text ───┘
 * </pre>
 *
 * <p>Parts: {@value #VISION} and {@value #TEXT}. Samples: a picture's file, a text, or tensors with
 * the inputs of one of the parts, made ready, in a batch of one.
 *
 * <p>Output: {@value SingleProgram#EMBEDDING} float {@code [H]}, not normalized. It is what the
 * part itself gives: of {@code image_embeds} or {@code text_embeds}, {@code embedding}, {@code
 * sentence_embedding}, {@code pooler_output} and other outputs float {@code [1,H]} the first. Where
 * a text encoder gives only vectors of tokens, or a pooling is stated and none of the outputs is
 * named an embedding, those are pooled.
 */
public final class TwoTowerProgram implements EmbeddingProgram {
  /** The name this program goes by. */
  public static final String NAME = "two-tower";

  public static final String VISION = "vision";
  public static final String TEXT = "text";

  private final PictureEncoder vision;
  private final TextTower text;

  TwoTowerProgram(PictureEncoder vision, TextTower text) {
    this.vision = vision;
    this.text = text;
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
  public Set<Modality> embeds() {
    return Set.of(Modality.IMAGE, Modality.TEXT);
  }

  @Override
  public Optional<SpecialTokens> specialTokens(String part) {
    return part.equals(TEXT)
        ? Optional.of(text.encoder().tokenizer().specialTokens())
        : Optional.empty();
  }

  @Override
  public Optional<Vocabulary> vocabulary(String part) {
    return part.equals(TEXT) ? text.encoder().tokenizer().vocabulary() : Optional.empty();
  }

  @Override
  public Program renumbered(Map<String, Renumbering> renumberings) {
    Renumbering ids = renumberings.get(TEXT);
    TextTower tower = ids == null ? text : text.renumbered(ids);
    return tower.equals(text) ? this : new TwoTowerProgram(vision, tower);
  }

  @Override
  public Map<String, Tensor> run(Sample sample, Parts parts) {
    try {
      return Map.of(
          SingleProgram.EMBEDDING,
          switch (sample) {
            case Sample.File(String _, var path, var _) ->
                vision.embed(Pictures.read(path), VISION, parts);
            case Sample.Text(String _, String words, var _) -> text.embed(words, TEXT, parts);
            case Sample.Tensors(String _, var tensors, var _) -> embed(tensors, parts);
          });
    } catch (DemitasseException e) {
      throw new DemitasseException(
          e.kind(), "Sample " + sample.id() + " cannot be used: " + e.getMessage(), e);
    }
  }

  private Tensor embed(Map<String, Tensor> tensors, Parts parts) {
    return tensors.containsKey(vision.input())
        ? vision.embed(tensors, VISION, parts)
        : text.embed(tensors, TEXT, parts);
  }

  /** Frees the tokenizer. */
  @Override
  public void close() {
    text.close();
  }
}

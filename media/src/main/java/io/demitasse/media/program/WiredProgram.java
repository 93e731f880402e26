package io.demitasse.media.program;

import io.demitasse.data.Modalities;
import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.data.SpecialTokens;
import io.demitasse.data.Vocabulary;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Supervision;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Renumbering;
import io.demitasse.ir.Tensor;
import io.demitasse.manifest.Manifest.Modality;
import io.demitasse.media.DeclaredInputs;
import io.demitasse.media.data.SampleKinds;
import io.demitasse.media.wired.Source;
import io.demitasse.media.wired.Wiring;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Runs parts as a manifest declares it: what flows between them, which of them goes on token by
 * token, and what the result is.
 *
 * <p>A sample is a text, a picture's or sound's file with texts as fields, or tensors by input of a
 * part. A step that needs what a sample does not have is left out; the sample can be used where an
 * output has a source that ran.
 *
 * @param wiring that fits the parts
 * @param steps what runs, in the order of the wiring
 * @param embeds the modalities of samples of which the program gives an embedding
 * @param forced whether loops run once on the text that is right
 */
record WiredProgram(Wiring wiring, List<WiredStep> steps, Set<Modality> embeds, boolean forced)
    implements DeclaredProgram {
  /** The name this program goes by. */
  static final String NAME = "wired";

  WiredProgram {
    steps = List.copyOf(steps);
    embeds = Set.copyOf(embeds);
  }

  @Override
  public String name() {
    return NAME;
  }

  /** Rows of a loop are of one sample, else samples run side by side. */
  @Override
  public boolean takesBatches() {
    return !generates();
  }

  /** Whether some part goes on token by token. */
  private boolean generates() {
    return steps.stream().anyMatch(step -> step.run().loop().isPresent());
  }

  @Override
  public Map<String, Tensor> run(Sample sample, Parts parts) {
    try {
      WiredRun run = new WiredRun(sample, parts, forced).through(steps);
      return forced ? run.results(steps.getLast()) : outputs(run);
    } catch (DemitasseException e) {
      throw new DemitasseException(
          e.kind(), "Sample " + sample.id() + " cannot be used: " + e.getMessage(), e);
    }
  }

  @Override
  public SampleKinds kinds() {
    Set<String> names = wiring.taken();
    boolean words = names.stream().anyMatch(name -> !Source.OfSample.FILES.contains(name));
    return new SampleKinds(
        words,
        names.contains(Source.OfSample.IMAGE),
        names.contains(Source.OfSample.SOUND),
        names.contains(Source.OfSample.VIDEO),
        new DeclaredInputs(List.of()));
  }

  @Override
  public Program forTraining() {
    return generates() ? new WiredProgram(wiring, steps, embeds, true) : this;
  }

  @Override
  public Optional<Supervision> supervision() {
    List<TeacherForcing> taught =
        steps.stream().flatMap(step -> TeacherForcing.of(step).stream()).toList();
    return taught.size() == 1 ? Optional.of(taught.getFirst().supervision()) : Optional.empty();
  }

  private Map<String, Tensor> outputs(WiredRun run) {
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    wiring
        .outputs()
        .forEach(
            (name, sources) -> {
              Tensor value = run.first(sources);
              boolean embedding = name.equals(SingleProgram.EMBEDDING);
              outputs.put(name, embedding ? value.reshaped(value.elementCount()) : value);
            });
    return outputs;
  }

  @Override
  public Modalities modalities(Bundle bundle) {
    return new WiredModalities(wiring, bundle).modalities();
  }

  private Optional<WiredStep> step(String part) {
    return steps.stream().filter(step -> step.run().part().equals(part)).findFirst();
  }

  @Override
  public Optional<SpecialTokens> specialTokens(String part) {
    return step(part)
        .flatMap(step -> Optional.ofNullable(step.inputs().tokenizer()))
        .map(tokenizer -> tokenizer.specialTokens());
  }

  /** Tokens that a part chooses itself stay what they are. */
  @Override
  public Optional<Vocabulary> vocabulary(String part) {
    return wiring.loopsOf(part).isEmpty()
        ? step(part)
            .flatMap(step -> Optional.ofNullable(step.inputs().tokenizer()))
            .flatMap(tokenizer -> tokenizer.vocabulary())
        : Optional.empty();
  }

  @Override
  public Program renumbered(Map<String, Renumbering> renumberings) {
    List<WiredStep> others = steps.stream().map(step -> step.renumbered(renumberings)).toList();
    return others.equals(steps) ? this : new WiredProgram(wiring, others, embeds, forced);
  }

  /** Frees the tokenizers. */
  @Override
  public void close() {
    steps.forEach(step -> step.inputs().close());
  }
}

package io.demitasse.media.program;

import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import io.demitasse.media.generate.BeamSearch;
import io.demitasse.media.generate.Generated;
import io.demitasse.media.generate.GeneratedText;
import io.demitasse.media.wired.Loop;
import io.demitasse.media.wired.Source;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What has come of the steps of a declared program for one sample so far. */
final class WiredRun {
  private final Sample sample;
  private final Program.Parts parts;
  private final boolean forced;
  private final Map<String, Map<String, Tensor>> results = new HashMap<>();

  /** Why steps did not run, by name. */
  private final Map<String, String> missing = new LinkedHashMap<>();

  /**
   * @param forced whether loops run once on the text that is right
   */
  WiredRun(Sample sample, Program.Parts parts, boolean forced) {
    this.sample = sample;
    this.parts = parts;
    this.forced = forced;
  }

  /** Takes the steps, in order. */
  WiredRun through(List<WiredStep> steps) {
    steps.forEach(this::take);
    return this;
  }

  /**
   * The first of some sources that there is.
   *
   * @throws DemitasseException (bad request) where there is none, with the reasons
   */
  Tensor first(List<Source> sources) {
    return sources.stream()
        .flatMap(source -> ofRun(source).stream())
        .findFirst()
        .orElseThrow(() -> DemitasseException.badRequest(String.join("; ", missing.values())));
  }

  /** What a step gave; nothing where it did not run. */
  Map<String, Tensor> results(WiredStep step) {
    return results.getOrDefault(step.run().name(), Map.of());
  }

  private Optional<Tensor> ofRun(Source source) {
    return source instanceof Source.OfRun(String run, String output)
        ? Optional.ofNullable(results.get(run)).map(outputs -> outputs.get(output))
        : Optional.empty();
  }

  private void take(WiredStep step) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (Map.Entry<String, Source> each : step.run().inputs().entrySet()) {
      Optional<Tensor> tensor = given(step, each.getKey(), each.getValue());
      if (tensor.isEmpty()) {
        missing.put(
            step.run().name(),
            String.format(
                Locale.ROOT,
                "it has no %s, which step '%s' needs for its input '%s'",
                each.getValue(),
                step.run().name(),
                each.getKey()));
        return;
      }
      inputs.put(each.getKey(), tensor.get());
    }
    results.put(
        step.run().name(),
        step.decoder().isPresent()
            ? generated(step, step.decoder().get(), inputs)
            : once(step, step.declared().fit(withText(step, inputs))));
  }

  /**
   * What others read of a part is read of it, so that it need not run again where that is known.
   */
  private Map<String, Tensor> once(WiredStep step, Map<String, Tensor> inputs) {
    return parts.read(
        step.run().part(),
        inputs,
        outputs -> {
          Map<String, Tensor> read = new LinkedHashMap<>(outputs);
          read.keySet().retainAll(step.read());
          return read;
        });
  }

  private Optional<Tensor> given(WiredStep step, String input, Source source) {
    return switch (source) {
      case Source.OfSample ofSample -> step.inputs().find(input, ofSample, sample);
      case Source.OfRun ofRun -> ofRun(ofRun);
      case Source.Constant(double value) ->
          Optional.of(Tensor.ofNumbers(DataType.DOUBLE, new long[0], value));
    };
  }

  /** Masks and places of tokens follow from the text that gives the ids. */
  private Map<String, Tensor> withText(WiredStep step, Map<String, Tensor> inputs) {
    if (!(step.run().inputs().get("input_ids") instanceof Source.OfSample source)) {
      return inputs;
    }
    Map<String, Tensor> all = new LinkedHashMap<>(inputs);
    all.putAll(step.inputs().beside(source, sample, inputs.keySet()));
    return all;
  }

  private Map<String, Tensor> generated(
      WiredStep step, DecoderParts decoder, Map<String, Tensor> inputs) {
    if (forced) {
      return TeacherForcing.of(step).orElseThrow().run(sample, inputs, parts);
    }
    Loop loop = decoder.loop();
    CachedDecoder model = new CachedDecoder(decoder, parts, inputs);
    Generated generated =
        new BeamSearch(loop.rules()).run(model, TeacherForcing.prompt(step, loop, sample));
    long[] tokens = generated.tokens().stream().mapToLong(Long::longValue).toArray();
    float[] logs = new float[tokens.length];
    for (int i = 0; i < logs.length; i++) {
      logs[i] = generated.logProbabilities().get(i).floatValue();
    }
    String text = Objects.requireNonNull(step.inputs().tokenizer()).decode(tokens).strip();
    return new GeneratedText(text, tokens, logs).asOutputs();
  }
}

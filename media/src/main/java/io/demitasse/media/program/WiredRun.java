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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.LongStream;

/** What has come of the steps of a declared program for one sample so far. */
final class WiredRun {
  private final Sample sample;
  private final Program.Parts parts;
  private final Map<String, Map<String, Tensor>> results = new HashMap<>();

  /** Why steps did not run, by name. */
  private final Map<String, String> missing = new LinkedHashMap<>();

  WiredRun(Sample sample, Program.Parts parts) {
    this.sample = sample;
    this.parts = parts;
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
                "it has no %s, which step '%s' needs for its input '%s'",
                each.getValue(), step.run().name(), each.getKey()));
        return;
      }
      inputs.put(each.getKey(), tensor.get());
    }
    results.put(
        step.run().name(),
        step.decoder().isPresent()
            ? generated(step, step.decoder().get(), inputs)
            : parts.run(step.run().part(), step.declared().fit(withText(step, inputs))));
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
    Loop loop = decoder.loop();
    CachedDecoder model = new CachedDecoder(decoder, parts, inputs);
    Generated generated = new BeamSearch(loop.rules()).run(model, prompt(step, loop));
    long[] tokens = generated.tokens().stream().mapToLong(Long::longValue).toArray();
    float[] logs = new float[tokens.length];
    for (int i = 0; i < logs.length; i++) {
      logs[i] = generated.logProbabilities().get(i).floatValue();
    }
    String text = Objects.requireNonNull(step.inputs().tokenizer()).decode(tokens).strip();
    return new GeneratedText(text, tokens, logs).asOutputs();
  }

  private List<Long> prompt(WiredStep step, Loop loop) {
    List<Long> prompt = new ArrayList<>();
    loop.prompt()
        .flatMap(source -> SampleInputs.text(source, sample))
        .ifPresent(text -> LongStream.of(step.inputs().ids(text)).forEach(prompt::add));
    prompt.addAll(loop.rules().begin());
    if (prompt.isEmpty()) {
      throw DemitasseException.badRequest(
          "it has no text for step '" + step.run().name() + "' to go on from");
    }
    return prompt;
  }
}

package io.demitasse.calibrate;

import io.demitasse.data.Program;
import io.demitasse.data.Samples;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Tensor;
import io.demitasse.port.Runtime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One run of a program over samples, with as many taps on its parts as fit under the ceiling. */
final class Sweep implements Program.Parts, AutoCloseable {
  private final Runtime runtime;
  private final long ceiling;
  private final Bundle bundle;
  private final List<Tap<?>> taps;
  private final Map<String, TappedPart> parts = new LinkedHashMap<>();
  private int sample;

  Sweep(Runtime runtime, long ceiling, Bundle bundle, List<Tap<?>> taps) {
    this.runtime = runtime;
    this.ceiling = ceiling;
    this.bundle = bundle;
    this.taps = taps;
  }

  /** Runs all samples from the first that a tap has not seen. */
  void over(Program program, Samples samples) {
    sample = taps.stream().mapToInt(tap -> tap.next().sample()).min().orElse(0);
    for (; sample < samples.size(); sample++) {
      program.run(samples.get(sample), this);
    }
  }

  /** The taps that did not fit, each knowing where it goes on. */
  List<Tap<?>> postponed() {
    return parts.values().stream().<Tap<?>>flatMap(part -> part.postponed().stream()).toList();
  }

  @Override
  public Map<String, Tensor> run(String part, Map<String, Tensor> inputs) {
    return parts.computeIfAbsent(part, this::tapped).run(sample, inputs);
  }

  private TappedPart tapped(String part) {
    List<Tap<?>> ours = taps.stream().filter(tap -> tap.part().equals(part)).toList();
    return new TappedPart(runtime, ceiling, bundle.part(part), ours);
  }

  @Override
  public void close() {
    parts.values().forEach(TappedPart::close);
  }
}

package io.demitasse.media.program;

import io.demitasse.data.Modalities;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Value;
import io.demitasse.manifest.Manifest.Modality;
import io.demitasse.media.DeclaredInputs;
import io.demitasse.media.generate.GeneratedText;
import io.demitasse.media.wired.Loop;
import io.demitasse.media.wired.Source;
import io.demitasse.media.wired.Wiring;
import io.demitasse.ops.InputFlow;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What flows between the parts of a declared program is of: the sample's media, followed through
 * each part from step to step.
 */
final class WiredModalities {
  private final Wiring wiring;
  private final Bundle bundle;
  private final Map<String, Map<String, Modality>> given = new LinkedHashMap<>();
  private final Map<String, Map<String, Set<Modality>>> flowing = new LinkedHashMap<>();
  private final Set<String> texts = new LinkedHashSet<>();
  private Optional<Modality> file = Optional.empty();

  /** What each output of a run is of, by run. */
  private final Map<String, Map<String, Set<Modality>>> outputs = new HashMap<>();

  WiredModalities(Wiring wiring, Bundle bundle) {
    this.wiring = wiring;
    this.bundle = bundle;
  }

  Modalities modalities() {
    wiring.runs().forEach(this::follow);
    return new Modalities(given, flowing, file, texts);
  }

  private void follow(Wiring.Run run) {
    if (run.loop().isPresent()) {
      follow(run, run.loop().get());
    } else {
      run.inputs().forEach((input, source) -> follow(run.part(), input, source));
      Model model = bundle.part(run.part());
      beside(run.part(), model);
      InputFlow<Modality> flow = flow(run.part());
      outputs.put(
          run.name(),
          model.graph().outputs().stream().collect(Collectors.toMap(Value::name, flow::of)));
    }
  }

  private void follow(String part, String input, Source source) {
    if (source instanceof Source.OfSample ofSample) {
      Modality modality = ofSample.modality();
      given.computeIfAbsent(part, _ -> new LinkedHashMap<>()).put(input, modality);
      if (modality == Modality.TEXT) {
        texts.add(ofSample.name());
      } else {
        file = Optional.of(modality);
      }
    } else {
      flow(part, input, of(source));
    }
  }

  private Set<Modality> of(Source source) {
    return switch (source) {
      case Source.OfSample ofSample -> EnumSet.of(ofSample.modality());
      case Source.OfRun(String run, String output) ->
          outputs.getOrDefault(run, Map.of()).getOrDefault(output, Set.of());
      case Source.Constant _ -> Set.of();
    };
  }

  /** Adds to what flows into an input; tells whether it is more than before. */
  private boolean flow(String part, String input, Set<Modality> modalities) {
    return flowing
        .computeIfAbsent(part, _ -> new LinkedHashMap<>())
        .computeIfAbsent(input, _ -> EnumSet.noneOf(Modality.class))
        .addAll(modalities);
  }

  /** Masks and places of tokens go with them. */
  private void beside(String part, Model model) {
    Map<String, Modality> known = given.getOrDefault(part, Map.of());
    if (known.get("input_ids") == Modality.TEXT) {
      Map<String, Modality> all = new LinkedHashMap<>(known);
      for (Value input : model.graph().inputs()) {
        if (DeclaredInputs.OF_TEXT.contains(input.name())) {
          all.putIfAbsent(input.name(), Modality.TEXT);
        }
      }
      given.put(part, all);
    }
  }

  /**
   * Tokens of a loop are text. A cache is of what becomes it, in the first step or one before: that
   * is followed until nothing is added, for there are only so many modalities.
   */
  private void follow(Wiring.Run run, Loop loop) {
    loop.prompt().ifPresent(prompt -> texts.add(prompt.name()));
    Set<String> steps = new LinkedHashSet<>();
    steps.add(run.part());
    steps.add(loop.next() == null ? run.part() : loop.next());
    for (String part : steps) {
      run.inputs().forEach((input, source) -> follow(part, input, source));
      Stream.of(loop.tokens(), loop.mask(), loop.positions())
          .filter(Objects::nonNull)
          .forEach(input -> flow(part, input, EnumSet.of(Modality.TEXT)));
    }
    while (grows(steps, loop)) {
      // What flows in has become more, and so has what flows out.
    }
    Set<Modality> logits = given(flows(steps), loop.logits());
    outputs.put(
        run.name(),
        GeneratedText.NAMES.stream().collect(Collectors.toMap(name -> name, _ -> logits)));
  }

  /** Lets what parts give flow into their caches; tells whether that is more than before. */
  private boolean grows(Set<String> parts, Loop loop) {
    Map<String, String> caches = new LinkedHashMap<>(loop.caches());
    caches.putAll(loop.fixed());
    Map<String, InputFlow<Modality>> flows = flows(parts);
    boolean grew = false;
    for (Map.Entry<String, String> cache : caches.entrySet()) {
      Set<Modality> given = given(flows, cache.getValue());
      for (String part : parts) {
        grew |= flow(part, cache.getKey(), given);
      }
    }
    return grew;
  }

  private Map<String, InputFlow<Modality>> flows(Set<String> parts) {
    return parts.stream().collect(Collectors.toMap(part -> part, this::flow));
  }

  /** What an output of some parts is of, as far as it is known what flows in. */
  private Set<Modality> given(Map<String, InputFlow<Modality>> flows, String output) {
    Set<Modality> all = EnumSet.noneOf(Modality.class);
    flows.forEach(
        (part, flow) -> {
          Value value = bundle.part(part).graph().find(output);
          all.addAll(value == null ? Set.of() : flow.of(value));
        });
    return all;
  }

  private InputFlow<Modality> flow(String part) {
    Modalities known = new Modalities(given, flowing, file, texts);
    return InputFlow.of(bundle.part(part).graph(), input -> known.of(part, input));
  }
}

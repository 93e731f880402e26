package io.demitasse.media.program;

import io.demitasse.data.Modalities;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Value;
import io.demitasse.manifest.Manifest.Modality;
import io.demitasse.media.generate.GeneratedText;
import io.demitasse.media.wired.Loop;
import io.demitasse.media.wired.Source;
import io.demitasse.media.wired.Wiring;
import io.demitasse.ops.InputFlow;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

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
      InputFlow<Modality> flow =
          new Modalities(given, flowing, file, texts).flow(run.part(), model);
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

  private void flow(String part, String input, Set<Modality> modalities) {
    flowing
        .computeIfAbsent(part, _ -> new LinkedHashMap<>())
        .merge(
            input,
            modalities,
            (one, other) -> {
              Set<Modality> both = EnumSet.noneOf(Modality.class);
              both.addAll(one);
              both.addAll(other);
              return both;
            });
  }

  /** Masks and places of tokens go with them. */
  private void beside(String part, Model model) {
    Map<String, Modality> known = given.getOrDefault(part, Map.of());
    if (known.get("input_ids") == Modality.TEXT) {
      Map<String, Modality> all = new LinkedHashMap<>(known);
      for (Value input : model.graph().inputs()) {
        if (List.of("attention_mask", "token_type_ids", "position_ids").contains(input.name())) {
          all.putIfAbsent(input.name(), Modality.TEXT);
        }
      }
      given.put(part, all);
    }
  }

  /**
   * Tokens of a loop are text, and what it gives is of that and all that flows into it; caches are
   * of both, and the part of later steps sees what the first does.
   */
  private void follow(Wiring.Run run, Loop loop) {
    loop.prompt().ifPresent(prompt -> texts.add(prompt.name()));
    Set<Modality> all = EnumSet.of(Modality.TEXT);
    run.inputs().values().forEach(source -> all.addAll(of(source)));
    String later = loop.next() == null ? run.part() : loop.next();
    for (String part : new LinkedHashSet<>(List.of(run.part(), later))) {
      run.inputs().forEach((input, source) -> follow(part, input, source));
      flow(part, loop.tokens(), Set.of(Modality.TEXT));
      loop.caches().keySet().forEach(cache -> flow(part, cache, all));
      Set<Modality> fixed = EnumSet.copyOf(all);
      fixed.remove(Modality.TEXT);
      loop.fixed().keySet().forEach(cache -> flow(part, cache, fixed.isEmpty() ? all : fixed));
    }
    outputs.put(
        run.name(),
        GeneratedText.NAMES.stream().collect(Collectors.toMap(name -> name, _ -> all)));
  }
}

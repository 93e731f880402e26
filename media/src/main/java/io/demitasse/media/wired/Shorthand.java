package io.demitasse.media.wired;

import io.demitasse.ir.Bundle;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Wiring that goes without saying, where parts have the names that exporters give their inputs and
 * outputs.
 *
 * <pre>
 *   encoder-decoder   $image | $sound | $text ── encoder ── states ── decoder, token by token
 *   decoder           $text ── decoder, token by token
 * </pre>
 */
public enum Shorthand {
  /** An encoder, and a decoder that goes on from what it gives. */
  ENCODER_DECODER("encoder-decoder"),
  /** A decoder that goes on from a text. */
  DECODER("decoder");

  /** The parts of these programs. */
  public static final String ENCODER_PART = "encoder";

  public static final String DECODER_PART = "decoder";

  /** The part of the later steps, where the decoder is written in two files. */
  public static final String LATER_PART = "decoder-with-past";

  private static final String STATES = "encoder_hidden_states";
  private static final String PAST = "past_key_values.";
  private static final String OF_ENCODER = ".encoder.";

  private final String program;

  Shorthand(String program) {
    this.program = program;
  }

  /** The name that a manifest has for it. */
  public String program() {
    return program;
  }

  /**
   * What a manifest would say that declares the same.
   *
   * @param rules of generation, as the settings of the program have them
   * @param bundle whose parts need not be those that the program wants: {@link WiringCheck} tells
   */
  public Map<String, Object> settings(Map<String, Object> rules, Bundle bundle) {
    List<Object> steps = new ArrayList<>();
    if (this == ENCODER_DECODER) {
      steps.add(Map.of("run", ENCODER_PART, "inputs", encoderInputs(bundle)));
    }
    Map<String, Object> loop = new LinkedHashMap<>(rules);
    loop.putAll(caches(bundle));
    if (this == DECODER) {
      loop.putIfAbsent("prompt", "$text");
    }
    Map<String, Object> decoder = new LinkedHashMap<>();
    decoder.put("run", DECODER_PART);
    decoder.put("inputs", decoderInputs(bundle));
    decoder.put("loop", loop);
    steps.add(decoder);
    return Map.of("steps", steps);
  }

  private static Map<String, Object> encoderInputs(Bundle bundle) {
    Map<String, Object> inputs = new LinkedHashMap<>();
    for (String input : Signature.of(bundle, ENCODER_PART).inputNames()) {
      switch (input) {
        case "input_ids" -> inputs.put(input, "$text");
        case "pixel_values" -> inputs.put(input, "$image");
        case "input_features", "input_values" -> inputs.put(input, "$sound");
        default -> {
          // The check tells what is not given.
        }
      }
    }
    return inputs;
  }

  /** What the encoder gives goes to inputs of the same name, and its states to where they go. */
  private Map<String, Object> decoderInputs(Bundle bundle) {
    Map<String, Object> inputs = new LinkedHashMap<>();
    List<String> given = Signature.of(bundle, ENCODER_PART).outputNames();
    List<String> taken = new ArrayList<>(Signature.of(bundle, DECODER_PART).inputNames());
    taken.addAll(Signature.of(bundle, LATER_PART).inputNames());
    for (String input : taken) {
      if (given.contains(input)) {
        inputs.put(input, ENCODER_PART + "." + input);
      } else if (input.equals(STATES) && !given.isEmpty()) {
        inputs.put(input, ENCODER_PART + "." + given.getFirst());
      } else if (input.equals("encoder_attention_mask")) {
        inputs.put(input, "$text.mask");
      }
    }
    return inputs;
  }

  /**
   * Exporters call what goes in {@code past_key_values} or {@code past}, and what comes out {@code
   * present}.
   */
  private static Map<String, Object> caches(Bundle bundle) {
    String later = bundle.parts().containsKey(LATER_PART) ? LATER_PART : DECODER_PART;
    List<String> given = Signature.of(bundle, later).outputNames();
    Map<String, Object> caches = new LinkedHashMap<>();
    Map<String, Object> fixed = new LinkedHashMap<>();
    for (String input : Signature.of(bundle, later).inputNames()) {
      String output = input.replaceFirst("^past(_key_values)?\\.", "present.");
      if (input.equals(output)) {
        continue;
      }
      boolean ofEncoder = input.startsWith(PAST) && input.contains(OF_ENCODER);
      if (ofEncoder || given.contains(output)) {
        (ofEncoder ? fixed : caches).put(input, output);
      }
    }
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("caches", caches);
    all.put("fixed", fixed);
    if (later.equals(LATER_PART)) {
      all.put("next", LATER_PART);
    }
    return all;
  }
}

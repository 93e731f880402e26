package io.demitasse.media.program;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What Hugging Face's {@code generation_config.json} and {@code config.json} say of how texts are
 * generated, as a manifest says it. What cannot be followed is left out, and a bundle that lacks it
 * is told of.
 *
 * @param files the first that says something counts
 */
record GenerationConfig(List<JsonNode> files) {
  private static final long LARGEST = 16 << 20;

  /** The files of a folder; what is no JSON counts as missing. */
  static GenerationConfig of(Path folder) {
    List<JsonNode> files = new ArrayList<>();
    for (String name : List.of("generation_config.json", "config.json")) {
      Path file = folder.resolve(name);
      try {
        if (Files.isRegularFile(file) && Files.size(file) <= LARGEST) {
          files.add(new ObjectMapper().readTree(file.toFile()));
        }
      } catch (IOException e) {
        // Who opens the bundle is told what is missing.
      }
    }
    return new GenerationConfig(files);
  }

  /** The settings of a program that generates. */
  Map<String, Object> settings() {
    Map<String, Object> settings = new LinkedHashMap<>();
    put(settings, "begin", begin());
    put(settings, "stop", tokens("eos_token_id"));
    put(settings, "suppress", suppressed());
    put(settings, "suppress-first", tokens("begin_suppress_tokens"));
    most().ifPresent(most -> settings.put("most", most));
    number("num_beams")
        .filter(beams -> beams.intValue() > 1)
        .ifPresent(
            beams -> {
              settings.put("beams", beams.intValue());
              number("length_penalty")
                  .ifPresent(penalty -> settings.put("length-penalty", penalty.doubleValue()));
            });
    return settings;
  }

  private static void put(Map<String, Object> settings, String key, List<Long> tokens) {
    if (!tokens.isEmpty()) {
      settings.put(key, tokens);
    }
  }

  /** What starts a decoder, and the tokens that are forced behind it at their places. */
  private List<Long> begin() {
    List<Long> begin = new ArrayList<>(tokens("decoder_start_token_id"));
    find("forced_decoder_ids")
        .ifPresent(
            forced ->
                forced.forEach(
                    pair -> {
                      if (pair.path(0).asInt() == begin.size() && pair.path(1).isIntegralNumber()) {
                        begin.add(pair.path(1).asLong());
                      }
                    }));
    return begin;
  }

  /** The length of a whole text counts what it begins with, which is not chosen. */
  private Optional<Integer> most() {
    return number("max_new_tokens")
        .map(Number::intValue)
        .or(() -> number("max_length").map(all -> Math.max(1, all.intValue() - begin().size())));
  }

  /** The pad token stands for nothing, unless it is the one that ends a text. */
  private List<Long> suppressed() {
    Set<Long> suppressed = new LinkedHashSet<>(tokens("suppress_tokens"));
    suppressed.addAll(tokens("pad_token_id"));
    tokens("eos_token_id").forEach(suppressed::remove);
    suppressed.removeIf(token -> token < 0);
    return List.copyOf(suppressed);
  }

  private List<Long> tokens(String key) {
    List<Long> tokens = new ArrayList<>();
    find(key)
        .ifPresent(
            value -> {
              for (JsonNode each : value.isArray() ? value : List.of(value)) {
                if (each.isIntegralNumber()) {
                  tokens.add(each.asLong());
                }
              }
            });
    return tokens;
  }

  private Optional<Number> number(String key) {
    return find(key).filter(JsonNode::isNumber).map(JsonNode::numberValue);
  }

  private Optional<JsonNode> find(String key) {
    return files.stream()
        .map(file -> file.path(key))
        .filter(node -> !node.isMissingNode() && !node.isNull())
        .findFirst();
  }
}

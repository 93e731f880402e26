package io.demitasse.media.wired;

import io.demitasse.media.generate.GenerationRules;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A part that runs token by token, and goes on from what it knows of those before.
 *
 * <pre>
 *   tokens ──┐
 *   inputs ──┼── part ── logits ── rules ── next token ──┐
 *   caches ──┘    │                                      │
 *      └──────────┴── caches of one token more ──────────┘
 * </pre>
 *
 * @param tokens the input int64 {@code [B,S]} that takes them
 * @param logits the output float {@code [B,S,V]}
 * @param caches outputs that become inputs of the next step, by input; where there are none, all
 *     tokens are given anew in each step
 * @param fixed the same that the first step alone gives, such as keys and values of an encoder's
 *     states, by input of the later steps
 * @param next the part of all steps but the first; null where that is the same
 * @param branch the input bool {@code [1]} that says whether there is a cache; null where there is
 *     none
 * @param mask the input int64 {@code [B,all]} of ones over all tokens; null where there is none
 * @param positions the input int64 {@code [B,S]} of places of tokens; null where there is none
 * @param prompt tokens that stand before those of the rules; empty where there are none
 */
public record Loop(
    String tokens,
    String logits,
    Map<String, String> caches,
    Map<String, String> fixed,
    @Nullable String next,
    @Nullable String branch,
    @Nullable String mask,
    @Nullable String positions,
    Optional<Source.OfSample> prompt,
    GenerationRules rules) {
  public Loop {
    caches = Collections.unmodifiableMap(new LinkedHashMap<>(caches));
    fixed = Collections.unmodifiableMap(new LinkedHashMap<>(fixed));
  }

  /** Whether the loop gives an input by itself. */
  boolean gives(String input) {
    return input.equals(tokens)
        || caches.containsKey(input)
        || fixed.containsKey(input)
        || input.equals(branch)
        || input.equals(mask)
        || input.equals(positions);
  }
}

package io.demitasse.search;

import io.demitasse.ir.Bundle;
import io.demitasse.pass.BundlePass;
import io.demitasse.recipe.Step;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Something that can be done to one part, or to several at once. At most one of the options is
 * kept; to leave everything as it is, is always one more.
 *
 * @param parts what is timed; the steps select them
 * @param fallbacks further options, tried where none of the others can be kept
 * @param recovery steps that win accuracy back, tried after an option that only accuracy speaks
 *     against; may be none
 * @param preparation exact steps that serve the options and nothing else: they are tried first, and
 *     kept only with one of the options
 * @param limited whether an option has to keep all limits of size and time
 */
public record Choice(
    List<String> parts,
    List<Option> options,
    List<Option> fallbacks,
    List<Step> recovery,
    Optional<Option> preparation,
    boolean limited) {
  public Choice {
    parts = List.copyOf(parts);
    options = List.copyOf(options);
    fallbacks = List.copyOf(fallbacks);
    recovery = List.copyOf(recovery);
  }

  /** A choice that nothing is done for before. */
  public Choice(List<String> parts, List<Option> options, List<Option> fallbacks) {
    this(parts, options, fallbacks, List.of(), Optional.empty(), false);
  }

  /** The same after some steps that serve it. */
  public Choice after(Option exact) {
    return new Choice(parts, options, fallbacks, recovery, Optional.of(exact), limited);
  }

  /** The same with steps that win accuracy back. */
  public Choice recoveredBy(List<Step> steps) {
    return new Choice(parts, options, fallbacks, steps, preparation, limited);
  }

  /** A choice of what makes a part keep the limits of size and time. */
  static Choice withinLimits(String part) {
    return new Choice(List.of(part), List.of(), List.of(), List.of(), Optional.empty(), true);
  }

  /** A choice with a single step to take or leave. */
  public static Choice of(List<String> parts, Step step) {
    return new Choice(parts, List.of(Option.of(step)), List.of());
  }

  /**
   * A step of a recipe as choices of a single option: each part that it selects is judged by
   * itself, all of them at once where the pass has to see them together.
   */
  public static List<Choice> of(Step step, Set<String> parts) {
    List<String> selected = parts.stream().filter(step.where()::selectsPart).toList();
    if (step.pass() instanceof BundlePass) {
      return selected.isEmpty() ? List.of() : List.of(of(selected, step));
    }
    return selected.stream().map(part -> of(List.of(part), step.in(part))).toList();
  }

  /** Whether every option promises to preserve the function. */
  public boolean isExact() {
    return Stream.concat(options.stream(), fallbacks.stream())
        .allMatch(option -> Attempt.exact(option.steps()));
  }

  /** Whether this is about what several parts have in common. */
  public boolean isOfSeveral() {
    return parts.size() > 1;
  }

  /** What one of the options is called, with the part where it is one of several. */
  public String title(Option option) {
    return isOfSeveral() || parts.contains(Bundle.SINGLE)
        ? option.title()
        : parts.getFirst() + ": " + option.title();
  }
}

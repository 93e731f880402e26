package io.demitasse.media.wired;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What flows between the parts of a bundle.
 *
 * <pre>
 *   $image ── vision ──┐
 *                      ├── head ── logits
 *   $text ─── text ────┘
 * </pre>
 *
 * @param runs in order
 * @param outputs of the program by name: of several sources the first that there is for a sample
 */
public record Wiring(List<Run> runs, Map<String, List<Source>> outputs) {
  public Wiring {
    runs = List.copyOf(runs);
    outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
  }

  /**
   * One part that runs, once or token by token.
   *
   * @param name that others know it by, which is the part's where nobody says otherwise
   * @param inputs of the part, by name; what a loop gives by itself is not among them
   */
  public record Run(String name, String part, Map<String, Source> inputs, Optional<Loop> loop) {
    public Run {
      inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    }
  }

  /** Outputs of a part that steps or the program read, whichever step of it gives them. */
  public Set<String> readOf(String part) {
    Set<String> names =
        runs.stream()
            .filter(run -> run.part().equals(part))
            .map(Run::name)
            .collect(Collectors.toSet());
    Stream<Source> all =
        Stream.concat(
            runs.stream().flatMap(run -> run.inputs().values().stream()),
            outputs.values().stream().flatMap(List::stream));
    return all.filter(Source.OfRun.class::isInstance)
        .map(Source.OfRun.class::cast)
        .filter(source -> names.contains(source.run()))
        .map(Source.OfRun::output)
        .collect(Collectors.toSet());
  }

  /** What is taken of samples, by its names. */
  public Set<String> taken() {
    Stream<Source> all =
        runs.stream()
            .flatMap(
                run ->
                    Stream.concat(
                        run.inputs().values().stream(), run.loop().flatMap(Loop::prompt).stream()));
    return all.filter(Source.OfSample.class::isInstance)
        .map(source -> ((Source.OfSample) source).name())
        .collect(Collectors.toSet());
  }

  /** The loops that run a part. */
  public List<Loop> loopsOf(String part) {
    return runs.stream()
        .filter(
            run ->
                run.part().equals(part)
                    || run.loop().filter(loop -> part.equals(loop.next())).isPresent())
        .flatMap(run -> run.loop().stream())
        .toList();
  }
}

package io.demitasse.media.wired;

import io.demitasse.ir.Bundle;
import io.demitasse.yaml.Fields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the settings of the program {@code wired}, telling all that is wrong at once. */
public final class WiringReader {
  /** Keys that say how a text is generated. */
  public static final List<String> RULES = LoopReader.RULES;

  static final List<String> KEYS = List.of("steps", "outputs");
  static final List<String> STEP_KEYS = List.of("run", "as", "inputs", "loop");

  private final Fields fields;
  private final Bundle bundle;

  /**
   * @param fields that collects what is wrong
   */
  public WiringReader(Fields fields, Bundle bundle) {
    this.fields = fields;
    this.bundle = bundle;
  }

  /**
   * The wiring that settings tell. What it names is not looked for: {@link WiringCheck} does that.
   *
   * @param settings of the program, as the manifest has them
   */
  public Wiring read(Map<String, Object> settings) {
    Map<String, Object> given = fields.map(settings, "settings", KEYS);
    List<Wiring.Run> runs = new ArrayList<>();
    for (Object step : fields.list(given.get("steps"), "settings, steps")) {
      runs.add(run(step, "step " + (runs.size() + 1)));
    }
    if (runs.isEmpty()) {
      problem("settings must have steps that run parts, such as '- run: vision'");
    }
    return new Wiring(runs, outputs(given.get("outputs"), runs));
  }

  private Wiring.Run run(Object step, String place) {
    Map<String, Object> given = fields.map(step, place, STEP_KEYS);
    String part = String.valueOf(given.getOrDefault("run", ""));
    if (part.isEmpty()) {
      problem(place + " must name the part that it runs, such as 'run: vision'");
    }
    String name = String.valueOf(given.getOrDefault("as", part));
    Map<String, Source> inputs = new LinkedHashMap<>();
    fields
        .map(given.get("inputs"), place + ", inputs")
        .forEach(
            (input, written) ->
                source(written, place + ", input '" + input + "'")
                    .ifPresent(source -> inputs.put(input, source)));
    Optional<Loop> loop =
        given.containsKey("loop")
            ? Optional.of(
                new LoopReader(fields, bundle, part, place + ", loop").read(given.get("loop")))
            : Optional.empty();
    return new Wiring.Run(name, part, inputs, loop);
  }

  /** Without a word all outputs of the last run are those of the program. */
  private Map<String, List<Source>> outputs(@Nullable Object tree, List<Wiring.Run> runs) {
    Map<String, List<Source>> outputs = new LinkedHashMap<>();
    fields
        .map(tree, "settings, outputs")
        .forEach((name, written) -> outputs.put(name, alternatives(name, written)));
    if (tree == null && !runs.isEmpty()) {
      Wiring.Run last = runs.getLast();
      RunOutputs.of(last, bundle)
          .forEach(output -> outputs.put(output, List.of(new Source.OfRun(last.name(), output))));
    } else if (outputs.isEmpty()) {
      problem("settings, outputs must name what the program gives, such as 'logits: head.logits'");
    }
    return outputs;
  }

  private List<Source> alternatives(String name, Object written) {
    List<?> all = written instanceof List<?> list ? list : List.of(written);
    List<Source> sources = new ArrayList<>();
    all.forEach(each -> source(each, "settings, output '" + name + "'").ifPresent(sources::add));
    return sources;
  }

  private Optional<Source> source(Object written, String place) {
    Optional<Source> source = Source.parse(written);
    if (source.isEmpty()) {
      problem(
          String.format(
              Locale.ROOT, "%s must be one of %s, got '%s'", place, Source.FORMS, written));
    }
    return source;
  }

  private void problem(String text) {
    fields.problems().add(text);
  }
}

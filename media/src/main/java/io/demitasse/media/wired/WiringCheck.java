package io.demitasse.media.wired;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Model;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import io.demitasse.media.DeclaredInputs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Holds a wiring to the signatures of the parts, telling all that does not fit at once. */
public final class WiringCheck {
  private final Wiring wiring;
  private final Bundle bundle;
  private final List<String> problems = new ArrayList<>();
  private final Map<String, Wiring.Run> before = new LinkedHashMap<>();

  private WiringCheck(Wiring wiring, Bundle bundle) {
    this.wiring = wiring;
    this.bundle = bundle;
  }

  /** Everything that does not fit; empty where the program can run. */
  public static List<String> problems(Wiring wiring, Bundle bundle) {
    return new WiringCheck(wiring, bundle).check();
  }

  private List<String> check() {
    Set<String> ran = new LinkedHashSet<>();
    for (Wiring.Run run : wiring.runs()) {
      ran.add(run.part());
      run.loop().map(Loop::next).ifPresent(ran::add);
      check(run);
      if (before.putIfAbsent(run.name(), run) != null) {
        problem(
            String.format(
                Locale.ROOT,
                "two steps are called '%s': give one another name, 'as: ...'",
                run.name()));
      }
    }
    wiring
        .outputs()
        .forEach(
            (name, sources) -> sources.forEach(source -> output("output '" + name + "'", source)));
    for (String part : bundle.parts().keySet()) {
      if (!ran.contains(part)) {
        problem(String.format(Locale.ROOT, "part '%s' is run by no step", part));
      }
    }
    return problems;
  }

  private void check(Wiring.Run run) {
    Model model = bundle.parts().get(run.part());
    if (model == null) {
      problem(
          String.format(
              Locale.ROOT,
              "step '%s' runs a part '%s', and there is none; the bundle has %s",
              run.name(),
              run.part(),
              bundle.parts().keySet()));
      return;
    }
    run.inputs().forEach((input, source) -> input(run, model, input, source));
    for (Value input : model.graph().inputs()) {
      if (input.initializer() == null && !isGiven(run, input.name())) {
        problem(
            String.format(
                Locale.ROOT,
                "step '%s' gives part '%s' no input '%s': %s",
                run.name(),
                run.part(),
                input.name(),
                input.type()));
      }
    }
    run.loop().ifPresent(loop -> problems.addAll(new LoopCheck(run, loop, bundle).problems()));
  }

  private static boolean isGiven(Wiring.Run run, String input) {
    return run.inputs().containsKey(input)
        || run.loop().filter(loop -> loop.gives(input)).isPresent()
        || (DeclaredInputs.OF_TEXT.contains(input) && takesText(run));
  }

  private static boolean takesText(Wiring.Run run) {
    return run.inputs().get("input_ids") instanceof Source.OfSample;
  }

  private void input(Wiring.Run run, Model model, String name, Source source) {
    Value input = Signature.of(model).input(name).orElse(null);
    if (input == null && !isOfNext(run, name)) {
      problem(
          String.format(
              Locale.ROOT,
              "step '%s': part '%s' has no input '%s'; it has %s",
              run.name(),
              run.part(),
              name,
              Signature.of(model).inputNames()));
      return;
    }
    if (source instanceof Source.OfRun output) {
      Optional<Value> given = given("step '" + run.name() + "'", output);
      if (input != null && given.isPresent() && !fits(given.get(), input)) {
        problem(
            String.format(
                Locale.ROOT,
                "step '%s': input '%s' is %s, but %s gives %s",
                run.name(),
                name,
                input.type(),
                output,
                given.get().type()));
      }
    }
  }

  /** Whether the part of later steps takes an input that the first does not. */
  private boolean isOfNext(Wiring.Run run, String name) {
    String next = run.loop().map(Loop::next).orElse(null);
    return next != null && Signature.of(bundle, next).input(name).isPresent();
  }

  private void output(String place, Source source) {
    if (source instanceof Source.OfRun output) {
      Optional<Value> unused = given(place, output);
    }
  }

  /** The output that a source names; empty where it is told that there is none, or no tensor. */
  private Optional<Value> given(String place, Source.OfRun source) {
    Wiring.Run run = before.get(source.run());
    if (run == null) {
      boolean later = wiring.runs().stream().anyMatch(each -> each.name().equals(source.run()));
      problem(
          String.format(
              Locale.ROOT,
              later
                  ? "%s uses %s, but '%s' runs only then or later: steps go in order, without"
                      + " cycles"
                  : "%s uses %s, but no step is called '%s'",
              place,
              source,
              source.run()));
      return Optional.empty();
    }
    List<String> outputs = RunOutputs.of(run, bundle);
    if (!outputs.contains(source.output())) {
      problem(
          String.format(
              Locale.ROOT, "%s uses %s, but '%s' gives %s", place, source, source.run(), outputs));
      return Optional.empty();
    }
    return run.loop().isPresent()
        ? Optional.empty()
        : Signature.of(bundle, run.part()).output(source.output());
  }

  /** Whether types are equal, and sizes that both declare. */
  static boolean fits(Value given, Value input) {
    if (!(given.type() instanceof ValueType.OfTensor(var type, Shape shape))
        || !(input.type() instanceof ValueType.OfTensor(var expected, Shape wanted))) {
      return given.type() == null || input.type() == null;
    }
    return type == expected && (shape == null || wanted == null || fits(shape, wanted));
  }

  private static boolean fits(Shape shape, Shape wanted) {
    if (shape.rank() != wanted.rank()) {
      return false;
    }
    for (int axis = 0; axis < shape.rank(); axis++) {
      if (shape.dim(axis) instanceof Dim.Fixed(long size)
          && wanted.dim(axis) instanceof Dim.Fixed(long other)
          && size != other) {
        return false;
      }
    }
    return true;
  }

  private void problem(String text) {
    problems.add(text);
  }
}

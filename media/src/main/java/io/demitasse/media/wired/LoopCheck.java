package io.demitasse.media.wired;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Model;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import io.demitasse.media.generate.GenerationRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Whether parts can run token by token as a loop says. */
record LoopCheck(Wiring.Run run, Loop loop, Bundle bundle) {

  List<String> problems() {
    List<String> problems = new ArrayList<>();
    Model first = bundle.part(run.part());
    Model later = later();
    if (later == null) {
      return List.of(
          text(
              String.format(
                  Locale.ROOT,
                  "the loop goes on with a part '%s', and there is none",
                  loop.next())));
    }
    for (Model model : first == later ? List.of(first) : List.of(first, later)) {
      tokens(model, problems);
      logits(model, problems);
    }
    loop.caches().forEach((input, output) -> cache(input, output, later, problems));
    loop.caches().values().forEach(output -> given(first, output, problems));
    loop.fixed().values().forEach(output -> given(first, output, problems));
    return problems;
  }

  private @Nullable Model later() {
    return bundle.parts().get(loop.next() == null ? run.part() : loop.next());
  }

  private void tokens(Model model, List<String> problems) {
    Optional<Value> tokens = Signature.of(model).input(loop.tokens());
    if (tokens.isEmpty()) {
      problems.add(
          text(
              String.format(
                  Locale.ROOT,
                  "the loop gives tokens to an input '%s', and there is none; the part has %s",
                  loop.tokens(),
                  Signature.of(model).inputNames())));
    } else if (!(tokens.get().type() instanceof ValueType.OfTensor(DataType type, Shape shape))
        || type != DataType.INT64
        || (shape != null && shape.rank() != 2)) {
      problems.add(
          text(
              String.format(
                  Locale.ROOT,
                  "tokens are int64[B,S], but the loop gives them to %s",
                  tokens.get())));
    }
  }

  private void logits(Model model, List<String> problems) {
    Optional<Value> logits = Signature.of(model).output(loop.logits());
    if (logits.isEmpty()) {
      problems.add(
          text(
              String.format(
                  Locale.ROOT,
                  "the loop reads an output '%s', and there is none; the part gives %s",
                  loop.logits(),
                  Signature.of(model).outputNames())));
    } else if (logits.get().type() instanceof ValueType.OfTensor(DataType type, Shape shape)
        && (!type.isFloatingPoint() || (shape != null && shape.rank() != 3))) {
      problems.add(
          text(
              String.format(
                  Locale.ROOT,
                  "the loop reads logits float[B,S,V], but %s is given",
                  logits.get())));
    } else {
      rules(logits.get(), problems);
    }
  }

  /** Tokens that the rules name are among those that the decoder has. */
  private void rules(Value logits, List<String> problems) {
    if (!(logits.type() instanceof ValueType.OfTensor(var _, Shape shape))
        || shape == null
        || !(shape.dim(shape.rank() - 1) instanceof Dim.Fixed(long vocabulary))) {
      return;
    }
    GenerationRules rules = loop.rules();
    Set<Long> unknown = new TreeSet<>(rules.begin());
    unknown.addAll(rules.stop());
    unknown.addAll(rules.suppressed());
    unknown.addAll(rules.suppressedFirst());
    unknown.removeIf(token -> token < vocabulary);
    if (!unknown.isEmpty()) {
      problems.add(
          text(
              String.format(
                  Locale.ROOT,
                  "the loop names tokens %s, and the decoder has %d",
                  unknown,
                  vocabulary)));
    }
  }

  /** A cache fits where what is given can be taken in the next step. */
  private void cache(String input, String output, Model later, List<String> problems) {
    Optional<Value> given = Signature.of(later).output(output);
    Optional<Value> taken = Signature.of(later).input(input);
    if (given.isEmpty()) {
      problems.add(
          text(
              String.format(
                  Locale.ROOT,
                  "the cache '%s' is to be '%s', which the part does not give",
                  input,
                  output)));
    } else if (taken.isPresent() && !WiringCheck.fits(given.get(), taken.get())) {
      problems.add(
          text(
              String.format(
                  Locale.ROOT,
                  "the cache '%s' is %s, but '%s' gives %s",
                  input,
                  taken.get().type(),
                  output,
                  given.get().type())));
    }
    taken
        .filter(value -> CacheForm.of(value).isEmpty())
        .ifPresent(
            value ->
                problems.add(
                    text(
                        String.format(
                            Locale.ROOT,
                            "the cache '%s' must have one size behind the first that grows and"
                                + " others that are fixed, but it is %s",
                            input,
                            value.type()))));
  }

  private void given(Model first, String output, List<String> problems) {
    if (Signature.of(first).output(output).isEmpty()) {
      problems.add(
          text(
              String.format(
                  Locale.ROOT,
                  "the first step is to give '%s', which part '%s' does not",
                  output,
                  run.part())));
    }
  }

  private String text(String problem) {
    return "step '" + run.name() + "': " + problem;
  }
}

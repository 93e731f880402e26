package io.demitasse.media.program;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.media.DeclaredInputs;
import io.demitasse.media.wired.CacheForm;
import io.demitasse.media.wired.Loop;
import io.demitasse.media.wired.Wiring;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The part that runs token by token, or the two of the first step and of all others.
 *
 * @param first the part of the first step, with what it takes
 * @param later that of the others; the same where one does both
 */
record DecoderParts(Loop loop, Step first, Step later) {

  /**
   * A part of a step.
   *
   * @param forms of the caches that it takes, by input
   * @param takesOneToken whether that is all it can take at once
   */
  record Step(
      String part, DeclaredInputs inputs, Map<String, CacheForm> forms, boolean takesOneToken) {

    static Step of(String part, Model model, Loop loop) {
      Map<String, CacheForm> forms = new LinkedHashMap<>();
      for (Value input : model.graph().inputs()) {
        if (loop.caches().containsKey(input.name()) || loop.fixed().containsKey(input.name())) {
          CacheForm.of(input).ifPresent(form -> forms.put(input.name(), form));
        }
      }
      boolean one =
          model.graph().inputs().stream()
              .filter(input -> input.name().equals(loop.tokens()))
              .flatMap(input -> input.shape().stream())
              .anyMatch(
                  shape ->
                      shape.rank() == 2
                          && shape.dim(1) instanceof Dim.Fixed(long size)
                          && size == 1);
      return new Step(part, DeclaredInputs.of(model), forms, one);
    }
  }

  static DecoderParts of(Wiring.Run run, Loop loop, Bundle bundle) {
    Step first = Step.of(run.part(), bundle.part(run.part()), loop);
    String next = loop.next();
    return new DecoderParts(
        loop, first, next == null ? first : Step.of(next, bundle.part(next), loop));
  }

  private Step step(boolean begun) {
    return begun ? later : first;
  }

  String part(boolean begun) {
    return step(begun).part();
  }

  DeclaredInputs inputs(boolean begun) {
    return step(begun).inputs();
  }

  Map<String, CacheForm> forms(boolean begun) {
    return step(begun).forms();
  }

  /** Logits behind the last token of each row, of {@code [B,S,V]}. */
  static float[][] last(Tensor logits) {
    int rows = Math.toIntExact(logits.size(0));
    long tokens = logits.size(1);
    int vocabulary = Math.toIntExact(logits.size(2));
    float[][] last = new float[rows][];
    for (int row = 0; row < rows; row++) {
      last[row] = logits.toFloats(((row + 1) * tokens - 1) * vocabulary, vocabulary);
    }
    return last;
  }
}

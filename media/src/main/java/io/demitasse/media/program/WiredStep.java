package io.demitasse.media.program;

import io.demitasse.ir.Renumbering;
import io.demitasse.media.DeclaredInputs;
import io.demitasse.media.text.TextTokenizer;
import io.demitasse.media.wired.Wiring;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One step of a declared program, with what it takes to run it.
 *
 * @param declared inputs of the part
 * @param inputs how samples become inputs of the part, closed by the program
 * @param decoder the parts of its loop; empty where it runs once
 * @param read outputs of the part that any step of it is read for
 */
record WiredStep(
    Wiring.Run run,
    DeclaredInputs declared,
    SampleInputs inputs,
    Optional<DecoderParts> decoder,
    Set<String> read) {

  /** The same with the tokenizer of fewer tokens; this where its own is not among them. */
  WiredStep renumbered(Map<String, Renumbering> renumberings) {
    Renumbering ids = renumberings.get(run.part());
    TextTokenizer tokenizer = inputs.tokenizer();
    if (ids == null || tokenizer == null) {
      return this;
    }
    TextTokenizer smaller = tokenizer.renumbered(ids);
    return smaller == tokenizer
        ? this
        : new WiredStep(
            run, declared, new SampleInputs(inputs.part(), inputs.files(), smaller), decoder, read);
  }
}

package io.demitasse.media.task;

import io.demitasse.data.Answer;
import io.demitasse.data.Modalities;
import io.demitasse.data.Program;
import io.demitasse.data.SpecialTokens;
import io.demitasse.data.Vocabulary;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Renumbering;
import io.demitasse.ir.Tensor;
import java.util.Map;
import java.util.Optional;

/** A program that runs another one, and is like it in what it does not say itself. */
interface ForwardingProgram extends Program {

  /** The other one, whose owner closes it. */
  Program program();

  @Override
  default String name() {
    return program().name();
  }

  @Override
  default Optional<SpecialTokens> specialTokens(String part) {
    return program().specialTokens(part);
  }

  @Override
  default Optional<Vocabulary> vocabulary(String part) {
    return program().vocabulary(part);
  }

  @Override
  default Modalities modalities(Bundle bundle) {
    return program().modalities(bundle);
  }

  @Override
  default Answer answer(Map<String, Tensor> outputs) {
    return program().answer(outputs);
  }

  /** The same on top of another program of the same kind. */
  Program on(Program other);

  @Override
  default Program renumbered(Map<String, Renumbering> renumberings) {
    Program other = program().renumbered(renumberings);
    return other == program() ? this : new OwningProgram(on(other), other);
  }
}

package io.demitasse.media.task;

import io.demitasse.data.Program;
import io.demitasse.data.SpecialTokens;
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
}

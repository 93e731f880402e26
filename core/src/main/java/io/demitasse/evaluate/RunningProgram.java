package io.demitasse.evaluate;

import io.demitasse.data.Program;

/**
 * A program as it runs on some files. Closing it frees what it has of its own, and not what the
 * program of the task has.
 *
 * @param ofTask stays open
 * @param program the same, or one that was made of it
 */
public record RunningProgram(Program ofTask, Program program) implements AutoCloseable {
  @Override
  public void close() {
    if (program != ofTask) {
      program.close();
    }
  }
}

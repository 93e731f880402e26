package io.demitasse.pipeline;

/** What happens during a run, as it happens, for whoever shows progress. */
public sealed interface Event {

  /** A new piece of work begins. */
  record Started(String what) implements Event {}

  /** Part of the current work is done. */
  record Advanced(String what, long done, long total) implements Event {}

  /** A change was tried and is now part of the result, or not. */
  record Decided(String step, boolean kept, String why) implements Event {}

  /** Something worth knowing, such as which samples were taken. */
  record Noted(String text) implements Event {}

  /** Something that may not be as it was meant, and stops nothing. */
  record Warned(String text) implements Event {}
}

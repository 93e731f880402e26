package io.demitasse.search;

import io.demitasse.evaluate.Evaluator;
import io.demitasse.pipeline.Event;
import io.demitasse.pipeline.TrainingEvents;
import io.demitasse.pipeline.Watcher;
import io.demitasse.train.Point;
import io.demitasse.train.Schedule;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * Tells what happens to candidates, each by its id.
 *
 * @param events who is told
 */
record CandidateEvents(Consumer<Event> events) {

  void started(String what, int candidate) {
    events.accept(new Event.Started(what, OptionalInt.of(candidate)));
  }

  /** Tells how far the work of this name is. */
  Evaluator.Progress advancing(String what, int candidate) {
    return (done, total) ->
        events.accept(new Event.Advanced(what, done, total, OptionalInt.of(candidate)));
  }

  /** Tells how far the work of this name is, and where what learns in it stands. */
  Watcher watching(String what, int candidate) {
    Evaluator.Progress advancing = advancing(what, candidate);
    return new Watcher() {
      @Override
      public void at(long done, long total) {
        advancing.at(done, total);
      }

      @Override
      public Consumer<Point> learning(String part, Schedule schedule) {
        return new TrainingEvents(part, schedule, OptionalInt.of(candidate), events);
      }

      @Override
      public void noted(String text) {
        events.accept(new Event.Noted(text, OptionalInt.of(candidate)));
      }
    };
  }

  void noted(String text, int candidate) {
    events.accept(new Event.Noted(text, OptionalInt.of(candidate)));
  }

  void decided(Candidate candidate) {
    Candidate.Decision decision = candidate.decision();
    events.accept(
        new Event.Decided(candidate.title(), decision.kept(), decision.why(), candidate.id()));
  }
}

package io.demitasse;

import io.demitasse.data.Program;
import io.demitasse.error.Cancellation;
import io.demitasse.evaluate.Evaluator;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.evaluate.PinnedRuntime;
import io.demitasse.evaluate.Task;
import io.demitasse.pipeline.Event;
import io.demitasse.port.Ports;
import java.nio.file.Path;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Another model against the one that was opened.
 *
 * @param program runs the model that was opened, and is closed after use
 * @param task what both are for, by the program
 */
record Contest(
    Source source,
    Path other,
    Ports ports,
    Supplier<Program> program,
    Function<Program, Task> task,
    int threads,
    PairedTiming.Effort effort,
    Consumer<Event> events) {

  /** What the task says of it. */
  Evaluation evaluation() {
    return of((evaluator, rival) -> Evaluation.of(evaluator, rival.files(), events));
  }

  /** What it takes. */
  BundleTimes times() {
    return of(
        (evaluator, rival) ->
            new BundleTiming(source, pinned(), evaluator, threads, events).of(rival));
  }

  private Ports pinned() {
    return new Ports(ports.format(), PinnedRuntime.of(ports, source.bundle()));
  }

  private <T> T of(BiFunction<Evaluator, Source, T> work) {
    return Cancellation.heeded(
        () -> {
          Source rival = Source.read(other, ports.format());
          return source.whileReading(() -> rival.whileReading(() -> of(rival, work)));
        });
  }

  private <T> T of(Source rival, BiFunction<Evaluator, Source, T> work) {
    try (Program running = program.get()) {
      Task opened = task.apply(running);
      return work.apply(new Evaluator(pinned(), source.files(), opened, threads, effort), rival);
    }
  }
}

package io.demitasse.run;

import io.demitasse.data.Program;
import io.demitasse.error.Cancellation;
import io.demitasse.evaluate.Evaluator;
import io.demitasse.evaluate.Task;
import io.demitasse.source.Source;
import java.nio.file.Path;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Another model against the one that was opened.
 *
 * @param program runs the model that was opened, and is closed after use
 * @param task what both are for, by the program
 */
public record Contest(
    RunContext context, Path other, Supplier<Program> program, Function<Program, Task> task) {

  /** What the task says of it. */
  public Evaluation evaluation() {
    return of((evaluator, rival) -> Evaluation.of(evaluator, rival.files(), context.events()));
  }

  /** What it takes. */
  public BundleTimes times() {
    return of((evaluator, rival) -> new BundleTiming(context.pinned(), evaluator).of(rival));
  }

  private <T> T of(BiFunction<Evaluator, Source, T> work) {
    return Cancellation.heeded(
        () -> {
          Source rival = Source.read(other, context.ports().format());
          return context.source().whileReading(() -> rival.whileReading(() -> of(rival, work)));
        });
  }

  private <T> T of(Source rival, BiFunction<Evaluator, Source, T> work) {
    try (Program running = program.get()) {
      Task opened = task.apply(running);
      return work.apply(context.pinned().evaluator(opened), rival);
    }
  }
}

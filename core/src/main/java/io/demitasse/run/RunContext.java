package io.demitasse.run;

import io.demitasse.evaluate.BundleFiles;
import io.demitasse.evaluate.Evaluator;
import io.demitasse.evaluate.Memory;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.evaluate.PinnedRuntime;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.pipeline.Event;
import io.demitasse.port.Ports;
import io.demitasse.source.Source;
import java.util.function.Consumer;

/**
 * What all the work of one run has in common.
 *
 * @param source the original
 * @param threads to run and write with
 * @param memory that runs may take beyond the weights
 * @param effort how long to time
 * @param events who is told what happens
 */
public record RunContext(
    Ports ports,
    Source source,
    int threads,
    Memory memory,
    PairedTiming.Effort effort,
    Consumer<Event> events) {

  /** The same where nothing is random, for what is compared. */
  RunContext pinned() {
    Ports pinned = new Ports(ports.format(), PinnedRuntime.of(ports, source.bundle()));
    return new RunContext(pinned, source, threads, memory, effort, events);
  }

  RunContext tellingTo(Consumer<Event> listener) {
    return new RunContext(ports, source, threads, memory, effort, listener);
  }

  void tell(Event event) {
    events.accept(event);
  }

  Evaluator evaluator(Task task) {
    return new Evaluator(ports, source.files(), task, threads, effort);
  }

  /**
   * @param reference what scores are compared with
   */
  Evaluator evaluator(TaskSplits splits, BundleFiles reference) {
    return new Evaluator(ports, source.files(), reference, splits, threads, effort);
  }
}

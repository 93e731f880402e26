package io.demitasse.run;

import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.BoundedRuntime;
import io.demitasse.evaluate.Memory;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.pipeline.Event;
import io.demitasse.port.Ports;
import io.demitasse.source.Source;
import java.util.function.Consumer;

/** What a job may take of the machine, and who is told of it. */
public final class WorkChoice {
  private final Ports unbounded;
  private Memory memory = Memory.atHand();
  private Ports ports;
  private int threads = Runtime.getRuntime().availableProcessors();
  private PairedTiming.Effort effort = PairedTiming.Effort.QUICK;
  private Consumer<Event> events = event -> {};

  /** All processors, and the memory that is at hand. */
  public WorkChoice(Ports ports) {
    this.unbounded = ports;
    this.ports = BoundedRuntime.bound(ports, memory);
  }

  /**
   * Threads to run and write with.
   *
   * @throws DemitasseException (bad request) when the count is not positive
   */
  public void threads(int count) {
    if (count < 1) {
      throw DemitasseException.badRequest("At least 1 thread is needed, got " + count + ".");
    }
    threads = count;
  }

  /**
   * Memory beyond the weights of the models.
   *
   * @throws DemitasseException (bad request) when it is not positive
   */
  public void memory(long bytes) {
    memory = new Memory(bytes);
    ports = BoundedRuntime.bound(unbounded, memory);
  }

  public void effort(PairedTiming.Effort timing) {
    effort = timing;
  }

  public void events(Consumer<Event> listener) {
    events = listener;
  }

  /** What runs models, within the memory. */
  public Ports ports() {
    return ports;
  }

  public Memory memory() {
    return memory;
  }

  public void tell(Event event) {
    events.accept(event);
  }

  /** What all the work on a model has in common. */
  public RunContext context(Source source) {
    return new RunContext(ports, source, threads, memory, effort, events);
  }
}

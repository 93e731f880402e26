package io.demitasse.kernels;

import io.demitasse.cost.CostFile;
import io.demitasse.cost.KernelCost;
import io.demitasse.cost.MeasuredCosts;
import io.demitasse.error.Cancellation;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.OtherLoad;
import io.demitasse.pipeline.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The table of what kernels cost in one setting, in a file that is filled where something is
 * missing.
 */
public final class KernelTable {
  /** What one form takes besides timing: to write it, and to load it again and again. */
  private static final Duration OVERHEAD = Duration.ofMillis(300);

  private static final String WORK = "measuring kernels";

  /** Something to be measured. */
  private record Missing(KernelModel model, Form form) {}

  private final CostFile file;
  private final List<KernelCost> costs;
  private final Optional<String> ignored;
  private final List<Missing> missing = new ArrayList<>();
  private int size;

  /**
   * @param models what the table should hold
   * @param again whether to measure also what is there
   */
  public KernelTable(CostFile file, List<KernelModel> models, boolean again) {
    this.file = file;
    CostFile.Content content = file.read();
    this.costs = new ArrayList<>(content.costs());
    this.ignored = content.ignored();
    MeasuredCosts there = new MeasuredCosts(costs);
    for (KernelModel model : models) {
      for (Form form : model.forms()) {
        size++;
        if (again || there.of(model.kernel(form)).isEmpty()) {
          missing.add(new Missing(model, form));
        }
      }
    }
  }

  /** What is there. */
  public MeasuredCosts costs() {
    return new MeasuredCosts(costs);
  }

  /** Why the file that was there was not taken, so that it will be replaced. */
  public Optional<String> ignored() {
    return ignored;
  }

  /** How many kernels the table should hold. */
  public int size() {
    return size;
  }

  /** How many kernels are to be measured. */
  public int missing() {
    return missing.size();
  }

  /** How long {@link #fill} is likely to take on a quiet machine. */
  public Duration estimate() {
    Duration timed =
        Duration.ofMillis((long) KernelTimer.EFFORT.pairs() * KernelTimer.EFFORT.milliseconds());
    return timed.plus(OVERHEAD).multipliedBy(missing.size());
  }

  /**
   * Measures what is missing and keeps it, as it goes, so that what was measured before an
   * interruption is not lost. What the runtime refuses stays missing; what other processes
   * disturbed is in this table and not in its file.
   *
   * @throws DemitasseException (cancelled) when the thread was interrupted
   */
  public void fill(KernelTimer timer, Consumer<Event> events) {
    fill(timer, new UndisturbedCosts(file, timer.threads(), OtherLoad::new), events);
  }

  void fill(KernelTimer timer, UndisturbedCosts kept, Consumer<Event> events) {
    events.accept(new Event.Started(WORK));
    int total = missing.size();
    List<Missing> refused = new ArrayList<>();
    for (int done = 1; done <= total; done++) {
      Cancellation.check();
      Missing next = missing.removeFirst();
      Optional<KernelCost> measured = kept.measured(() -> measured(timer, next, events));
      measured.ifPresentOrElse(costs::add, () -> refused.add(next));
      events.accept(new Event.Advanced(WORK, done, total));
    }
    missing.addAll(refused);
    kept.settle();
    kept.remarks().forEach(remark -> events.accept(new Event.Warned(remark)));
  }

  private static Optional<KernelCost> measured(
      KernelTimer timer, Missing next, Consumer<Event> events) {
    try {
      return timer.measure(next.model(), next.form());
    } catch (DemitasseException e) {
      if (e.kind() == DemitasseException.Kind.CANCELLED) {
        throw e;
      }
      events.accept(
          new Event.Warned(
              next.model().operator()
                  + " as "
                  + next.form().name()
                  + " is not measured: "
                  + e.getMessage()));
      return Optional.empty();
    }
  }
}

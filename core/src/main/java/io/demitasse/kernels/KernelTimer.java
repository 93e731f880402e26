package io.demitasse.kernels;

import io.demitasse.cost.KernelCost;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.evaluate.PairedTiming.Subject;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.evaluate.Workload;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.pass.Pass;
import io.demitasse.pass.Where;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.pipeline.StepResult;
import io.demitasse.port.Runtime;
import io.demitasse.port.Runtime.SessionOptions;
import io.demitasse.recipe.Step;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Measures kernels: writes both forms with the real passes and times them in pairs of fresh
 * sessions, interleaved.
 *
 * @param clock tells when something was measured
 */
public record KernelTimer(Runtime runtime, int threads, PairedTiming timing, InstantSource clock) {

  /** Enough for kernels, whose runs are short. */
  public static final PairedTiming.Effort EFFORT = new PairedTiming.Effort(5, 9, 20);

  private static final long SEED = 7;

  /** One that uses this machine's clocks. */
  public static KernelTimer of(Runtime runtime, int threads) {
    return new KernelTimer(runtime, threads, new PairedTiming(EFFORT), InstantSource.system());
  }

  /**
   * Measures one form of one model.
   *
   * @return empty when the passes of the form do not all change something, so that there is no such
   *     form
   * @throws io.demitasse.error.DemitasseException (backend failed) when the runtime cannot run it;
   *     (cancelled) when the thread was interrupted
   */
  public Optional<KernelCost> measure(KernelModel of, Form form) {
    KernelTask task = KernelTask.of(of.model());
    Optional<Model> before = written(of.model(), form.before(), task);
    Optional<Model> after = written(of.model(), form.passes(), task);
    if (before.isEmpty() || after.isEmpty()) {
      return Optional.empty();
    }
    TimingComparison compared =
        timing
            .compare(
                () -> open(before.get()),
                () -> open(after.get()),
                List.of(new Workload(of.operator(), task.inputs())))
            .getFirst();
    return Optional.of(
        new KernelCost(
            of.kernel(form),
            form.against(),
            compared.candidate().time().value(),
            compared.baseline().time().value(),
            compared.ratio().low(),
            compared.ratio().value(),
            compared.ratio().high(),
            clock.instant()));
  }

  /** The model after some passes; empty when one of them changes nothing. */
  Optional<Model> written(Model model, List<Pass> passes, KernelTask task) {
    Bundle bundle = Bundle.of(model);
    Pipeline pipeline = new Pipeline(runtime, bundle, task, SEED);
    for (Pass pass : passes) {
      StepResult result = pipeline.apply(bundle, Step.of(pass, Where.EVERYWHERE));
      if (!result.changedAnything()) {
        return Optional.empty();
      }
      bundle = result.bundle();
    }
    return Optional.of(bundle.part(Bundle.SINGLE));
  }

  private Subject open(Model model) {
    return Subject.of(runtime.open(model, SessionOptions.of(threads)));
  }
}

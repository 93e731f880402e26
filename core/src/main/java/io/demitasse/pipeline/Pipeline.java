package io.demitasse.pipeline;

import io.demitasse.calibrate.Calibrator;
import io.demitasse.calibrate.Observation;
import io.demitasse.calibrate.Statistics;
import io.demitasse.cost.KernelCosts;
import io.demitasse.data.Samples;
import io.demitasse.error.Cancellation;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.OutOfTime;
import io.demitasse.evaluate.RecordedInputs;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TrainingSamples;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Tie;
import io.demitasse.ir.Verifier;
import io.demitasse.pass.BundlePass;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassInfo;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.PassPorts;
import io.demitasse.pass.Where;
import io.demitasse.passes.Catalogue;
import io.demitasse.passes.clean.UpgradeOpset;
import io.demitasse.port.Runtime;
import io.demitasse.recipe.Resolution;
import io.demitasse.recipe.Step;
import io.demitasse.stored.StoredTensors;
import io.demitasse.train.Curve;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Applies steps: copies the parent, raises its operator set as far as the pass needs, answers the
 * pass's observations, lets it work and verifies what it left. The parent is never changed.
 */
public final class Pipeline {
  private final Runtime runtime;
  private final Bundle reference;
  private final @Nullable Task task;
  private final long seed;
  private final Equipment equipment;
  private final RecentStatistics recent;

  /**
   * @param reference the original, before any step
   * @param task program and samples for calibration; null when there are none
   */
  public Pipeline(Runtime runtime, Bundle reference, @Nullable Task task, long seed) {
    this(runtime, reference, task, seed, Equipment.LEAST, new RecentStatistics());
  }

  private Pipeline(
      Runtime runtime,
      Bundle reference,
      @Nullable Task task,
      long seed,
      Equipment equipment,
      RecentStatistics recent) {
    this.runtime = runtime;
    this.reference = reference;
    this.task = task;
    this.seed = seed;
    this.equipment = equipment;
    this.recent = recent;
  }

  private Pipeline with(Equipment other) {
    return new Pipeline(runtime, reference, task, seed, other, recent);
  }

  /** The same, with what flowed into the parts of the original. */
  public Pipeline with(RecordedInputs recorded) {
    return with(equipment.with(recorded));
  }

  /** The same, with what was measured on this machine in place of what is known of others. */
  public Pipeline with(KernelCosts measured) {
    return with(equipment.with(measured));
  }

  /**
   * The same, with a place for the tensors that steps find out. Without one, a step that has to
   * find out any is refused.
   */
  public Pipeline with(Findings place) {
    return with(equipment.with(place));
  }

  /** The same, with samples to train on. Without any, a step that trains is refused. */
  public Pipeline with(TrainingSamples samples) {
    return with(equipment.with(samples));
  }

  /** The same, with someone who is told how far a pass is on a part. */
  public Pipeline telling(Watcher watcher) {
    return with(equipment.telling(watcher));
  }

  /**
   * Applies one step to a copy.
   *
   * @throws DemitasseException (pass failed) when the pass broke its contract; (cancelled) when the
   *     thread was interrupted
   */
  public StepResult apply(Bundle parent, Step step) {
    Cancellation.check();
    return new Run(parent, step).result();
  }

  /** One application of one step. */
  private final class Run {
    private final Bundle parent;
    private Bundle child;
    private final Step step;
    private final PassInfo info;
    private final String pass;
    private final PassPorts ports;
    private final List<Step> upgrades = new ArrayList<>();
    private final List<String> refusals = new ArrayList<>();
    private final Map<String, PartContext> contexts = new LinkedHashMap<>();
    private boolean unseen;

    Run(Bundle parent, Step step) {
      this.parent = parent;
      this.child = parent.copy();
      this.step = new Step(step.pass().decided(equipment.costs()), step.where(), step.resolution());
      this.info = PassOptions.info(step.pass().getClass());
      this.pass = PassOptions.name(step.pass().getClass());
      this.ports = PassPorts.of(step.pass().getClass(), Map.of(Runtime.class, runtime));
    }

    StepResult result() {
      try {
        return worked();
      } catch (Findings.NotSearched e) {
        unseen = true;
        refusals.add(pass + " finds out tensors, which may take long: only 'compress' lets it");
        return unchanged(List.of());
      }
    }

    private StepResult worked() {
      if (!ports.missing().isEmpty() && step.resolution().found().isEmpty()) {
        refusals.addAll(ports.missing());
        return unchanged(List.of());
      }
      for (String part : child.parts().keySet()) {
        if (step.where().selectsPart(part) && raiseOpset(part)) {
          contexts.put(
              part,
              context(part, step)
                  .with(ports.found())
                  .with(equipment.findings())
                  .with(equipment.samples())
                  .with(task)
                  .telling(equipment.watcher()));
        }
      }
      Optional<Statistics> statistics = statistics();
      if (statistics.isEmpty()) {
        return unchanged(List.of());
      }
      contexts.values().forEach(context -> context.with(statistics.get()));
      try {
        guarded(this::work);
      } finally {
        contexts.values().forEach(PartContext::close);
      }
      contexts.forEach(
          (part, context) -> child = context.lacking().finished(child, parent.part(part)));
      contexts.forEach(this::check);
      contexts.keySet().forEach(part -> Orphans.remove(parent.part(part), child.part(part)));
      contexts.values().forEach(context -> child = child.with(context.renumberings()));
      contexts.forEach((part, context) -> child = child.narrowed(part, context.narrowings()));
      TiedWeights.tellEnded(parent, child, contexts);
      List<Change> changes = told(PartContext::changes);
      return changes.stream().noneMatch(Change::applied)
          ? unchanged(changes)
          : changed(changes, statistics.get());
    }

    private StepResult changed(List<Change> changes, Statistics statistics) {
      List<Step> resolved = new ArrayList<>(upgrades);
      resolved.add(new Step(step.pass(), step.where(), resolution(statistics)));
      List<Curve> curves = told(PartContext::curves);
      return new StepResult(child, resolved, changes, curves, refusals, unseen);
    }

    private <T> List<T> told(Function<PartContext, List<T>> what) {
      return contexts.values().stream().flatMap(context -> what.apply(context).stream()).toList();
    }

    private StepResult unchanged(List<Change> told) {
      return new StepResult(parent, List.of(), told, List.of(), refusals, unseen);
    }

    private PartContext context(String part, Step done) {
      return new PartContext(part, child.part(part), reference.part(part), done, seed)
          .with(equipment.costs())
          .with(child.removals(part))
          .tied(weight -> TiedWeights.holds(parent, new Tie.Place(part, weight)));
    }

    /**
     * Raises a part's operator set to what the pass writes; false, with a refusal, when that cannot
     * be done.
     */
    private boolean raiseOpset(String part) {
      Model model = child.part(part);
      if (model.opset() >= info.minimumOpset()) {
        return true;
      }
      UpgradeOpset upgrade = new UpgradeOpset(info.minimumOpset());
      Step raise = Step.of(upgrade, Where.ofPart(part));
      PartContext context = context(part, raise);
      guarded(() -> upgrade.apply(model, context));
      if (model.opset() < info.minimumOpset()) {
        refusals.add(
            pass
                + " needs opset "
                + info.minimumOpset()
                + " and part '"
                + part
                + "' stays at "
                + model.opset()
                + context.changes().stream()
                    .filter(change -> !change.applied())
                    .findFirst()
                    .map(
                        change ->
                            ": " + change.operator() + " '" + change.node() + "': " + change.text())
                    .orElse(""));
        return false;
      }
      upgrades.add(raise);
      return true;
    }

    /**
     * What the pass observes: from the step where that holds it, else from a run over the samples.
     */
    private Optional<Statistics> statistics() {
      Set<Observation<?>> observations = new LinkedHashSet<>();
      guarded(() -> observations.addAll(observations()));
      if (!step.resolution().isEmpty()) {
        return Optional.of(remembered(observations));
      }
      boolean real = task != null && !task.calibration().synthetic();
      if (info.needsData() && !real) {
        refusals.add(pass + " needs samples of real data, and none were given");
        return Optional.empty();
      }
      if (observations.isEmpty() || task == null) {
        unseen = !observations.isEmpty();
        return Optional.of(Statistics.NONE);
      }
      return Optional.of(recent.of(parent, observations, () -> calibrated(observations, task)));
    }

    private Set<Observation<?>> observations() {
      Set<Observation<?>> observations = new LinkedHashSet<>();
      switch (step.pass()) {
        case ModelPass modelPass ->
            contexts.forEach(
                (part, context) ->
                    observations.addAll(modelPass.observations(child.part(part), context)));
        case BundlePass bundlePass ->
            observations.addAll(bundlePass.observations(child, new LinkedHashMap<>(contexts)));
      }
      return observations;
    }

    /**
     * Parts of several are calibrated one by one on what flowed into them on the original, so that
     * the others need not run again; what was not recorded is calibrated by the program.
     */
    private Statistics calibrated(Set<Observation<?>> observations, Task task) {
      Calibrator calibrator = new Calibrator(runtime);
      Set<Observation<?>> unrecorded = new LinkedHashSet<>(observations);
      Map<Observation<?>, double[]> answers = new LinkedHashMap<>();
      for (String part : child.parts().size() > 1 ? contexts.keySet() : Set.<String>of()) {
        Set<Observation<?>> ours =
            observations.stream()
                .filter(observation -> observation.part().equals(part))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        List<Map<String, Tensor>> inputs = equipment.recordedInputs().spread(part, RECORDED);
        if (!ours.isEmpty() && !inputs.isEmpty()) {
          Samples replayed = Replay.samples(part, inputs);
          answers.putAll(calibrator.collect(ours, child, new Replay(part), replayed).answers());
          unrecorded.removeAll(ours);
        }
      }
      if (!unrecorded.isEmpty()) {
        Samples samples = task.calibration().spread(CALIBRATION);
        answers.putAll(calibrator.collect(unrecorded, child, task.program(), samples).answers());
      }
      return new Statistics(answers);
    }

    private Statistics remembered(Set<Observation<?>> observations) {
      Map<Observation<?>, double[]> answers = new LinkedHashMap<>();
      for (Observation<?> observation : observations) {
        List<Double> numbers = step.resolution().calibration().get(Step.key(observation));
        if (numbers != null) {
          answers.put(observation, numbers.stream().mapToDouble(Double::doubleValue).toArray());
        }
      }
      return new Statistics(answers);
    }

    private Resolution resolution(Statistics statistics) {
      Map<String, List<Double>> numbers = new LinkedHashMap<>();
      statistics
          .answers()
          .forEach(
              (observation, answer) -> {
                if (observation.reducer().isKept()) {
                  numbers.put(Step.key(observation), Arrays.stream(answer).boxed().toList());
                }
              });
      Map<String, StoredTensors> found = new LinkedHashMap<>();
      contexts.values().forEach(context -> found.putAll(context.found()));
      return new Resolution(numbers, found);
    }

    private void work() {
      switch (step.pass()) {
        case ModelPass modelPass ->
            contexts.forEach((part, context) -> modelPass.apply(child.part(part), context));
        case BundlePass bundlePass -> bundlePass.apply(child, new LinkedHashMap<>(contexts));
      }
    }

    private void check(String part, PartContext context) {
      List<Node> removedUnselected = context.removedUnselected();
      if (!removedUnselected.isEmpty()) {
        throw failed(
            "removed " + removedUnselected.getFirst() + ", which the step does not select", null);
      }
      List<String> problems = new ArrayList<>(Verifier.problems(child.part(part)));
      problems.removeAll(Verifier.problems(parent.part(part)));
      if (!problems.isEmpty()) {
        throw failed("left part '" + part + "' invalid: " + String.join("; ", problems), null);
      }
    }

    /** Runs code of the pass; whatever it throws is a bug of its author and says so. */
    private void guarded(Runnable work) {
      try {
        work.run();
      } catch (DemitasseException | OutOfTime | Findings.NotSearched e) {
        throw e;
      } catch (RuntimeException e) {
        throw failed("threw " + e, e);
      }
    }

    private DemitasseException failed(String what, @Nullable Throwable cause) {
      Pass made = step.pass();
      return DemitasseException.passFailed(
          "Pass '"
              + pass
              + "' "
              + what
              + (Catalogue.isOurs(made.getClass())
                  ? ". This is a bug in Demitasse: report it"
                  : ". This is a bug in " + made.getClass().getName() + ": tell its author,")
              + " with the model and these options: "
              + PassOptions.values(made)
              + ".",
          cause);
    }
  }

  /** Recorded inputs that calibration of one part looks at, at most. */
  private static final int RECORDED = 8;

  /** Samples that calibration looks at, at most. */
  private static final int CALIBRATION = 256;
}

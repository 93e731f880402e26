package io.demitasse.pipeline;

import io.demitasse.calibrate.Statistics;
import io.demitasse.cost.KernelCosts;
import io.demitasse.cost.KnownCosts;
import io.demitasse.data.Vocabulary;
import io.demitasse.error.Cancellation;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.PartInputs;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TrainingSamples;
import io.demitasse.ir.Model;
import io.demitasse.ir.Narrowing;
import io.demitasse.ir.Node;
import io.demitasse.ir.Removal;
import io.demitasse.ir.RemovedUnits;
import io.demitasse.ir.Renumbering;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import io.demitasse.ops.Belief;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.ShapeInference;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.recipe.Resolution;
import io.demitasse.recipe.Step;
import io.demitasse.stored.StoredTensors;
import io.demitasse.train.Checkpoints;
import io.demitasse.train.Curve;
import io.demitasse.train.Point;
import io.demitasse.train.Schedule;
import io.demitasse.train.TrainingData;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The context of one step on one part: selects nodes and writes down what the pass tells. */
public final class PartContext implements PassContext, AutoCloseable {
  private static final Duration BETWEEN_CHECKPOINTS = Duration.ofMinutes(1);

  private final String pass;
  private final String part;
  private final Finder finder;
  private final Model model;
  private final Model reference;
  private final Set<Node> untouchable = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Change> changes = new ArrayList<>();
  private final List<Curve> curves = new ArrayList<>();
  private Removals lacking;
  private final Map<Belief, InferredShapes> shapes = new EnumMap<>(Belief.class);
  private Statistics statistics = Statistics.NONE;
  private KernelCosts costs = KnownCosts.INSTANCE;
  private Map<Class<?>, Object> ports = Map.of();
  private Watcher watcher = Watcher.NOBODY;
  private @Nullable TrainingSamples samples;
  private @Nullable Task task;
  private final Map<String, Renumbering> renumberings = new LinkedHashMap<>();
  private Predicate<String> tied = _ -> false;
  private final List<Narrowing> narrowings = new ArrayList<>();
  private TrainingSamples.@Nullable Opened training;
  private long told = -1;

  public PartContext(String part, Model model, Model reference, Step step, long seed) {
    this.pass = PassOptions.name(step.pass().getClass());
    this.part = part;
    this.finder = new Finder(part, step, seed);
    this.model = model;
    this.reference = reference;
    this.lacking = new Removals(part, List.of());
    model.forEachNode(
        node -> {
          if (!step.where().selects(node)) {
            untouchable.add(node);
          }
        });
  }

  /** Gives the answers to the pass's observations. */
  public PartContext with(Statistics answers) {
    statistics = answers;
    return this;
  }

  /** Gives other costs than the known ones. */
  public PartContext with(KernelCosts measured) {
    costs = measured;
    return this;
  }

  /** Gives the ports that the pass declared, by interface. */
  public PartContext with(Map<Class<?>, Object> declared) {
    ports = Map.copyOf(declared);
    return this;
  }

  /** Gives a place to keep what the pass finds out. */
  public PartContext with(Findings place) {
    finder.keepIn(place);
    return this;
  }

  /** Gives whether other parts hold the same weight as one of a name. */
  public PartContext tied(Predicate<String> sameElsewhere) {
    tied = sameElsewhere;
    return this;
  }

  /** Gives what earlier steps took out of the part. */
  public PartContext with(List<Removal> earlier) {
    lacking = new Removals(part, earlier);
    return this;
  }

  /** Gives the program that runs the part, and samples to calibrate on. */
  public PartContext with(@Nullable Task ofPart) {
    task = ofPart;
    return this;
  }

  /** Gives samples that the pass may train on. */
  public PartContext with(@Nullable TrainingSamples toTrainOn) {
    samples = toTrainOn;
    return this;
  }

  /** Gives someone who is told how far the pass is. */
  public PartContext telling(Watcher other) {
    watcher = other;
    return this;
  }

  /** Everything the pass told, in order. */
  public List<Change> changes() {
    return Collections.unmodifiableList(changes);
  }

  /** How the part learned. */
  public List<Curve> curves() {
    return Collections.unmodifiableList(curves);
  }

  /** What the part lacks, and which units the pass took out. */
  public Removals lacking() {
    return lacking;
  }

  /** Which ids the part takes once it is published, where the pass gave it others. */
  public Map<String, Renumbering> renumberings() {
    return Collections.unmodifiableMap(renumberings);
  }

  /** What of the part is smaller once it is published, by this step. */
  public List<Narrowing> narrowings() {
    return Collections.unmodifiableList(narrowings);
  }

  /** What the pass found out in files, by {@link Resolution#key}. */
  public Map<String, StoredTensors> found() {
    return finder.all();
  }

  /**
   * Nodes that the step does not select and that are gone all the same: the pass broke its promise.
   */
  public List<Node> removedUnselected() {
    return untouchable.stream().filter(Node::isRemoved).toList();
  }

  @Override
  public String part() {
    return part;
  }

  @Override
  public List<Node> nodes() {
    Cancellation.check();
    List<Node> selected = new ArrayList<>();
    model.forEachNode(
        node -> {
          if (selects(node)) {
            selected.add(node);
          }
        });
    return selected;
  }

  @Override
  public boolean selects(Node node) {
    return !untouchable.contains(node);
  }

  @Override
  public void changed(Node node, String what) {
    Cancellation.check();
    if (!selects(node)) {
      throw new IllegalStateException(
          "the step does not select " + node + ", which the pass changed");
    }
    tell(change(true, node, what));
  }

  @Override
  public void changed(String what) {
    tell(new Change(pass, true, part, "", "", what));
  }

  @Override
  public void skipped(Node node, String why) {
    Cancellation.check();
    tell(change(false, node, why));
  }

  @Override
  public void skipped(String why) {
    tell(new Change(pass, false, part, "", "", why));
  }

  private void tell(Change change) {
    if (finder.isSearching()) {
      throw new IllegalStateException(
          "the pass tells a change while it finds something out, which no replay does again: "
              + change.text());
    }
    changes.add(change);
  }

  private Change change(boolean applied, Node node, String text) {
    return new Change(pass, applied, part, Where.label(node), Where.operator(node), text);
  }

  @Override
  public Statistics statistics() {
    return statistics;
  }

  @Override
  public KernelCosts costs() {
    return costs;
  }

  @Override
  public Model reference() {
    return reference;
  }

  @Override
  public InferredShapes shapes(Belief belief) {
    return shapes.computeIfAbsent(belief, each -> ShapeInference.following(model, each));
  }

  @Override
  public RandomGenerator random() {
    return finder.random();
  }

  @Override
  public Map<String, Tensor> found(
      String name, Map<String, ValueType.OfTensor> types, Supplier<Map<String, Tensor>> search) {
    return finder.find(name, types, search);
  }

  @Override
  public TrainingData trainingData() {
    if (samples == null) {
      throw DemitasseException.badRequest(
          "Pass '" + pass + "' trains, and there are no samples to train on here.");
    }
    if (training == null) {
      training = samples.open(part);
    }
    return training.data();
  }

  @Override
  public Optional<Vocabulary> vocabulary() {
    return Optional.ofNullable(task).flatMap(known -> known.program().vocabulary(part));
  }

  @Override
  public void readInputs(Consumer<Map<String, Tensor>> reader) {
    if (task != null) {
      PartInputs.ofFirst(part, task.program()).read(task.calibration(), reader);
    }
  }

  @Override
  public void renumbered(Renumbering others) {
    renumberings.put(part, others);
  }

  @Override
  public void narrowed(Narrowing narrowing) {
    narrowings.add(narrowing);
  }

  @Override
  public void learned(Curve curve) {
    curves.add(curve);
  }

  @Override
  public void removed(RemovedUnits units) {
    lacking.add(units);
  }

  @Override
  public boolean isTied(Value weight) {
    return tied.test(weight.name());
  }

  @Override
  public List<Removal> removals() {
    return lacking.earlier();
  }

  @Override
  public Model restored(Model undone) {
    return lacking.undone(undone);
  }

  @Override
  public Consumer<Point> learning(Schedule schedule) {
    return watcher.learning(part, schedule);
  }

  @Override
  public Optional<Checkpoints> checkpoints(String setup) {
    return finder
        .unfinished()
        .map(folder -> new Checkpoints(folder, BETWEEN_CHECKPOINTS, setup, watcher::noted));
  }

  /** Lets go of what the pass has learned from. */
  @Override
  public void close() {
    if (training != null) {
      training.close();
      training = null;
    }
  }

  @Override
  public <T> T port(Class<T> port) {
    Object implementation = ports.get(port);
    if (implementation == null) {
      throw new IllegalStateException(
          "the pass did not declare that it needs the port " + port.getSimpleName());
    }
    return port.cast(implementation);
  }

  @Override
  public void progress(long done, long total) {
    Cancellation.check();
    long percent = Math.clamp(done, 0, total) * 100 / Math.max(1, total);
    if (percent != told) {
      told = percent;
      watcher.at(done, total);
    }
  }
}

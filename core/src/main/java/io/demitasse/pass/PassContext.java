package io.demitasse.pass;

import io.demitasse.calibrate.Statistics;
import io.demitasse.cost.KernelCosts;
import io.demitasse.data.Vocabulary;
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
import io.demitasse.rewrite.Scope;
import io.demitasse.train.Checkpoints;
import io.demitasse.train.Curve;
import io.demitasse.train.Point;
import io.demitasse.train.Schedule;
import io.demitasse.train.TrainingData;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** What a pass may see and say while it works on one part. */
public interface PassContext extends Scope {

  /** The part that is being worked on. */
  String part();

  /**
   * The nodes that the step selects, in the main graph and in all nested graphs, in order, as they
   * are now. A node that the pass makes is selected.
   */
  @Override
  List<Node> nodes();

  /** Whether the step selects a node. */
  @Override
  boolean selects(Node node);

  /**
   * Tells that a node was changed, made, or is about to be removed.
   *
   * @throws IllegalStateException when the step does not select the node
   */
  @Override
  void changed(Node node, String what);

  /**
   * Tells of a change to something that is no node: a weight, a function, or the model as a whole.
   */
  void changed(String what);

  /** Tells why a node that looked right for this pass was left alone. */
  @Override
  void skipped(Node node, String why);

  /** Tells why the model as a whole was left alone. */
  void skipped(String why);

  /** The answers to {@link ModelPass#observations}. */
  Statistics statistics();

  /**
   * What forms of operators cost here. What depends on it is decided in {@link Pass#decided}, or by
   * doing nothing, so that a resolved recipe says all.
   */
  KernelCosts costs();

  /** The original of this part, before any step; not to be changed. */
  Model reference();

  /**
   * What is known of the values of the part, whatever its file says, as they are now: a fact is
   * inferred when it is asked for, also that of a value made by the pass, and is forgotten when
   * anything changes that it follows from.
   */
  default InferredShapes shapes() {
    return shapes(Belief.ENFORCED);
  }

  /** The same for a pass that believes more of what the file declares. */
  InferredShapes shapes(Belief belief);

  /**
   * The only source of randomness; seeded by the recipe. In a {@link #found search} it is another
   * one, so that what follows is random in the same way whether the search runs or not.
   */
  RandomGenerator random();

  /**
   * Tensors that take long to find out, such as trained weights, masks or rotations. They are
   * stored beside the recipe: a replay reads them, and the search never runs. It runs once for the
   * same step on the same model, also where a run was cut short and is resumed.
   *
   * @param name of what is found out; each name once on a part
   * @param types of all tensors that are found, by name; a size that is not known before is named
   *     or unknown
   * @param search finds them out from the model, {@link #statistics} and {@link #random} alone; it
   *     changes nothing and tells no change. What it gives is written at once, tensor by tensor, so
   *     large ones are {@linkplain Tensor#deferred deferred} or mapped
   * @return the tensors as they were stored, in mapped files
   * @throws io.demitasse.error.DemitasseException (bad request) when what the recipe names is
   *     missing, was changed or is of other types; (backend failed) when it cannot be kept
   */
  Map<String, Tensor> found(
      String name, Map<String, ValueType.OfTensor> types, Supplier<Map<String, Tensor>> search);

  /**
   * What the part can learn from. Nothing is computed before examples are asked for.
   *
   * @throws io.demitasse.error.DemitasseException (bad request) where there are no samples to train
   *     on, or to judge by
   */
  TrainingData trainingData();

  /**
   * The tokenizer that makes what flows into the part; empty where there is none, or no samples.
   */
  Optional<Vocabulary> vocabulary();

  /**
   * Reads what the program makes of each sample to calibrate on for the part, such as tokens,
   * without running any model. What other parts give is not known there.
   */
  void readInputs(Consumer<Map<String, Tensor>> reader);

  /** Tells that the part takes other ids once it is published, and which files say so. */
  void renumbered(Renumbering ids);

  /** Tells that an input or output of the part is smaller once it is published. */
  void narrowed(Narrowing narrowing);

  /** Tells how the part learned, for curves in the report. */
  void learned(Curve curve);

  /** Tells which units of a group went, beside the changes of nodes. */
  void removed(RemovedUnits units);

  /**
   * Whether other parts hold the same weight, and are to go on holding it, as the bundle says: what
   * is changed by what this part alone learns would end that.
   */
  boolean isTied(Value weight);

  /** What earlier steps took out of the part and is missing still, one upon the other. */
  List<Removal> removals();

  /**
   * Tells that the last of the {@link #removals} is undone.
   *
   * @param whole the part with all that it had; not to be changed afterwards
   * @return the part from here on, a copy of it: what is cut out of it again is told by {@link
   *     #removed}
   */
  Model restored(Model whole);

  /** Who is told where a training stands, point by point; also in a {@link #found search}. */
  Consumer<Point> learning(Schedule schedule);

  /**
   * Where a training that a {@link #found search} does keeps how far it is, so that a run that is
   * resumed goes on with it; empty where nothing outlives the run.
   *
   * @param setup whatever decides what is learned and is not in the schedule, as a text
   */
  Optional<Checkpoints> checkpoints(String setup);

  /**
   * A port, such as the runtime.
   *
   * @param port one of those that {@link PassInfo#needs} of the pass declares
   * @throws IllegalStateException when the pass did not declare that it needs it
   */
  <T> T port(Class<T> port);

  /**
   * Tells how far the pass is on this part, and goes on unless the run was cancelled or its time is
   * up. Whatever takes more than a second calls it all along; it may be called as often as it is
   * handy.
   *
   * @param done how much is done, from 0 to {@code total}, of what the pass counts
   * @throws io.demitasse.error.DemitasseException (cancelled) when the thread was interrupted
   * @throws io.demitasse.error.OutOfTime when the time is up
   */
  void progress(long done, long total);
}

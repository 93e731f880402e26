package io.demitasse.passes.tune;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.objective.Batch;
import io.demitasse.ops.Parameters;
import io.demitasse.pass.PassContext;
import io.demitasse.passes.tune.Recording.Recorded;
import io.demitasse.port.Runtime;
import io.demitasse.port.Trainer;
import io.demitasse.rewrite.ConstantContent;
import io.demitasse.stored.KeptTensors;
import io.demitasse.train.Blocks;
import io.demitasse.train.Curve;
import io.demitasse.train.Examples;
import io.demitasse.train.Point;
import io.demitasse.train.Schedule;
import io.demitasse.train.Trained;
import io.demitasse.train.TrainingData;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the blocks of a changed model, with what flows into each in the changed model and
 * what came out of it in the original.
 */
final class Reconstruction implements AutoCloseable {
  /** What rounding alone does is less than this, squared. */
  private static final double ROUNDING = 1e-11;

  /** One example judges for so many that are learned from. */
  private static final int LEARNED_FOR_ONE = 4;

  private final Reconstruct options;
  private final PassContext context;
  private final Runtime runtime;
  private final TrainingData data;
  private final Model original;
  private final Model start;
  private final KeptTensors kept = new KeptTensors();
  private final Recording learning;
  private final Recording judging;
  private final long seed;
  private final long end;

  /** The changed model with what was learned so far. */
  private final Model present;

  private final Map<String, Value> weights;

  /** Keys of weights that no block has learned yet. */
  private final Set<String> free;

  private final List<Point> points = new ArrayList<>();
  private final List<String> nearer = new ArrayList<>();
  private final List<String> left = new ArrayList<>();
  private int steps;
  private int best;
  private Trainer.@Nullable Session session;

  /**
   * A reconstruction that has not begun.
   *
   * @param parameters keys of the weights that learn
   */
  Reconstruction(Reconstruct options, Model model, PassContext context, Set<String> parameters) {
    this.options = options;
    this.context = context;
    this.runtime = context.port(Runtime.class);
    this.data = context.trainingData();
    this.original = context.reference();
    this.start = model;
    this.seed = context.random().nextLong();
    this.end = System.nanoTime() + options.descent().within(data.time()).toNanos();
    this.present = model.copy();
    this.weights = new LinkedHashMap<>(Parameters.of(present));
    this.weights.keySet().retainAll(parameters);
    this.free = free();
    this.learning = recording(data.examples(), options.examples());
    this.judging = recording(data.judging(), Math.max(1, options.examples() / LEARNED_FOR_ONE));
  }

  /** Weights of the main graph that a block has by the same key. */
  private Set<String> free() {
    Set<String> keys = new LinkedHashSet<>();
    weights.forEach(
        (key, value) -> {
          boolean alone = key.equals(value.name()) && !weights.containsKey(key + "#2");
          if (alone && value.graph() == present.graph()) {
            keys.add(key);
          }
        });
    return keys;
  }

  private Recording recording(Examples examples, int most) {
    return Recording.of(runtime, data.threads(), few(examples, most), kept, options.mask());
  }

  /** As many of all examples as there may be, evenly spread. */
  private static Examples few(Examples all, int most) {
    int size = Math.min(most, all.size());
    return new Examples() {
      @Override
      public int size() {
        return size;
      }

      @Override
      public Batch get(int index) {
        return all.get((int) ((long) index * all.size() / size));
      }
    };
  }

  /** Trains block by block; gives all weights, and what is told of the blocks. */
  Map<String, Tensor> learned() {
    MatchingEnds ends = MatchingEnds.of(runtime, original, start, learning.examples());
    List<Blocks.Span> blocks = Blocks.of(start, ends.names()::contains, options.layers());
    int batch = ends.stackable() ? options.batch() : 1;
    Consumer<Point> watcher = context.learning(schedule(batch, blocks.size(), 1));
    for (int place = 0; place < blocks.size(); place++) {
      List<Blocks.Span> rest = blocks.subList(place, blocks.size());
      keepOnlyWhatIsRead(rest);
      train(rest.getFirst(), schedule(batch, 1, rest.size()), watcher);
      context.progress(place + 1L, blocks.size());
    }
    boolean kept = best > 0 && isNearer();
    Map<String, Value> result = kept ? weights : Parameters.of(start);
    Map<String, Tensor> found = new LinkedHashMap<>();
    weights
        .keySet()
        .forEach(
            key -> found.put(key, TunedWeights.content(Objects.requireNonNull(result.get(key)))));
    found.putAll(new ReconstructedBlocks(curve(kept), nearer, left).tensors());
    return found;
  }

  /**
   * A schedule of some blocks.
   *
   * @param among how many blocks share the time that is left
   */
  private Schedule schedule(int batch, int blocks, int among) {
    int all = options.steps() * Math.max(1, blocks);
    Duration time = Duration.ofNanos(Math.max(0, end - System.nanoTime()) / among);
    return options.descent().schedule(all, batch, options.rate(), time, seed);
  }

  private Curve curve(boolean kept) {
    return new Curve(
        context.part(), points, kept ? best : 0, Trained.End.ALL_STEPS, Optional.empty());
  }

  private void keepOnlyWhatIsRead(List<Blocks.Span> blocks) {
    Set<String> read = new LinkedHashSet<>();
    blocks.forEach(block -> read.addAll(block.inputs()));
    learning.keepOnly(read);
    judging.keepOnly(read);
  }

  /** A block with what it gave before it was trained. */
  private record Recordings(
      Blocks.Span span, Model block, Recorded learned, Recorded judged, double error) {

    String name() {
      return String.join(", ", span.outputs());
    }
  }

  /** Trains one block, and goes on from what it gives afterwards. */
  private void train(Blocks.Span span, Schedule schedule, Consumer<Point> watcher) {
    String name = String.join(", ", span.outputs());
    if (schedule.time().isZero()) {
      leave(name, "the time was up");
      return;
    }
    Model block = span.of(present);
    Optional<Model> right = original(span);
    if (right.isEmpty()) {
      leave(name, "the original cannot be cut there");
      learning.ours().add(learning.ours().run(block));
      judging.ours().add(judging.ours().run(block));
      return;
    }
    Recorded learned = learning.run(block, right.get());
    Recorded judged = judging.run(block, right.get());
    Recordings before = new Recordings(span, block, learned, judged, judging.error(judged));
    if (!(before.error() > ROUNDING)) {
      accept(learned, judged);
      return;
    }
    Set<String> own = own(block);
    Optional<String> obstacle = obstacle(before, own);
    if (obstacle.isPresent()) {
      leave(name, obstacle.get());
      accept(learned, judged);
    } else {
      train(before, own, schedule, watcher);
    }
  }

  private void leave(String name, String why) {
    left.add("block '" + name + "' stays as it was: " + why);
  }

  private void accept(Recorded learned, Recorded judged) {
    learning.ours().add(learned.outputs());
    judging.ours().add(judged.outputs());
  }

  /** The same block of the original, which may have been written in another way. */
  private Optional<Model> original(Blocks.Span span) {
    boolean known =
        span.outputs().stream()
            .allMatch(
                name -> {
                  Value value = original.graph().find(name);
                  return value != null && value.producer() != null;
                });
    try {
      return known ? Optional.of(span.of(original)) : Optional.empty();
    } catch (DemitasseException e) {
      return Optional.empty();
    }
  }

  /** Keys of the weights of a block that no other has learned. */
  private Set<String> own(Model block) {
    Set<String> own = new LinkedHashSet<>(Parameters.of(block).keySet());
    own.retainAll(free);
    return own;
  }

  /** What keeps a block from being trained. */
  private Optional<String> obstacle(Recordings block, Set<String> own) {
    if (!Double.isFinite(block.error())) {
      return Optional.of("some of its values are not finite");
    }
    if (own.isEmpty()) {
      return Optional.of("it has no weights of its own that are selected");
    }
    List<String> refusals = context.port(Trainer.class).refusals(block.block());
    return refusals.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", refusals));
  }

  private void train(
      Recordings before, Set<String> own, Schedule schedule, Consumer<Point> watcher) {
    // A block begins behind the last step of the one before it.
    int offset = points.isEmpty() ? 0 : steps + 1;
    BlockLearning block =
        new BlockLearning(
            before.block(),
            before.name(),
            own,
            learning,
            before.learned(),
            judging,
            before.judged());
    Trained trained = block.train(open(block), schedule, point -> follow(point, offset, watcher));
    Map<String, Tensor> had = put(Objects.requireNonNull(trained.weights().get(before.name())));
    Model better = before.span().of(present);
    Recorded learned = before.learned().with(learning.ours().run(better));
    Recorded judged = before.judged().with(judging.ours().run(better));
    double error = judging.error(judged);
    if (error < before.error()) {
      nearer.add(
          String.format(
              Locale.ROOT,
              "block '%s' is nearer to the original: error %.3g for %.3g after %,d steps",
              before.name(),
              error,
              before.error(),
              trained.best()));
      best = offset + trained.best();
      free.removeAll(own);
      accept(learned, judged);
    } else {
      put(had);
      leave(before.name(), "training made it no better");
      accept(before.learned(), before.judged());
    }
  }

  /** The one session, turned to a block. */
  private Trainer.Session open(BlockLearning block) {
    Trainer.Setup setup = block.setup(options.descent().settings(data, seed));
    if (session == null) {
      session = context.port(Trainer.class).open(setup);
    } else {
      session.turnTo(setup);
    }
    return session;
  }

  @Override
  public void close() {
    if (session != null) {
      session.close();
    }
  }

  private void follow(Point point, int offset, Consumer<Point> watcher) {
    Point placed =
        new Point(
            offset + point.step(),
            point.rate(),
            point.learned(),
            point.judged(),
            point.objective(),
            point.samples());
    steps = placed.step();
    points.add(placed);
    watcher.accept(placed);
  }

  /** Gives weights other contents; those that they had. */
  private Map<String, Tensor> put(Map<String, Tensor> contents) {
    Map<String, Tensor> had = new LinkedHashMap<>();
    contents.forEach(
        (key, content) -> {
          Value weight = Objects.requireNonNull(weights.get(key));
          had.put(key, TunedWeights.content(weight));
          ConstantContent.replace(weight, content);
        });
    return had;
  }

  /** Whether outputs of the whole came nearer, as its blocks did. */
  private boolean isNearer() {
    Recording whole = judging.anew();
    Recorded before = whole.run(start, original);
    Recorded after = before.with(judging.anew().ours().run(present));
    double was = whole.error(before);
    double is = whole.error(after);
    if (is < was) {
      nearer.add(
          String.format(
              Locale.ROOT, "outputs are nearer to the original: error %.3g for %.3g", is, was));
      return true;
    }
    left.add(
        String.format(
            Locale.ROOT,
            "blocks came nearer to the original and outputs did not: error %.3g for %.3g",
            is,
            was));
    return false;
  }
}

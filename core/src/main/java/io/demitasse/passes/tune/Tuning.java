package io.demitasse.passes.tune;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.objective.Objective;
import io.demitasse.pass.PassContext;
import io.demitasse.port.Trainer;
import io.demitasse.train.Curve;
import io.demitasse.train.Point;
import io.demitasse.train.Schedule;
import io.demitasse.train.Trained;
import io.demitasse.train.Training;
import io.demitasse.train.TrainingData;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** Trains weights of a part as a whole and brings what was learned into it. */
final class Tuning {
  /** What the model is called that learns. */
  private static final String STUDENT = "student";

  private final Model model;
  private final PassContext context;
  private final Learning learning;
  private final double rate;
  private final TunedWeights weights;

  /**
   * A training that has not begun.
   *
   * @param trained which of the parameters that selected nodes read are trained
   */
  Tuning(
      Model model, PassContext context, Learning learning, double rate, Predicate<Value> trained) {
    this.model = model;
    this.context = context;
    this.learning = learning;
    this.rate = rate;
    this.weights = new TunedWeights(model, context, trained);
  }

  /**
   * Trains, or takes what was learned before.
   *
   * @param lesson says what is to be learned from the data
   */
  void run(Function<TrainingData, Lesson> lesson) {
    if (weights.areNone()) {
      return;
    }
    Map<String, Tensor> found = weights.found(Curve.types(), () -> learned(lesson));
    Curve curve = Curve.of(context.part(), found);
    context.learned(curve);
    if (curve.best() == 0) {
      context.skipped("training made nothing better" + ended(curve));
      return;
    }
    weights.bring(found);
    context.changed("trained " + WeightKinds.of(weights.all().values()) + ": " + told(curve));
  }

  private Map<String, Tensor> learned(Function<TrainingData, Lesson> asked) {
    Trainer trainer = context.port(Trainer.class);
    List<String> refusals = trainer.refusals(model);
    if (!refusals.isEmpty()) {
      throw DemitasseException.badModel(
          "The model cannot be trained: " + String.join("; ", refusals) + ".");
    }
    TrainingData data = context.trainingData();
    Lesson lesson = asked.apply(data);
    long seed = context.random().nextLong();
    Schedule schedule = learning.schedule(data.examples().size(), rate, data.time(), seed);
    Trainer.Setup setup =
        new Trainer.Setup(
            List.of(
                new Trainer.Student(
                    STUDENT, model, weights.all().keySet(), new Objective(lesson.terms()))),
            data.teachers(),
            learning.settings(data, seed));
    Consumer<Point> watcher = context.learning(schedule);
    try (Trainer.Session session = trainer.open(setup)) {
      Training training =
          new Training(
              session,
              data.examples().varied(lesson.learned(), seed),
              data.judging().varied(lesson.judged(), seed),
              schedule,
              watcher.andThen(told(schedule)));
      context
          .checkpoints(lesson + " " + setup.settings().unbounded())
          .ifPresent(training::resumable);
      Trained trained = training.run();
      Map<String, Tensor> found =
          new LinkedHashMap<>(Objects.requireNonNull(trained.weights().get(STUDENT)));
      found.putAll(Curve.of(context.part(), trained).tensors());
      return found;
    }
  }

  private Consumer<Point> told(Schedule schedule) {
    return point -> context.progress(point.step(), schedule.steps());
  }

  /** How far the objective came. */
  private static String told(Curve curve) {
    double before = curve.points().getFirst().objective();
    double after = curve.kept().map(Point::objective).orElse(before);
    return String.format(
        Locale.ROOT,
        "objective %.3g for %.3g after %,d steps%s",
        after,
        before,
        curve.best(),
        ended(curve));
  }

  private static String ended(Curve curve) {
    return curve.why().map(why -> ": " + why.replaceFirst("\\.$", "")).orElse("");
  }

  /** The weights that are trained. */
  Set<Value> trained() {
    return Set.copyOf(weights.all().values());
  }
}

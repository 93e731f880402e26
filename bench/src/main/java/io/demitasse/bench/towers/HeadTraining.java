package io.demitasse.bench.towers;

import io.demitasse.ir.Model;
import io.demitasse.objective.Objective;
import io.demitasse.objective.Term;
import io.demitasse.ops.Parameters;
import io.demitasse.port.Trainer;
import io.demitasse.train.Point;
import io.demitasse.train.Schedule;
import io.demitasse.train.Trained;
import io.demitasse.train.Training;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Lets a head learn which meaning belongs to which picture, from features and meanings that are
 * computed already: each against all others of its batch, both ways.
 *
 * @param epochs how often each picture is seen
 * @param noise that is added to features, see {@link Pairs#examples}
 */
record HeadTraining(
    Trainer trainer,
    int threads,
    int hidden,
    int epochs,
    double rate,
    double temperature,
    double decay,
    double noise) {
  private static final long SEED = 7;
  private static final int BATCH = 512;
  private static final int JUDGEMENTS = 20;
  private static final String STUDENT = "head";

  /** The head after the step by which the pairs that choose are told apart best. */
  Head learned(Pairs training, Pairs choosing) {
    int steps = Math.max(1, epochs * training.size() / BATCH);
    Standardization standard = Standardization.of(training.features());
    try (Trainer.Session session = trainer.open(setup(Head.random(hidden, SEED).student()))) {
      Trained trained =
          new Training(
                  session,
                  training.examples(standard, noise),
                  choosing.examples(standard, 0),
                  schedule(steps),
                  HeadTraining::tell)
              .run();
      System.out.println("kept step " + trained.best() + " of " + steps + ": " + trained.end());
      return new Head(Objects.requireNonNull(trained.weights().get(STUDENT))).taking(standard);
    }
  }

  private Trainer.Setup setup(Model model) {
    Objective objective = Objective.of(new Term.Contrast(Head.IMAGE, Head.TEXT, temperature, 1));
    return new Trainer.Setup(
        List.of(new Trainer.Student(STUDENT, model, Parameters.of(model).keySet(), objective)),
        Map.of(),
        new Trainer.Settings(
            threads, SEED, false, 1, new Trainer.Optimizer.AdamW(.9, .999, 1e-8, decay)));
  }

  private Schedule schedule(int steps) {
    return new Schedule(
        steps,
        BATCH,
        new Schedule.Rate(rate, .1, Schedule.Decay.COSINE),
        new Schedule.Averaging.Exponential(.99),
        JUDGEMENTS,
        JUDGEMENTS,
        Duration.ofMinutes(20),
        SEED);
  }

  private static void tell(Point point) {
    System.out.printf(
        Locale.ROOT,
        "  step %5d: objective %.4f on what chooses, %s learned%n",
        point.step(),
        point.objective(),
        point.learned());
  }
}

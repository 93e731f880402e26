package io.demitasse.bench.towers;

import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.objective.Batch;
import io.demitasse.objective.Objective;
import io.demitasse.objective.Term;
import io.demitasse.ops.Parameters;
import io.demitasse.port.Trainer;
import io.demitasse.train.Examples;
import io.demitasse.train.Point;
import io.demitasse.train.Schedule;
import io.demitasse.train.Trained;
import io.demitasse.train.Training;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Lets a head learn which meaning belongs to which picture, from features and meanings that are
 * computed already: each against all others of its batch, both ways.
 *
 * @param epochs how often each pair is seen
 */
record HeadTraining(
    Trainer trainer,
    int threads,
    int hidden,
    int epochs,
    double rate,
    double temperature,
    double decay) {
  private static final long SEED = 7;
  private static final int BATCH = 512;
  private static final int JUDGEMENTS = 20;
  private static final String STUDENT = "head";

  /** Features of pictures, and one of their captions' meanings, row by row. */
  record Pairs(List<float[]> features, List<float[]> meanings) {
    Pairs() {
      this(new ArrayList<>(), new ArrayList<>());
    }

    void add(float[] features, float[] meaning) {
      this.features.add(features);
      this.meanings.add(meaning);
    }

    private Examples examples() {
      List<Batch> examples = new ArrayList<>();
      for (int i = 0; i < features.size(); i++) {
        examples.add(
            new Batch(
                Map.of("features", row(features.get(i)), Head.MEANING, row(meanings.get(i))),
                Map.of()));
      }
      return Examples.of(examples);
    }

    private static Tensor row(float[] values) {
      return Tensor.ofFloats(new long[] {1, values.length}, values);
    }
  }

  /** The head after the step by which the pairs that choose are told apart best. */
  Head learned(Pairs training, Pairs choosing) {
    int steps = epochs * training.features().size() / BATCH;
    try (Trainer.Session session = trainer.open(setup(Head.random(hidden, SEED).student()))) {
      Trained trained =
          new Training(
                  session,
                  training.examples(),
                  choosing.examples(),
                  schedule(steps),
                  HeadTraining::tell)
              .run();
      System.out.println("kept step " + trained.best() + " of " + steps + ": " + trained.end());
      return new Head(Objects.requireNonNull(trained.weights().get(STUDENT)));
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

package io.demitasse.bench;

import io.demitasse.evaluate.Interval;
import io.demitasse.evaluate.Intervals;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.objective.Loss;
import io.demitasse.objective.Match;
import io.demitasse.objective.Objective;
import io.demitasse.objective.Term;
import io.demitasse.ops.Parameters;
import io.demitasse.port.Ports;
import io.demitasse.port.Trainer;
import io.demitasse.train.Examples;
import io.demitasse.train.Schedule;
import io.demitasse.train.Training;
import io.demitasse.zoo.Zoo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * What a student of a quarter of {@code cnn28} learns of Fashion-MNIST from {@value #LABELED}
 * labeled pictures alone, and what it learns beside that from others, in as many steps, from the
 * same start and in the same order:
 *
 * <ul>
 *   <li>from a trained {@code cnn28} on the same pictures (Hinton, Vinyals, Dean, "Distilling the
 *       Knowledge in a Neural Network", 2015), and on others without their labels;
 *   <li>from another student that learns beside it (Zhang, Xiang, Hospedales, Lu, "Deep Mutual
 *       Learning", CVPR 2018);
 *   <li>from a model of half the size that {@code cnn28} has taught (Mirzadeh et al., "Improved
 *       Knowledge Distillation via Teacher Assistant", AAAI 2020).
 * </ul>
 *
 * <p>Figures are shares of the 10,000 pictures of the official test set. The weights after the last
 * step are judged: nothing is chosen.
 *
 * <p>Arguments: the folder with the four files of the data, the trained model as {@link
 * FashionMnist} leaves it, and how many times all of it is done, each time from another start and
 * with other pictures.
 */
public final class DistillationComparison {
  private static final int LABELED = 2_000;
  private static final int JUDGING = 500;
  private static final int UNLABELED = 40_000;
  private static final int STEPS = 960;
  private static final int BATCH = 64;
  private static final double RATE = .003;
  private static final double TEMPERATURE = 4;
  private static final int THREADS = 2;

  private static final Map<String, String> SMALL = Map.of("first", "10", "second", "24");
  private static final Map<String, String> MIDDLE = Map.of("first", "20", "second", "44");
  private static final Term LABELS =
      new Term.Labels(new Loss.CrossEntropy(0), "logits", Clothes.LABEL, 1);

  private final Ports ports = Ports.find();
  private final Path folder;
  private final Model teacher;
  private final Map<String, double[]> accuracies = new LinkedHashMap<>();

  private DistillationComparison(Path folder, Path teacher) {
    this.folder = folder;
    this.teacher = ports.format().read(teacher);
  }

  public static void main(String[] arguments) {
    DistillationComparison comparison =
        new DistillationComparison(Path.of(arguments[0]), Path.of(arguments[1]));
    int times = Integer.parseInt(arguments[2]);
    for (int time = 0; time < times; time++) {
      comparison.compare(time, times);
    }
    comparison.accuracies.forEach(comparison::print);
  }

  private void compare(int time, int times) {
    Clothes clothes = Clothes.read(folder, teacher, time);
    Lesson lesson = new Lesson(clothes.some(0, LABELED), clothes.some(LABELED, JUDGING), time);
    Lesson unlabeled =
        new Lesson(clothes.some(LABELED + JUDGING, UNLABELED), lesson.judging(), time);
    Map<String, Model> tried = new LinkedHashMap<>();
    tried.put("labels alone", lesson.of(student("a", SMALL, time, LABELS), Map.of()));
    Map<String, Model> large = Map.of("large", teacher);
    tried.put("labels and teacher", lesson.of(taught("a", SMALL, time, "large"), large));
    tried.put(
        "teacher, without labels",
        unlabeled.of(student("a", SMALL, time, from("large", 1)), large));
    tried.put("two students", mutual(lesson, time));
    Model middle = lesson.of(taught("m", MIDDLE, time, "large"), large);
    tried.put("middle of the cascade", middle);
    tried.put("cascade", lesson.of(taught("a", SMALL, time, "middle"), Map.of("middle", middle)));
    tried.put("teacher itself", teacher);
    tried.forEach(
        (way, model) -> {
          double accuracy = clothes.accuracy(model, ports.runtime(), THREADS);
          System.out.printf(Locale.ROOT, "%d %-25s %.4f%n", time, way, accuracy);
          accuracies.computeIfAbsent(way, _ -> new double[times])[time] = accuracy;
        });
  }

  /** Both learn from labels and from each other. */
  private Model mutual(Lesson lesson, int seed) {
    Trainer.Student one = student("a", SMALL, seed, LABELS, mutually("b"));
    Trainer.Student other = student("b", SMALL, seed + 1_000, LABELS, mutually("a"));
    return lesson.of(List.of(one, other), Map.of());
  }

  private static Term mutually(String other) {
    return new Term.Distillation(other, List.of(Match.of("logits")), 1, 0, 1, 1);
  }

  private static Term from(String teacher, double weight) {
    return new Term.Distillation(teacher, List.of(Match.of("logits")), TEMPERATURE, 0, 1, weight);
  }

  private static Trainer.Student taught(
      String name, Map<String, String> size, long seed, String teacher) {
    Term labels = new Term.Labels(new Loss.CrossEntropy(0), "logits", Clothes.LABEL, .1);
    return student(name, size, seed, labels, from(teacher, .9));
  }

  private static Trainer.Student student(
      String name, Map<String, String> size, long seed, Term... terms) {
    Model model = Zoo.make("cnn28", size, seed).part(Bundle.SINGLE);
    return new Trainer.Student(
        name, model, Parameters.of(model).keySet(), new Objective(List.of(terms)));
  }

  /**
   * What is learned from.
   *
   * @param seed of the order
   */
  private record Lesson(Examples examples, Examples judging, long seed) {

    Model of(Trainer.Student student, Map<String, Model> teachers) {
      return of(List.of(student), teachers);
    }

    /** The first of the students, when they have learned. */
    Model of(List<Trainer.Student> students, Map<String, Model> teachers) {
      Trainer.Optimizer optimizer = new Trainer.Optimizer.AdamW(.9, .999, 1e-8, .01);
      Trainer.Setup setup =
          new Trainer.Setup(
              students, teachers, new Trainer.Settings(THREADS, seed, false, 1, optimizer));
      Schedule schedule =
          new Schedule(
              STEPS,
              BATCH,
              new Schedule.Rate(RATE, .1, Schedule.Decay.COSINE),
              new Schedule.Averaging.None(),
              1,
              1,
              Duration.ofHours(1),
              seed);
      Trainer trainer = Ports.find(Trainer.class).orElseThrow();
      try (Trainer.Session session = trainer.open(setup)) {
        new Training(session, examples, judging, schedule, _ -> {}).run();
        Trainer.Student first = students.getFirst();
        bring(
            Objects.requireNonNull(session.weights(Trainer.Version.CURRENT).get(first.name())),
            first.model());
        return first.model();
      }
    }

    private static void bring(Map<String, Tensor> weights, Model model) {
      Parameters.of(model)
          .forEach(
              (key, value) ->
                  value.graph().setInitializer(value, Objects.requireNonNull(weights.get(key))));
    }
  }

  private void print(String way, double[] shares) {
    double[] alone = Objects.requireNonNull(accuracies.get("labels alone"));
    double[] gains = new double[shares.length];
    Arrays.setAll(gains, i -> 100 * (shares[i] - alone[i]));
    Interval gain = Intervals.mean(gains);
    System.out.printf(
        Locale.ROOT,
        "%-25s %.4f, points gained %.2f (%.2f to %.2f)%n",
        way,
        Arrays.stream(shares).average().orElseThrow(),
        gain.value(),
        gain.low(),
        gain.high());
  }
}

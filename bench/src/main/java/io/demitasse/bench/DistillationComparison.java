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
 * FashionMnist} leaves it, how many times all of it is done, each time from another start and with
 * other pictures, and the first seed, or nothing for 0.
 */
public final class DistillationComparison {
  private static final int LABELED = 1_000;
  private static final int JUDGING = 500;
  private static final int UNLABELED = 40_000;
  private static final int STEPS = 400;
  private static final int BATCH = 64;
  private static final double RATE = .003;
  private static final double TEMPERATURE = 4;
  private static final int THREADS = 1;

  private static final String ALONE = "labels alone";
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
    int first = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 0;
    for (int time = 0; time < times; time++) {
      comparison.compare(first + time, time, times);
    }
    comparison.accuracies.forEach(comparison::print);
  }

  private void compare(int seed, int time, int times) {
    Clothes clothes = Clothes.read(folder, teacher, seed);
    Examples judging = clothes.some(LABELED, JUDGING);
    Lesson labeled = new Lesson(clothes.some(0, LABELED), judging, seed);
    Lesson unlabeled = new Lesson(clothes.some(LABELED + JUDGING, UNLABELED), judging, seed);
    Map<String, Model> large = Map.of("large", teacher);
    // All of a lesson learn at once, each from its own objective and with its own gradient.
    Map<String, Model> learned =
        new LinkedHashMap<>(
            labeled.of(
                List.of(
                    student(ALONE, SMALL, seed, LABELS),
                    taught("labels and teacher", SMALL, seed, "large"),
                    student("one of two", SMALL, seed, LABELS, mutually("other of two")),
                    student("other of two", SMALL, seed + 1_000, LABELS, mutually("one of two")),
                    taught("middle of the cascade", MIDDLE, seed, "large")),
                large));
    Model middle = Objects.requireNonNull(learned.get("middle of the cascade"));
    learned.putAll(
        labeled.of(
            List.of(taught("end of the cascade", SMALL, seed, "middle")),
            Map.of("middle", middle)));
    learned.putAll(
        unlabeled.of(
            List.of(student("teacher, without labels", SMALL, seed, from("large", 1))), large));
    learned.put("teacher itself", teacher);
    learned.forEach(
        (way, model) -> {
          double accuracy = clothes.accuracy(model, ports.runtime(), THREADS);
          System.out.printf(Locale.ROOT, "%d %-25s %.4f%n", seed, way, accuracy);
          accuracies.computeIfAbsent(way, _ -> new double[times])[time] = accuracy;
        });
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

    /** The students, when they have learned. */
    Map<String, Model> of(List<Trainer.Student> students, Map<String, Model> teachers) {
      Trainer.Settings settings =
          new Trainer.Settings(
              THREADS,
              seed,
              false,
              Double.POSITIVE_INFINITY,
              new Trainer.Optimizer.AdamW(.9, .999, 1e-8, .01));
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
      Map<String, Model> learned = new LinkedHashMap<>();
      try (Trainer.Session session =
          trainer.open(new Trainer.Setup(students, teachers, settings))) {
        new Training(session, examples, judging, schedule, _ -> {}).run();
        Map<String, Map<String, Tensor>> weights = session.weights(Trainer.Version.CURRENT);
        for (Trainer.Student student : students) {
          bring(Objects.requireNonNull(weights.get(student.name())), student.model());
          learned.put(student.name(), student.model());
        }
      }
      return learned;
    }

    private static void bring(Map<String, Tensor> weights, Model model) {
      Parameters.of(model)
          .forEach(
              (key, value) ->
                  value.graph().setInitializer(value, Objects.requireNonNull(weights.get(key))));
    }
  }

  private void print(String way, double[] shares) {
    double[] alone = Objects.requireNonNull(accuracies.get(ALONE));
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

package io.demitasse.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.objective.Batch;
import io.demitasse.objective.Loss;
import io.demitasse.objective.Match;
import io.demitasse.objective.Objective;
import io.demitasse.objective.Term;
import io.demitasse.ops.Parameters;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import io.demitasse.port.Trainer;
import io.demitasse.train.Examples;
import io.demitasse.train.Schedule;
import io.demitasse.train.Training;
import io.demitasse.zoo.Zoo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A convolutional network learns patterns from nothing and teaches a smaller one, as benchmarks
 * have it with Fashion-MNIST; here with invented pictures, in seconds.
 */
final class LearnPicturesTest {
  private static final int SIDE = 28;
  private static final int CLASSES = 4;
  private static final String PICTURE = "pixel_values";
  private static final Term LABELS =
      new Term.Labels(new Loss.CrossEntropy(0), "logits", "label", 1);

  private static final List<Batch> UNSEEN = pictures(200, 3);
  private static Model teacher;

  @BeforeAll
  static void train() {
    teacher = trained(model(8, 16, 1), Map.of(), LABELS);
  }

  /** Pictures of bars that lie, bars that stand, bars that lean, and squares, all of them noisy. */
  private static List<Batch> pictures(int count, long seed) {
    Random random = new Random(seed);
    List<Batch> pictures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int label = i % CLASSES;
      int shift = random.nextInt(8);
      float[] pixels = new float[SIDE * SIDE];
      for (int p = 0; p < pixels.length; p++) {
        boolean bright = isBright(label, p / SIDE + shift, p % SIDE + shift);
        pixels[p] = (bright ? .8f : .2f) + .4f * (float) random.nextGaussian();
      }
      pictures.add(
          new Batch(
              Map.of(PICTURE, Tensor.ofFloats(new long[] {1, 1, SIDE, SIDE}, pixels)),
              Map.of("label", Tensor.ofLongs(new long[] {1}, label))));
    }
    return pictures;
  }

  private static boolean isBright(int label, int row, int column) {
    return switch (label) {
      case 0 -> row % 8 < 4;
      case 1 -> column % 8 < 4;
      case 2 -> (row + column) % 8 < 4;
      default -> row % 8 < 4 ^ column % 8 < 4;
    };
  }

  private static Model model(int first, int second, long seed) {
    Map<String, String> sizes =
        Map.of("first", "" + first, "second", "" + second, "classes", "" + CLASSES);
    return Zoo.make("cnn28", sizes, seed).part(Bundle.SINGLE);
  }

  private static Model trained(Model model, Map<String, Model> teachers, Term... terms) {
    Trainer.Student student =
        new Trainer.Student(
            "student", model, Parameters.of(model).keySet(), new Objective(List.of(terms)));
    Trainer.Setup setup =
        new Trainer.Setup(
            List.of(student),
            teachers,
            new Trainer.Settings(1, 5, false, 1, new Trainer.Optimizer.AdamW(.9, .999, 1e-8, 0)));
    Schedule schedule =
        new Schedule(
            200,
            20,
            new Schedule.Rate(.005, .1, Schedule.Decay.COSINE),
            new Schedule.Averaging.None(),
            5,
            5,
            Duration.ofMinutes(10),
            7);
    try (Trainer.Session session = TorchTrainer.inProcess().open(setup)) {
      Examples examples = Examples.of(pictures(400, 1));
      Examples judging = Examples.of(pictures(100, 2));
      Map<String, Tensor> learned =
          new Training(session, examples, judging, schedule, _ -> {})
              .run()
              .weights()
              .get("student");
      Parameters.of(model)
          .forEach((key, value) -> value.graph().setInitializer(value, learned.get(key)));
    }
    return model;
  }

  /** Probabilities of the classes for each of the unseen pictures. */
  private static double[][] probabilities(Model model) {
    double[][] all = new double[UNSEEN.size()][];
    try (Runtime.Session session =
        Ports.find().runtime().open(model, Runtime.SessionOptions.of(1))) {
      for (int i = 0; i < all.length; i++) {
        double[] row = session.run(UNSEEN.get(i).inputs()).get("logits").toDoubles();
        double sum = 0;
        for (int k = 0; k < CLASSES; k++) {
          row[k] = Math.exp(row[k]);
          sum += row[k];
        }
        for (int k = 0; k < CLASSES; k++) {
          row[k] /= sum;
        }
        all[i] = row;
      }
    }
    return all;
  }

  private static double accuracy(Model model) {
    double[][] all = probabilities(model);
    int right = 0;
    for (int i = 0; i < all.length; i++) {
      double[] row = all[i];
      int label = (int) UNSEEN.get(i).targets().get("label").toLongs()[0];
      boolean best = true;
      for (int k = 0; k < CLASSES; k++) {
        best &= k == label || row[k] < row[label];
      }
      right += best ? 1 : 0;
    }
    return (double) right / all.length;
  }

  /** The mean divergence of a student's probabilities from the teacher's. */
  private static double divergence(Model student) {
    double[][] wanted = probabilities(teacher);
    double[][] given = probabilities(student);
    double sum = 0;
    for (int i = 0; i < wanted.length; i++) {
      for (int k = 0; k < CLASSES; k++) {
        sum += wanted[i][k] * Math.log(wanted[i][k] / Math.max(given[i][k], 1e-12));
      }
    }
    return sum / wanted.length;
  }

  @Test
  void aNetworkLearnsPatternsFromNothing() {
    assertThat(accuracy(model(8, 16, 1))).isLessThan(.6);
    assertThat(accuracy(teacher)).isGreaterThan(.95);
  }

  @Test
  void aStudentThatIsTaughtIsNearerToItsTeacher() {
    Model alone = trained(model(4, 8, 2), Map.of(), LABELS);
    Model taught =
        trained(
            model(4, 8, 2),
            Map.of("large", teacher),
            new Term.Distillation("large", List.of(Match.of("logits")), 2, 0, 1, 1));

    assertThat(divergence(taught)).isLessThan(.7 * divergence(alone));
    assertThat(accuracy(taught)).isGreaterThan(.9);
  }
}

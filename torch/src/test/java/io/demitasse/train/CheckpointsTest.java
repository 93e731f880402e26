package io.demitasse.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.augment.Noise;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.objective.Batch;
import io.demitasse.objective.Loss;
import io.demitasse.objective.Objective;
import io.demitasse.objective.Term;
import io.demitasse.ops.Parameters;
import io.demitasse.port.Trainer;
import io.demitasse.torch.TorchTrainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A training whose process ended goes on as if nothing had happened. */
final class CheckpointsTest {
  private static final String SETUP = "labels by squared error, AdamW";

  @TempDir private Path temporary;
  private final List<String> remarks = new ArrayList<>();

  /** Of which the training is tired before its last step. */
  private int patience = 3;

  private Examples learned = examples(90, 1);

  private static Model network(int seed) {
    return TextGraph.parse(
        """
        ir 10, opset 17
        graph g(x: float[N,4]) -> (y: float[N,1]) {
          w = float[4,16] ~ SEED
          v = float[16,1] ~ 2
          h = MatMul(x, w)
          r = Tanh(h)
          y = MatMul(r, v)
        }
        """
            .replace("SEED", Integer.toString(seed)));
  }

  /** Averaged weights, best ones and points between judgements: all that has to be remembered. */
  private static Schedule schedule(long seed, int patience) {
    return new Schedule(
        60,
        8,
        new Schedule.Rate(.05, .1, Schedule.Decay.COSINE),
        new Schedule.Averaging.Exponential(.9),
        9,
        patience,
        Duration.ofHours(1),
        seed);
  }

  private static Trainer.Session open(int seed) {
    Model network = network(seed);
    Objective objective = Objective.of(new Term.Labels(new Loss.MeanSquaredError(), "y", "t", 1));
    return TorchTrainer.inProcess()
        .open(
            new Trainer.Setup(
                List.of(
                    new Trainer.Student("s", network, Parameters.of(network).keySet(), objective)),
                Map.of(),
                new Trainer.Settings(
                    1, 3, false, 1, new Trainer.Optimizer.AdamW(.9, .999, 1e-8, .01))));
  }

  private static Examples examples(int count, long seed) {
    Random random = new Random(seed);
    List<Batch> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] x = new float[4];
      for (int k = 0; k < 4; k++) {
        x[k] = random.nextFloat() * 2 - 1;
      }
      examples.add(
          new Batch(
              Map.of("x", Tensor.ofFloats(new long[] {1, 4}, x)),
              Map.of("t", Tensor.ofFloats(new long[] {1, 1}, x[0] + x[1] - x[2] * x[2]))));
    }
    return Examples.of(examples);
  }

  private Path folder() {
    return temporary.resolve("checkpoints");
  }

  private Checkpoints each(Duration every) {
    return new Checkpoints(folder(), every, SETUP, remarks::add);
  }

  private Training training(Trainer.Session session) {
    return new Training(session, learned, examples(20, 2), schedule(7, patience), _ -> {});
  }

  private Trained uninterrupted() {
    try (Trainer.Session session = open(1)) {
      return training(session).run();
    }
  }

  private void killed(Killed session) {
    try (session) {
      Training training = training(session).resumable(each(Duration.ZERO));
      assertThatThrownBy(training::run).isInstanceOf(Kill.class);
    }
  }

  private Trained resumed() {
    try (Trainer.Session session = open(1)) {
      return training(session).resumable(each(Duration.ofHours(1))).run();
    }
  }

  private static void assertSame(Trained trained, Trained expected) {
    trained
        .weights()
        .get("s")
        .forEach(
            (key, tensor) ->
                assertThat(tensor.contentEquals(expected.weights().get("s").get(key)))
                    .as(key)
                    .isTrue());
    assertThat(trained.best()).isEqualTo(expected.best());
    assertThat(trained.end()).isEqualTo(expected.end());
    assertThat(trained.points().stream().map(point -> point.withSamples(0)))
        .isEqualTo(expected.points().stream().map(point -> point.withSamples(0)).toList());
  }

  @ParameterizedTest
  @CsvSource({"1, 3", "2, 3", "7, 3", "20, 3", "33, 3", "59, 9", "60, 9"})
  void whatWasKilledAtAnyStepEndsAsIfItWasNot(int step, int judgements) {
    patience = judgements;
    killed(new Killed(open(1), step, 0));
    Trained trained = resumed();

    assertSame(trained, uninterrupted());
    assertThat(trained.end())
        .isEqualTo(judgements == 3 ? Trained.End.NO_BETTER : Trained.End.ALL_STEPS);
    assertThat(remarks)
        .containsExactlyElementsOf(
            step == 1
                ? List.of()
                : List.of(
                    "Goes on after step " + (step - 1) + " of a training in " + folder() + "."));
  }

  /** In the midst of the third epoch. */
  @Test
  void variedExamplesAreVariedAsIfItWasNotKilled() {
    learned = examples(90, 1).varied(new Noise("x", .3), 7);
    killed(new Killed(open(1), 31, 0));
    Trained trained = resumed();

    assertSame(trained, uninterrupted());
    learned = examples(90, 1).varied(new Noise("x", .3), 8);
    assertThat(uninterrupted().points()).isNotEqualTo(trained.points());
  }

  @Test
  void itMayBeKilledAgainAndAgainAlsoWhileACheckpointIsWritten() throws IOException {
    killed(new Killed(open(1), 12, 0));
    killed(new Killed(open(1), 0, 5));
    killed(new Killed(open(1), 24, 0));

    assertSame(resumed(), uninterrupted());
    assertThat(remarks)
        .containsExactly(
            "Goes on after step 11 of a training in " + folder() + ".",
            "Goes on after step 15 of a training in " + folder() + ".",
            "Goes on after step 38 of a training in " + folder() + ".");
    assertThat(files()).hasSize(2);
    Checkpoints.clear(folder());
    assertThat(folder()).doesNotExist();
  }

  /** Whichever file is torn, and wherever: what is left is no checkpoint. */
  @ParameterizedTest
  @ValueSource(doubles = {0, .3, .999})
  void aTornFileIsNotUsed(double left) throws IOException {
    killed(new Killed(open(1), 30, 0));
    for (Path file : files()) {
      byte[] whole = Files.readAllBytes(file);
      Files.write(file, java.util.Arrays.copyOf(whole, (int) (left * whole.length)));
      assertSame(resumed(), uninterrupted());
      Files.write(file, whole);
    }

    assertThat(remarks).hasSize(2).allMatch(remark -> remark.contains("is not whole"));
    assertSame(resumed(), uninterrupted());
    assertThat(remarks).last().asString().startsWith("Goes on after step 29");
  }

  @Test
  void theTrainingOfAnotherSetupIsNotGoneOnWith() {
    killed(new Killed(open(1), 30, 0));
    begunAnew(1, 8, 90, SETUP, "its schedule was Schedule[steps=60");
    begunAnew(2, 7, 90, SETUP, "its start was weights with the SHA-256 ");
    begunAnew(1, 7, 91, SETUP, "its number of examples was 90, and now is 91");
    begunAnew(1, 7, 90, "Sgd", "its setup was " + SETUP + ", and now is Sgd");
  }

  private void begunAnew(int weights, long seed, int count, String setup, String why) {
    remarks.clear();
    Checkpoints kept = new Checkpoints(folder(), Duration.ofHours(1), setup, remarks::add);
    try (Trainer.Session session = open(weights)) {
      Trained anew =
          new Training(
                  session, examples(count, 1), examples(20, 2), schedule(seed, patience), _ -> {})
              .resumable(kept)
              .run();
      assertThat(anew.points().getFirst().step()).isZero();
    }
    assertThat(remarks).singleElement().asString().contains(why).endsWith("It begins anew.");
  }

  @Test
  void trainingGoesOnWhereNothingCanBeKept() throws IOException {
    Files.writeString(folder(), "a file where the folder should be");
    try (Trainer.Session session = open(1)) {
      assertSame(training(session).resumable(each(Duration.ZERO)).run(), uninterrupted());
    }

    assertThat(remarks).isNotEmpty().allMatch(remark -> remark.contains("cannot be kept in"));
  }

  @Test
  void checkpointsAreNoMoreFrequentThanAskedFor() throws IOException {
    try (Trainer.Session session = open(1)) {
      training(session).resumable(each(Duration.ofHours(1))).run();
    }

    assertThat(folder()).doesNotExist();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder())) {
      return files.sorted().toList();
    }
  }

  private static final class Kill extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Ends without a word, as a process that is killed does. */
  private static final class Killed implements Trainer.Session {
    private final Trainer.Session session;
    private final int step;
    private final int save;
    private int saves;
    private int steps;

    /**
     * A session that ends once.
     *
     * @param step at which it ends; 0 where it is another end
     * @param save while which it ends, leaving half a file
     */
    Killed(Trainer.Session session, int step, int save) {
      this.session = session;
      this.step = step;
      this.save = save;
    }

    @Override
    public void turnTo(Trainer.Setup setup) {
      session.turnTo(setup);
    }

    @Override
    public Trainer.Losses step(List<Batch> batches, double learningRate) {
      steps++;
      if (steps == step) {
        throw new Kill();
      }
      return session.step(batches, learningRate);
    }

    @Override
    public Map<String, Map<String, Trainer.Gradients>> gradients(List<Batch> examples) {
      return session.gradients(examples);
    }

    @Override
    public void save(Path checkpoint) {
      session.save(checkpoint);
      saves++;
      if (saves == save) {
        try {
          byte[] whole = Files.readAllBytes(checkpoint);
          Files.write(checkpoint, java.util.Arrays.copyOf(whole, whole.length / 2));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        throw new Kill();
      }
    }

    @Override
    public Trainer.Losses evaluate(List<Batch> batches, Trainer.Version version) {
      return session.evaluate(batches, version);
    }

    @Override
    public void average(double share) {
      session.average(share);
    }

    @Override
    public void regrow(double share) {
      session.regrow(share);
    }

    @Override
    public void keep(Trainer.Version version) {
      session.keep(version);
    }

    @Override
    public Map<String, Map<String, Tensor>> weights(Trainer.Version version) {
      return session.weights(version);
    }

    @Override
    public void restore(Path checkpoint) {
      session.restore(checkpoint);
    }

    @Override
    public void close() {
      session.close();
    }
  }
}

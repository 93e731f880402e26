package io.demitasse.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.objective.Batch;
import io.demitasse.objective.Loss;
import io.demitasse.objective.Objective;
import io.demitasse.objective.Term;
import io.demitasse.ops.Parameters;
import io.demitasse.port.Trainer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What terms without labels are, computed by hand. */
final class ContrastTest {
  private static final double TEMPERATURE = .5;

  /** Gives what it is given. */
  private static Model identity(String shape) {
    return TextGraph.parse(
        """
        ir 10, opset 17
        graph g(x: float[SHAPE], mask: int64[N,T]) -> (y: float[SHAPE]) {
          w = float[2] {1, 1}
          y = Mul(x, w)
        }
        """
            .replace("SHAPE", shape));
  }

  private static double value(Model model, Term term, Batch batch) {
    Trainer.Setup setup =
        new Trainer.Setup(
            List.of(
                new Trainer.Student("s", model, Parameters.of(model).keySet(), Objective.of(term))),
            Map.of(),
            new Trainer.Settings(1, 5, false, 1, new Trainer.Optimizer.AdamW(.9, .999, 1e-8, 0)));
    try (Trainer.Session session = TorchTrainer.inProcess().open(setup)) {
      return session.evaluate(List.of(batch), Trainer.Version.CURRENT).objective();
    }
  }

  private static Batch batch(Tensor x, Tensor mask, Map<String, Tensor> targets) {
    return new Batch(Map.of("x", x, "mask", mask), targets);
  }

  private static Tensor ones(long rows, long positions) {
    long[] all = new long[Math.toIntExact(rows * positions)];
    Arrays.fill(all, 1);
    return Tensor.ofLongs(new long[] {rows, positions}, all);
  }

  /** Two pairs of vectors of length 1: the first pair at angle a, the second at angle b. */
  @Test
  void rowsThatFollowEachOtherBelongTogether() {
    Tensor x = Tensor.ofFloats(new long[] {4, 2}, 1, 0, .6f, .8f, 0, 2, -.3f, .4f);
    double[][] cosines = {{.6, -.6}, {.8, .8}};
    double[] sums = new double[2];
    for (int i = 0; i < 2; i++) {
      double own = cosines[i][i] / TEMPERATURE;
      double other = cosines[i][1 - i] / TEMPERATURE;
      double othersOwn = cosines[1 - i][i] / TEMPERATURE;
      sums[0] += Math.log(Math.exp(own) + Math.exp(other)) - own;
      sums[1] += Math.log(Math.exp(own) + Math.exp(othersOwn)) - own;
    }

    assertThat(
            value(
                identity("N,2"),
                new Term.Contrast("y", "y", TEMPERATURE, 1),
                batch(x, ones(4, 1), Map.of())))
        .isCloseTo((sums[0] + sums[1]) / 4, within(1e-6));
  }

  /** Two positions whose mean is the vector from above, and one that does not count. */
  @Test
  void positionsThatCountAreAveraged() {
    float[] vectors = {1, 0, .6f, .8f, 0, 2, -.3f, .4f};
    float[] spread = new float[24];
    long[] mask = new long[12];
    for (int row = 0; row < 4; row++) {
      for (int k = 0; k < 2; k++) {
        spread[6 * row + k] = vectors[2 * row + k] + .7f;
        spread[6 * row + 2 + k] = vectors[2 * row + k] - .7f;
        spread[6 * row + 4 + k] = 100 * row - 50;
      }
      mask[3 * row] = 1;
      mask[3 * row + 1] = 1;
    }
    Tensor positions = Tensor.ofFloats(new long[] {4, 3, 2}, spread);
    Tensor plain = Tensor.ofFloats(new long[] {4, 2}, vectors);
    double expected =
        value(
            identity("N,2"),
            new Term.Contrast("y", "y", TEMPERATURE, 1),
            batch(plain, ones(4, 1), Map.of()));
    Batch masked = batch(positions, Tensor.ofLongs(new long[] {4, 3}, mask), Map.of());
    Model model = identity("N,T,2");

    assertThat(value(model, new Term.Contrast("y", "y", TEMPERATURE, "mask", 1), masked))
        .isCloseTo(expected, within(1e-5));
    assertThat(value(model, new Term.Contrast("y", "y", TEMPERATURE, 1), masked))
        .isNotCloseTo(expected, within(1e-2));
  }

  @Test
  void whatHasNoVectorsCannotBeCompared() {
    Tensor maps = Tensor.ofFloats(new long[] {2, 1, 1, 2}, 1, 2, 3, 4);

    assertThatThrownBy(
            () ->
                value(
                    identity("N,1,1,2"),
                    new Term.Contrast("y", "y", TEMPERATURE, 1),
                    batch(maps, ones(2, 1), Map.of())))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("Output 'y' has the shape [2, 1, 1, 2]");
  }

  /** A short text of which no token was masked teaches nothing, and spoils nothing. */
  @Test
  void targetsOfWhichNoneCountsAreNoLoss() {
    Map<String, Tensor> targets =
        Map.of("t", Tensor.ofLongs(new long[] {2, 1}, Loss.IGNORED, Loss.IGNORED));
    Tensor x = Tensor.ofFloats(new long[] {2, 1, 2}, 1, 2, 3, 4);

    assertThat(
            value(
                identity("N,T,2"),
                new Term.Labels(new Loss.CrossEntropy(0), "y", "t", 1),
                batch(x, ones(2, 1), targets)))
        .isZero();
  }
}

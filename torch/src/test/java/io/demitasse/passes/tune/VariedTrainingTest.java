package io.demitasse.passes.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.pass.Pass;
import io.demitasse.pass.Where;
import io.demitasse.pipeline.StepResult;
import io.demitasse.recipe.Step;
import io.demitasse.testkit.KeptFindings;
import io.demitasse.train.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is learned from varied examples. */
final class VariedTrainingTest extends PairsLearned {
  private static final int COLUMNS = 6;

  /** Says in which of two rows a picture is bright. */
  private static final String PICTURES =
      """
      ir 10, opset 17
      graph g(x: float[N,1,2,6]) -> (p: float[N,2]) {
        w = float[12,2] ~ 1
        f = Flatten(x)
        p = MatMul(f, w)
      }
      """;

  /** Pictures with one bright pixel in some of the columns, each of them several times. */
  private static Samples pictures(int firstColumn, int columns, int times) {
    List<Sample> pictures = new ArrayList<>();
    for (int i = 0; i < 2 * columns * times; i++) {
      float[] pixels = new float[2 * COLUMNS];
      pixels[i % 2 * COLUMNS + firstColumn + i / 2 % columns] = 1;
      pictures.add(
          new Sample.Tensors(
              "p" + i, Map.of("x", Tensor.ofFloats(new long[] {1, 1, 2, COLUMNS}, pixels))));
    }
    return Samples.of("pictures", pictures);
  }

  private static Tensor row(Sample sample) {
    float[] pixels = ((Sample.Tensors) sample).inputs().get("x").toFloats();
    float first = 0;
    for (int column = 0; column < COLUMNS; column++) {
      first += pixels[column];
    }
    return Tensor.ofLongs(new long[] {1}, first > 0 ? 0 : 1);
  }

  /** How often a model is right on the right half when it has learned from the left. */
  private static double onTheRight(Map<String, Object> options) {
    Model learned =
        only(
            run(
                TextGraph.parse(PICTURES),
                Step.of(pass(FineTune.class, options), Where.EVERYWHERE),
                splits(Known.of(pictures(0, 3, 4), VariedTrainingTest::row), pictures(0, 3, 20)),
                new KeptFindings()));
    Samples unseen = pictures(3, 3, 1);
    float[][] outputs = outputs(learned, unseen);
    double right = 0;
    for (int i = 0; i < outputs.length; i++) {
      int larger = outputs[i][0] > outputs[i][1] ? 0 : 1;
      right += larger == row(unseen.get(i)).toLongs()[0] ? 1 : 0;
    }
    return right / outputs.length;
  }

  @Test
  void whatIsSeenOnTheLeftIsKnownOnTheRightWherePicturesAreFlipped() {
    assertThat(onTheRight(Map.of("rate", .1))).isLessThan(1);
    assertThat(onTheRight(Map.of("rate", .1, "flip", true))).isEqualTo(1);
  }

  @Test
  void theSameSeedVariesTheSame() {
    Map<String, Object> noisy = Map.of("noise", .3);

    String once = TextGraph.print(only(run(FineTune.class, noisy)));
    assertThat(TextGraph.print(only(run(FineTune.class, noisy)))).isEqualTo(once);
    assertThat(TextGraph.print(only(run(FineTune.class, Map.of())))).isNotEqualTo(once);
  }

  @Test
  void whatJudgesIsNeverVaried() {
    Point plain = run(FineTune.class, Map.of()).curves().getFirst().points().getFirst();
    Point noisy = run(FineTune.class, Map.of("noise", 5)).curves().getFirst().points().getFirst();

    assertThat(noisy.objective()).isEqualTo(plain.objective());
  }

  /** A model that is hardly moved is like its teacher everywhere, unless they see other things. */
  @Test
  void aTeacherSeesWhatItsStudentSees() {
    StepResult near = run(Distill.class, Map.of("noise", 5, "labels", 1, "rate", 1e-4));

    List<Point> points = near.curves().getFirst().points();
    assertThat(points).hasSizeGreaterThan(1);
    assertThat(points.subList(1, points.size()))
        .allSatisfy(
            point -> assertThat(point.learned().get("student/distillation")).isBetween(0., 1e-3));
  }

  @Test
  void whatFitsNoInputIsToldBeforeAnythingIsLearned() {
    for (Class<? extends Pass> kind : List.of(FineTune.class, Distill.class, Sparsify.class)) {
      assertThatThrownBy(() -> run(kind, Map.of("crop", 1)))
          .isInstanceOf(DemitasseException.class)
          .hasMessageContaining("'crop' is for pictures")
          .hasMessageContaining("x: float[1,2]");
    }
  }
}

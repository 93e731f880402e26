package io.demitasse.passes.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.ir.Model;
import io.demitasse.ir.TextGraph;
import io.demitasse.passes.quantize.LinearQuantizer.Grid;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScalarAffineTest {
  private static final LinearQuantizer QUANTIZER = LinearQuantizer.forActivations();

  private static Optional<ScalarAffine> of(String node) {
    Model model =
        TextGraph.parse(
            """
            ir 8, opset 13
            graph g(x: float[2,3]) -> (y: float[...]) {
              two = float[] {2}
              one = float[1] {-1}
              deep = float[1,1,1] {2}
              three = float[3] {1, 2, 3}
              nan = float[] {nan}
              y = NODE
            }
            """
                .replace("NODE", node));
    return ScalarAffine.of(model.graph().nodes().getLast());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"Mul(x, two) | 2 | 0", "Mul(two, x) | 2 | 0", "Add(x, one) | 1 | -1"})
  void oneNumberForAllIsAnAffineFunction(String node, double factor, double term) {
    assertThat(of(node)).contains(new ScalarAffine(factor, term));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Mul(x, one)",
        "Mul(x, three)",
        "Add(x, x)",
        "Add(x, deep)",
        "Add(x, nan)",
        "Relu(x)"
      })
  void whatTurnsSidesOrDiffersByPlaceOrAddsDimensionsIsNot(String node) {
    assertThat(of(node)).isEmpty();
  }

  @Test
  void oneAfterTheOther() {
    ScalarAffine both = new ScalarAffine(2, 3).then(new ScalarAffine(.5, -1));
    assertThat(both).isEqualTo(new ScalarAffine(1, .5));
  }

  @Test
  void aFactorChangesNothingButTheScale() {
    ScalarAffine.Grids grids = new ScalarAffine(2, 0).grids(QUANTIZER, -5.1, 20.4).orElseThrow();
    assertThat(grids.after()).isEqualTo(new Grid(.1f, 51));
    assertThat(grids.before()).isEqualTo(new Grid(.05f, 51));
  }

  @Test
  void aTermOfWholeStepsMovesTheZeroPoint() {
    // w = v + 2 from -5.1 to 20.4 in steps of 0.1: v = w - 2 is 0 where w is 2, 20 steps up.
    ScalarAffine.Grids grids = new ScalarAffine(1, 2).grids(QUANTIZER, -5.1, 20.4).orElseThrow();
    assertThat(grids.after()).isEqualTo(new Grid(.1f, 51));
    assertThat(grids.before()).isEqualTo(new Grid(.1f, 71));
  }

  @ParameterizedTest
  @CsvSource({"1, 1.234, -5.1, 20.4", "3, -4.4, -5.1, 20.4", "1, 30, 28, 40", ".2, -9.9, -10, -2"})
  void theIntegersOfBothMeanTheSame(double factor, double term, double low, double high) {
    ScalarAffine affine = new ScalarAffine(factor, term);
    ScalarAffine.Grids grids = affine.grids(QUANTIZER, low, high).orElseThrow();
    Grid before = grids.before();
    Grid after = grids.after();
    for (int q : new int[] {0, 100, 255}) {
      double v = (double) before.scale() * (q - before.zero());
      double w = (double) after.scale() * (q - after.zero());
      assertThat(w).isCloseTo(factor * v + term, within(1e-4));
    }
    double step = after.scale();
    assertThat(step * -after.zero()).isLessThan(low + 6 * step);
    assertThat(step * (255 - after.zero())).isGreaterThan(high - 6 * step);
    assertThat(step).isLessThan(1.1 * (Math.max(high, 0) - Math.min(low, 0)) / 255 + 1e-6);
  }

  @Test
  void aTermOfNoStepIsLeftOut() {
    ScalarAffine.Grids grids = new ScalarAffine(1, .005).grids(QUANTIZER, 0, 25.5).orElseThrow();
    assertThat(grids.before()).isEqualTo(grids.after()).isEqualTo(new Grid(.1f, 0));
  }

  @Test
  void aTermOfAFewStepsAndAFractionDoesNotFit() {
    assertThat(new ScalarAffine(1, .05).grids(QUANTIZER, 0, 25.5)).isEmpty();
    assertThat(new ScalarAffine(1, .24).grids(QUANTIZER, 0, 25.5)).isEmpty();
  }
}

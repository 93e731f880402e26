package io.demitasse.passes.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.ir.TextGraph;
import io.demitasse.passes.quantize.LinearQuantizer.Grid;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SaturatingLookupTest {

  private static Optional<SaturatingLookup> of(String node) {
    String text =
        """
        ir 8, opset 13
        graph g(x: float[2,3]) -> (y: float[...]) {
          y = NODE
        }
        """
            .replace("NODE", node);
    return SaturatingLookup.of(TextGraph.parse(text).graph().nodes().getLast());
  }

  @Test
  void aHalfIsOnTheGrid() {
    // h = x / 4 + 1 / 2 in 254 steps: steps of x are 4 / 254, and x = 0 is 127.
    assertThat(of("HardSigmoid(x) <alpha=0.25>"))
        .contains(new SaturatingLookup(new Grid(4f / 254, 127), new Grid(1f / 254, 0)));
  }

  @ParameterizedTest
  @CsvSource({".2, .5", ".16666667, .5", "1, .3", "5, 0", ".5, 1"})
  void integersEndWhereTheFunctionDoes(float alpha, float beta) {
    SaturatingLookup lookup =
        of("HardSigmoid(x) <alpha=%s, beta=%s>".formatted(alpha, beta)).orElseThrow();
    Grid in = lookup.input();
    Grid out = lookup.output();
    for (double x = -8; x < 8; x += .01) {
      long q = Math.clamp(Math.round(x / in.scale()) + in.zero(), 0, 255);
      double expected = Math.clamp(alpha * x + beta, 0, 1);
      assertThat((double) q * out.scale()).as("at %f", x).isCloseTo(expected, within(.0045));
    }
  }

  @ParameterizedTest
  @CsvSource({"-0.2, .5", "0.0, .5", "1e9, .5", ".2, -.1", ".2, 1.1"})
  void whatDoesNotRiseThroughItsRangeNearZeroHasNone(String alpha, String beta) {
    assertThat(of("HardSigmoid(x) <alpha=%s, beta=%s>".formatted(alpha, beta))).isEmpty();
  }

  @Test
  void otherNodesHaveNone() {
    assertThat(of("Sigmoid(x)")).isEmpty();
  }
}

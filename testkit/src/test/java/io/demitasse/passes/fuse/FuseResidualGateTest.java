package io.demitasse.passes.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.testkit.PassRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FuseResidualGateTest {
  private static final String SPELLED =
      """
      ir 8, opset 9
      graph g(x: float[N,4,H,W], g: float[N,4,1,1]) -> (y: float[...]) {
        p = Mul(x, g) # product
        y = Add(x, p) # sum
      }
      """;

  private static PassRun run(String text) {
    return PassRun.of(new FuseResidualGate(), text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Mul(x, g) Add(x, p)", "Mul(g, x) Add(x, p)", "Mul(x, g) Add(p, x)"})
  void oneIsAddedToTheGate(String spelling) {
    String[] nodes = spelling.split("(?<=\\)) ", -1);
    run(SPELLED.replace("Mul(x, g)", nodes[0]).replace("Add(x, p)", nodes[1]))
        .gives(
            """
            ir 8, opset 9
            graph g(x: float[N,4,H,W], g: float[N,4,1,1]) -> (y: float[...]) {
              one = float[] {1}
              sum = Add(g, one) # sum
              y = Mul(x, sum) # product
            }
            """)
        .computesTheSame(1e-6);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "g: float[N,4,1,1] | g: float[N,1,1,1]",
        "g: float[N,4,1,1] | g: float[1,4,1,1]",
        "x: float[N,4,H,W] | x: float[N,4,3,1]",
        "x: float[N,4,H,W] | x: float[1,4,H,W]",
      })
  void theResultIsAsLargeAsBefore(String one, String other) {
    PassRun run = run(SPELLED.replace(one, other)).computesTheSame(1e-6);
    assertThat(run.changes()).singleElement().matches(change -> change.applied());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "g: float[N,4,1,1] | g: float[N,4,1,W] | 'g' is not known to be one number for each channel"
            + " of 'x'",
        "g: float[N,4,1,1] | g: float[...] | 'g' is not known to be one number for each channel of"
            + " 'x'",
        "g: float[N,4,1,1] | g: float[4,1,1] | 'g' is not known to be one number for each channel"
            + " of 'x'",
        "x: float[N,4,H,W] | x: float[N,4,1,1] | 'g' is not known to be one number for each channel"
            + " of 'x'",
        "float[N | double[N | 'x' is not known to hold floats",
        "y = Add | z = Relu(p)  y = Add | the inner value 'p' is also read by Relu -> 'z'",
      })
  void whatGainsNothingIsLeftAlone(String one, String other, String reason) {
    String text = SPELLED.replace(one, other.replace("  ", "\n"));
    PassRun run = run(text).leavesAlone();
    if (!reason.startsWith("the inner")) {
      run.refuses(reason);
    }
  }

  @Test
  void anAdditionOfSomethingElseIsNotEvenReported() {
    assertThat(run(SPELLED.replace("Add(x, p)", "Sub(x, p)")).leavesAlone().changes()).isEmpty();
  }
}

package io.demitasse.passes.factorize;

import io.demitasse.testkit.PassRun;
import org.junit.jupiter.api.Test;

/** What is no pair of factors stays. */
final class MergeFactorsTest {

  @Test
  void aFactorThatOthersReadStays() {
    PassRun.of(
            new MergeFactors(),
            """
            ir 10, opset 17
            graph g(x: float[N,8]) -> (y: float[N,9], t: float[N,2]) {
              a = float[8,2] ~ 1
              b = float[2,9] ~ 2
              t = MatMul(x, a) # y_factor
              y = MatMul(t, b)
            }
            """)
        .refuses("no weight that it could be merged with is behind it");
  }

  @Test
  void otherProductsStay() {
    PassRun.of(
            new MergeFactors(),
            """
            ir 10, opset 17
            graph g(x: float[N,8]) -> (y: float[N,9]) {
              a = float[8,2] ~ 1
              b = float[2,9] ~ 2
              t = MatMul(x, a)
              y = MatMul(t, b)
            }
            """)
        .leavesAlone();
  }
}

package io.demitasse.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import org.junit.jupiter.api.Test;

/** Zeros of matrices are counted, whatever holds them. */
final class ZeroWeightsTest {

  @Test
  void matricesOfFloatsAndSignedBytesCount() {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 17
            graph g(x: float[N,3]) -> (y: float[...]) {
              w = float[3,2] {0, 1, -0.0, 2, 3, 4}
              q = int8[2,2] {0, 0, 5, 0}
              u = uint8[2,2] {0, 0, 0, 0}
              ids = int64[2,2] {0, 0, 0, 0}
              b = float[2] {0, 0}
              c = Constant() <value=float[1,2] {0, 7}>
              z = MatMul(x, w)
              y = Add(z, c)
            }
            """);

    ZeroWeights zeros = ZeroWeights.of(model);

    assertThat(zeros).isEqualTo(new ZeroWeights(2 + 3 + 1, 6 + 4 + 2));
    assertThat(zeros.share()).isEqualTo(.5);
  }

  @Test
  void aModelWithoutMatricesHasNone() {
    Model model =
        TextGraph.parse(
            "ir 10, opset 17\ngraph g(x: float[N,3]) -> (y: float[N,3]) { y = Relu(x) }\n");

    assertThat(ZeroWeights.of(model)).isEqualTo(new ZeroWeights(0, 0));
    assertThat(ZeroWeights.of(model).share()).isZero();
  }

  /** It is read piece by piece. */
  @Test
  void largeOnesAreCountedWhole() {
    int count = (1 << 17) + 3;
    float[] numbers = new float[count];
    numbers[0] = 1;
    numbers[1 << 16] = 1;
    numbers[count - 1] = 1;

    assertThat(ZeroWeights.zeros(Tensor.ofFloats(new long[] {1, count}, numbers)))
        .isEqualTo(count - 3);
  }
}

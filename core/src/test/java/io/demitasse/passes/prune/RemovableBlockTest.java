package io.demitasse.passes.prune;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Model;
import io.demitasse.ir.TextGraph;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which blocks a model fits together without. */
final class RemovableBlockTest {

  private static Model transformer(String mask) {
    return TextGraph.parse(
        """
        ir 10, opset 17
        graph g(x: float[N,S,8], mask: float[%s]) -> (y: float[N,S,3]) {
          first = float[8,8] ~ 1
          wq = float[8,8] ~ 2
          wk = float[8,8] ~ 3
          wv = float[8,8] ~ 4
          wo = float[8,8] ~ 5
          up = float[8,16] ~ 6
          down = float[16,8] ~ 7
          last = float[8,3] ~ 8
          s = MatMul(x, first)
          q = MatMul(s, wq)
          k = MatMul(s, wk)
          v = MatMul(s, wv)
          kt = Transpose(k) <perm=[0,2,1]>
          a = MatMul(q, kt)
          m = Add(a, mask)
          p = Softmax(m)
          c = MatMul(p, v)
          o = MatMul(c, wo)
          t = Add(s, o)
          h = MatMul(t, up)
          r = Relu(h)
          f = MatMul(r, down)
          u = Add(t, f)
          y = MatMul(u, last)
        }
        """
            .formatted(mask));
  }

  @Test
  void anAttentionWithItsMaskCanGo() {
    assertThat(RemovableBlock.of(transformer("N,1,S"), 1))
        .contains(new RemovableBlock("s", "t"), new RemovableBlock("t", "u"));
  }

  /** What the mask may repeat, the stream behind the attention may have more rows of. */
  @Test
  void whereSizesMayDifferItStays() {
    List<RemovableBlock> blocks = RemovableBlock.of(transformer("M,1,S"), 1);

    assertThat(blocks).doesNotContain(new RemovableBlock("s", "t"));
    assertThat(blocks).contains(new RemovableBlock("t", "u"));
  }
}

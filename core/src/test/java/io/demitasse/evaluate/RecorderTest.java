package io.demitasse.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RecorderTest {
  @Test
  void everythingIsKeptWhereItFits() {
    assertThat(recorded(256, 1, Long.MAX_VALUE))
        .hasSize(256)
        .startsWith(0L, 1L, 2L)
        .endsWith(254L, 255L);
  }

  @Test
  void manyRunsAreThinnedEvenly() {
    List<Long> kept = recorded(10_000, 1, Long.MAX_VALUE);

    assertThat(kept).hasSize(157).startsWith(0L, 64L, 128L).endsWith(9_920L, 9_984L);
  }

  @Test
  void largeRunsAreThinnedToTheCeiling() {
    assertThat(recorded(100, 10, 800)).containsExactly(0L, 16L, 32L, 48L, 64L, 80L, 96L);
  }

  @Test
  void aRunThatAloneIsTooLargeIsKept() {
    assertThat(recorded(1, 1_000, 1)).containsExactly(0L);
    assertThat(recorded(5, 1_000, 1)).containsExactly(0L);
  }

  /** Numbers of the runs that are kept of so many, each of so many 8-byte elements. */
  private static List<Long> recorded(int runs, int elements, long ceiling) {
    Recorder recorder = new Recorder(ceiling);
    for (int run = 0; run < runs; run++) {
      long[] values = new long[elements];
      values[0] = run;
      recorder.add(Map.of("x", Tensor.ofLongs(new long[] {elements}, values)));
    }
    return recorder.kept().stream().map(inputs -> inputs.get("x").toLongs()[0]).toList();
  }
}

package io.demitasse.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Tensor;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OutputCacheTest {
  private static final Path FILE = Path.of("part.onnx");

  private final OutputCache cache = new OutputCache(100);
  private int computed;

  /** Reads tensors of so many bytes for inputs that a number tells apart. */
  private void read(Path file, long input, int bytes) {
    cache.get(
        file,
        Map.of("x", Tensor.ofLongs(new long[] {1}, input)),
        () -> {
          computed++;
          return Map.of("y", Tensor.ofFloats(new long[] {bytes / 4}, new float[bytes / 4]));
        });
  }

  @Test
  void whatWasReadIsNotComputedAgain() {
    read(FILE, 1, 40);
    read(FILE, 1, 40);
    read(FILE, 2, 40);

    assertThat(computed).isEqualTo(2);
  }

  @Test
  void whatIsTooMuchIsComputedAgainAndWhatWasKeptStays() {
    read(FILE, 1, 60);
    read(FILE, 2, 60);
    read(FILE, 2, 60);
    assertThat(computed).isEqualTo(3);

    read(FILE, 1, 60);
    assertThat(computed).isEqualTo(3);
  }

  @Test
  void whatIsForgottenMakesRoom() {
    read(FILE, 1, 60);
    cache.retain(Set.of(Path.of("other.onnx")));
    read(FILE, 2, 60);
    read(FILE, 2, 60);

    assertThat(computed).isEqualTo(2);
  }
}

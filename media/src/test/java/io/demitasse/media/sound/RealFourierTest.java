package io.demitasse.media.sound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Power spectra of sizes with every factor, against their definition. */
final class RealFourierTest {

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 6, 8, 10, 14, 30, 98, 128, 162, 200, 242, 400, 512, 1024})
  void powersAreThoseOfTheDefinition(int size) {
    Random random = new Random(size);
    double[] numbers = random.doubles(size, -1, 1).toArray();
    RealFourier fourier = new RealFourier(size);
    double[] power = new double[fourier.bins()];

    for (int round = 0; round < 2; round++) {
      fourier.power(numbers, power);

      for (int k = 0; k <= size / 2; k++) {
        double x = 0;
        double y = 0;
        for (int i = 0; i < size; i++) {
          x += numbers[i] * Math.cos(2 * Math.PI * k * i / size);
          y += numbers[i] * Math.sin(2 * Math.PI * k * i / size);
        }
        assertThat(power[k]).isCloseTo(x * x + y * y, within(1e-9 * size));
      }
    }
  }

  @Test
  void oddSizesAreRefused() {
    assertThatThrownBy(() -> new RealFourier(401))
        .hasMessageContaining("even")
        .hasMessageContaining("401");
  }
}

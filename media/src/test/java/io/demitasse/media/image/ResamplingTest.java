package io.demitasse.media.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The archive {@code resizing.zip} holds what Pillow 11.3 and OpenCV 4.13 make of {@link Noise}:
 * for each resampling and each pair of sizes, as in {@code pillow-bicubic/23x19-40x31}, the
 * samples.
 */
class ResamplingTest {
  private static final Map<String, byte[]> FILES = Resources.zip("resizing.zip");

  static Stream<String> names() {
    return FILES.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void everySampleIsThatOfTheLibrary(String name) {
    int slash = name.indexOf('/');
    Resampling resampling = Resampling.ofText(name.substring(0, slash));
    int[] sizes =
        Arrays.stream(name.substring(slash + 1).split("[x-]"))
            .mapToInt(Integer::parseInt)
            .toArray();

    Picture resized = resampling.resize(Noise.picture(sizes[0], sizes[1]), sizes[2], sizes[3]);

    assertThat(resized.width()).isEqualTo(sizes[2]);
    assertThat(resized.height()).isEqualTo(sizes[3]);
    // On other processors OpenCV runs other code, which may round otherwise.
    int tolerance = name.startsWith("opencv") ? 1 : 0;
    assertThat(worst(resized.rgb(), FILES.get(name))).isLessThanOrEqualTo(tolerance);
  }

  @Test
  void everyResamplingIsCompared() {
    for (Resampling resampling : Resampling.values()) {
      assertThat(names().filter(name -> name.startsWith(resampling.text() + "/"))).hasSize(17);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theSameSizeIsTheSamePicture(Resampling resampling) {
    Picture picture = Noise.picture(5, 4);

    assertThat(resampling.resize(picture, 5, 4)).isSameAs(picture);
  }

  @Test
  void pillowsNumbersAreThoseOfItsEnumeration() {
    assertThat(Stream.of(0, 1, 2, 3, 4, 5).map(Resampling::ofPillow))
        .containsExactly(
            Resampling.PILLOW_NEAREST,
            Resampling.PILLOW_LANCZOS,
            Resampling.PILLOW_BILINEAR,
            Resampling.PILLOW_BICUBIC,
            Resampling.PILLOW_BOX,
            Resampling.PILLOW_HAMMING);
    assertThat(Resampling.ofPillow(6)).isNull();
    assertThat(Resampling.ofPillow(-1)).isNull();
    assertThat(Resampling.ofText("bicubic")).isNull();
  }

  @Test
  void whatWouldFillTheMemoryIsRefused() {
    Picture strip = new Picture(65_535, 1, new byte[3 * 65_535]);

    assertThatThrownBy(() -> Resampling.PILLOW_BICUBIC.resize(strip, 14_679_840, 224))
        .isInstanceOf(DemitasseException.class)
        .hasMessage(
            "A picture of 65,535 x 1 pixels cannot be resized to 14,679,840 x 224: at most"
                + " 100,000,000 pixels are held. Crop it, or limit its longest side.");
    Picture column = new Picture(1, 65_535, new byte[3 * 65_535]);
    assertThatThrownBy(() -> Resampling.PILLOW_BOX.resize(column, 60_000, 1))
        .isInstanceOf(DemitasseException.class);
  }

  @Test
  void noSizeIsRefused() {
    assertThatThrownBy(() -> Resampling.OPENCV_AREA.resize(Noise.picture(2, 2), 0, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no picture can have 0 x 3 pixels");
  }

  private static int worst(byte[] got, byte[] expected) {
    assertThat(got).hasSameSizeAs(expected);
    int worst = 0;
    for (int i = 0; i < got.length; i++) {
      worst = Math.max(worst, Math.abs((got[i] & 0xff) - (expected[i] & 0xff)));
    }
    return worst;
  }
}

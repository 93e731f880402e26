package io.demitasse.media.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The archive {@code decoding.zip} holds small pictures and beside each, under its name and {@code
 * .rgb}, what Pillow 11.3 decodes: width, height and samples. Pillow applied the orientation; what
 * is transparent was put on white; of 16-bit gray, which Pillow keeps, the upper byte was taken.
 */
class PicturesTest {
  private static final Map<String, byte[]> FILES = Resources.zip("decoding.zip");

  static Stream<String> names() {
    return FILES.keySet().stream().filter(name -> !name.endsWith(".rgb"));
  }

  @ParameterizedTest
  @MethodSource("names")
  void everySampleIsThatOfPillow(String name) {
    ByteBuffer expected = ByteBuffer.wrap(FILES.get(name + ".rgb"));

    Picture picture = Pictures.read(FILES.get(name), name, note -> {});

    assertThat(picture.width()).isEqualTo(expected.getInt());
    assertThat(picture.height()).isEqualTo(expected.getInt());
    assertThat(ByteBuffer.wrap(picture.rgb())).isEqualTo(expected);
  }

  @Test
  void anAnimationIsToldToBeItsFirstFrame() {
    List<String> notes = new ArrayList<>();
    names().forEach(name -> Pictures.read(FILES.get(name), name, notes::add));

    String sentence = " is animated: its first frame is taken, the others are left out";
    assertThat(notes)
        .containsExactlyInAnyOrder(
            "animated.gif" + sentence, "animated.png" + sentence, "animated.webp" + sentence);
  }

  @Test
  void theNameOfAFileSaysNothingAboutItsFormat(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("a.jpg"), FILES.get("rgb.png"));

    assertThat(Pictures.read(file).width()).isEqualTo(23);
  }

  @Test
  void nothingIsWrittenAndNoSettingOfImageIoIsTouched(@TempDir Path folder) throws IOException {
    boolean cache = ImageIO.getUseCache();
    java.io.File cacheFolder = ImageIO.getCacheDirectory();
    try {
      ImageIO.setUseCache(true);
      ImageIO.setCacheDirectory(folder.toFile());
      names().forEach(name -> Pictures.read(FILES.get(name), name, note -> {}));

      assertThat(ImageIO.getUseCache()).isTrue();
      assertThat(folder).isEmptyDirectory();
    } finally {
      ImageIO.setUseCache(cache);
      ImageIO.setCacheDirectory(cacheFolder);
    }
  }

  @Test
  void threadsDoNotDisturbEachOther() throws Exception {
    List<String> names = names().toList();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<Boolean>> equal = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        String name = names.get(i * 7 % names.size());
        byte[] expected = FILES.get(name + ".rgb");
        equal.add(
            threads.submit(
                () -> {
                  byte[] rgb = Pictures.read(FILES.get(name), name, note -> {}).rgb();
                  return Arrays.equals(rgb, 0, rgb.length, expected, 8, expected.length);
                }));
      }
      for (Future<Boolean> one : equal) {
        assertThat(one.get()).isTrue();
      }
    }
  }
}

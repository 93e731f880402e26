package io.demitasse.media.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import io.demitasse.media.ffmpeg.Encoder;
import io.demitasse.media.image.Picture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Frames of videos as encoders write them, and of damaged ones. */
final class FramesTest {
  @TempDir private Path folder;

  /** Which frames pictures are, by their red. */
  private static List<Integer> numbers(Frames frames) {
    List<Integer> numbers = new ArrayList<>();
    try (frames) {
      while (frames.hasNext()) {
        Picture picture = frames.next();
        int red = picture.rgb()[3 * (picture.width() - 3)] & 0xFF;
        numbers.add(Math.round((red - Videos.red(0)) / 10f));
      }
    }
    return numbers;
  }

  @ParameterizedTest(name = "{1} in .{0}")
  @CsvSource({
    "avi, mjpeg",
    "mp4, mpeg4",
    "mkv, mpeg4",
    "mov, mjpeg",
    "webm, libvpx",
    "mpg, mpeg1video"
  })
  void framesOfEveryKindComeInTheirOrder(String ending, String codec) {
    Path file = Videos.write(folder.resolve("video." + ending), codec, 25, 32, 16, 12);

    assertThat(numbers(Frames.of(file, 25, 100)))
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    Frames.check(file);
    try (Frames frames = Frames.of(file, 25, 1)) {
      Picture first = frames.next();
      assertThat(first.width()).isEqualTo(32);
      assertThat(first.height()).isEqualTo(16);
      int[] left = rgb(first, 4, 8);
      int[] right = rgb(first, 28, 8);
      assertThat(left[0]).isBetween(30, 50);
      assertThat(left[2]).isBetween(190, 210);
      assertThat(right[2]).isBetween(0, 12);
      assertThat(frames.hasNext()).isFalse();
      assertThatThrownBy(frames::next).isInstanceOf(NoSuchElementException.class);
    }
  }

  private static int[] rgb(Picture picture, int x, int y) {
    int at = 3 * (y * picture.width() + x);
    return new int[] {
      picture.rgb()[at] & 0xFF, picture.rgb()[at + 1] & 0xFF, picture.rgb()[at + 2] & 0xFF
    };
  }

  @Test
  void ratesLeaveFramesOutAndRepeatThem() {
    Path file = Videos.write(folder.resolve("video.mp4"), "mpeg4", 10, 32, 16, 10);

    assertThat(numbers(Frames.of(file, 5, 100))).containsExactly(0, 2, 4, 6, 8);
    assertThat(numbers(Frames.of(file, 4, 100))).containsExactly(0, 3, 5, 8);
    assertThat(numbers(Frames.of(file, 20, 6))).containsExactly(0, 1, 1, 2, 2, 3);
    assertThat(numbers(Frames.of(file, .5, 100))).containsExactly(0);
    assertThatThrownBy(() -> Frames.of(file, 0, 1)).hasMessageContaining("0.0 a second");
  }

  @Test
  void spreadFramesAreTheMiddlesOfEqualParts() {
    Path file = Videos.write(folder.resolve("video.mkv"), "mpeg4", 10, 32, 16, 12);

    assertThat(numbers(Frames.spread(file, 1))).containsExactly(6);
    assertThat(numbers(Frames.spread(file, 4))).containsExactly(1, 4, 7, 10);
    assertThat(numbers(Frames.spread(file, 12)))
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    Path few = Videos.write(folder.resolve("few.mp4"), "mpeg4", 10, 32, 16, 2);
    assertThat(numbers(Frames.spread(few, 5))).containsExactly(0, 0, 1, 1, 1);
  }

  @Test
  void framesThatWereTakenOnTheirSideStandUpright() throws IOException {
    Path file = Videos.write(folder.resolve("video.mp4"), "mpeg4", 10, 32, 16, 1);
    byte[] bytes = Files.readAllBytes(file);
    int header = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("tkhd");
    // The matrix begins 44 bytes behind: 0 1 0, -1 0 0, and where that ends up; 16.16 each.
    int[] matrix = {0, 0x10000, 0, -0x10000, 0, 0, 16 << 16, 0, 0x40000000};
    for (int i = 0; i < matrix.length; i++) {
      for (int at = 0; at < 4; at++) {
        bytes[header + 44 + 4 * i + at] = (byte) (matrix[i] >> (24 - 8 * at));
      }
    }
    Files.write(file, bytes);

    try (Frames frames = Frames.of(file, 1, 1)) {
      Picture upright = frames.next();
      assertThat(upright.width()).isEqualTo(16);
      assertThat(upright.height()).isEqualTo(32);
      // The left, which is blue, was turned to the top.
      assertThat(rgb(upright, 8, 4)[2]).isBetween(190, 210);
      assertThat(rgb(upright, 8, 28)[2]).isBetween(0, 12);
    }
  }

  @Test
  void whatIsNoVideoIsTold() throws IOException {
    assertRefused(Files.createFile(folder.resolve("empty.mp4")), "is empty: it has 0 bytes");
    assertRefused(Files.writeString(folder.resolve("text.avi"), "only letters"), "is no video");
    assertRefused(folder.resolve("none.mkv"), "is no file. Give the path of one (.mp4");
    Path sound = Encoder.sound(folder.resolve("sound.mp4"), "aac", 16_000, 1, new float[16_000]);
    assertRefused(sound, "holds no video");
    Path none = Encoder.video(folder.resolve("none.avi"), "mjpeg", 10, 16, 16, new byte[0][]);
    assertRefused(none, "is a video without frames");
    Path list = Files.writeString(folder.resolve("list.mp4"), "ffconcat version 1.0\nfile a.mp4\n");
    assertRefused(list, "is no video that can be read");
  }

  @Test
  void whatWasDamagedIsRefusedOrRead() throws IOException {
    byte[] bytes =
        Files.readAllBytes(Videos.write(folder.resolve("video.avi"), "mjpeg", 10, 32, 16, 5));
    int refused = 0;
    for (int at = 0; at < bytes.length; at += 61) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= (byte) 0xFF;
      refused += refused(Files.write(folder.resolve("damaged.avi"), damaged));
      byte[] cut = Arrays.copyOf(bytes, at);
      refused += refused(Files.write(folder.resolve("cut.avi"), cut));
    }
    assertThat(refused).isPositive();
  }

  private static int refused(Path file) {
    try {
      assertThat(numbers(Frames.spread(file, 5))).hasSizeLessThanOrEqualTo(5);
      Frames.check(file);
      return 0;
    } catch (DemitasseException e) {
      assertThat(e).hasMessageStartingWith("The video " + file);
      return 1;
    }
  }

  private static void assertRefused(Path file, String why) {
    for (Runnable reading :
        List.<Runnable>of(
            () -> Frames.of(file, 1, 1).close(),
            () -> Frames.spread(file, 2).close(),
            () -> Frames.check(file))) {
      assertThatThrownBy(reading::run)
          .isInstanceOf(DemitasseException.class)
          .hasMessageStartingWith("The video " + file)
          .hasMessageContaining(why);
    }
  }
}

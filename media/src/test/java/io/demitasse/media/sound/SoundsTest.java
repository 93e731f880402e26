package io.demitasse.media.sound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.error.DemitasseException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioFormat.Encoding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in files of sounds, and what is no sound. */
final class SoundsTest {
  @TempDir private Path folder;

  private static AudioFormat format(Encoding encoding, int bits, int channels, boolean big) {
    return new AudioFormat(encoding, 8000, bits, channels, channels * bits / 8, 8000, big);
  }

  private Path wave(AudioFormat format, byte... bytes) throws IOException {
    return Waves.write(folder.resolve("a.wav"), AudioFileFormat.Type.WAVE, format, bytes);
  }

  @Test
  void theSameSamplesAreReadOfEveryKindOfFile() throws IOException {
    float[] tone = Waves.tone(440, 16_000, 1000);
    for (AudioFileFormat.Type type :
        new AudioFileFormat.Type[] {
          AudioFileFormat.Type.WAVE, AudioFileFormat.Type.AIFF, AudioFileFormat.Type.AU
        }) {
      Path file = folder.resolve("tone." + type.getExtension());
      Sound sound = Sounds.read(Waves.write(file, type, 16_000, 1, tone));

      assertThat(sound.rate()).isEqualTo(16_000);
      assertThat(sound.samples()).as(type.toString()).containsExactly(tone, within(1f / 32768));
    }
  }

  @Test
  void channelsAreAveraged() throws IOException {
    Path file = folder.resolve("stereo.wav");

    Sound sound =
        Sounds.read(
            Waves.write(
                file, AudioFileFormat.Type.WAVE, 8000, 2, new float[] {.5f, .25f, 0, -.5f}));

    assertThat(sound.samples()).containsExactly(.375f, -.25f);
  }

  @Test
  void numbersOfEveryWidthAreReadByTheirGreatest() throws IOException {
    assertThat(
            Sounds.read(
                    wave(
                        format(Encoding.PCM_UNSIGNED, 8, 1, false),
                        (byte) 0,
                        (byte) 128,
                        (byte) 192))
                .samples())
        .containsExactly(-1, 0, .5f);
    assertThat(
            Sounds.read(
                    wave(
                        format(Encoding.PCM_SIGNED, 24, 1, false),
                        (byte) 0,
                        (byte) 0,
                        (byte) 0x40,
                        (byte) 0,
                        (byte) 0,
                        (byte) 0x80))
                .samples())
        .containsExactly(.5f, -1);
    ByteBuffer floats = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    floats.putFloat(.25f).putFloat(-1.5f);
    assertThat(
            Sounds.read(wave(format(Encoding.PCM_FLOAT, 32, 1, false), floats.array())).samples())
        .containsExactly(.25f, -1.5f);
  }

  @Test
  void companionsOfTelephonesAreDecoded() throws IOException {
    // ITU-T G.711: 0xFF is 0, 0x80 and 0x00 are the greatest to either side.
    Path file =
        Waves.write(
            folder.resolve("a.au"),
            AudioFileFormat.Type.AU,
            format(Encoding.ULAW, 8, 1, true),
            new byte[] {(byte) 0xFF, (byte) 0x80, 0});

    assertThat(Sounds.read(file).samples())
        .containsExactly(new float[] {0, 32124f / 32768, -32124f / 32768}, within(1e-6f));
  }

  @Test
  void whatIsNoSoundIsToldWithItsFile() throws IOException {
    Path text = Files.writeString(folder.resolve("text.wav"), "no sound at all, only letters");
    Path empty = wave(format(Encoding.PCM_SIGNED, 16, 1, false));
    assertRefused(text, "is no WAV, AIFF or AU file that can be read");
    assertRefused(empty, "holds no samples");
    assertRefused(folder.resolve("none.wav"), "is no file");
    assertRefused(folder, "is no file");
    ByteBuffer floats = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    floats.putFloat(Float.NaN);
    assertRefused(
        wave(format(Encoding.PCM_FLOAT, 32, 1, false), floats.array()), "no finite number");
  }

  @Test
  void aFileThatWasCutOffIsRefused() throws IOException {
    Path whole =
        Waves.write(
            folder.resolve("whole.wav"),
            AudioFileFormat.Type.WAVE,
            8000,
            1,
            Waves.tone(440, 8000, 800));
    byte[] bytes = Files.readAllBytes(whole);
    Path half = Files.write(folder.resolve("half.wav"), Arrays.copyOf(bytes, 844));

    assertRefused(half, "ends after 400 of 800 samples");
  }

  @Test
  void damageAnywhereInTheHeadIsToldOrReadOver() throws IOException {
    byte[] bytes =
        Files.readAllBytes(
            Waves.write(
                folder.resolve("a.wav"),
                AudioFileFormat.Type.WAVE,
                8000,
                1,
                Waves.tone(440, 8000, 50)));
    for (int at = 0; at < 44; at++) {
      for (int value : new int[] {0, 1, 0x7F, 0xFF}) {
        byte[] damaged = bytes.clone();
        damaged[at] = (byte) value;
        Path file = Files.write(folder.resolve("damaged.wav"), damaged);
        try {
          assertThat(Sounds.read(file).samples()).hasSizeLessThanOrEqualTo(100);
        } catch (DemitasseException e) {
          assertThat(e).hasMessageStartingWith("The sound " + file);
        }
      }
    }
  }

  private static void assertRefused(Path file, String why) {
    assertThatThrownBy(() -> Sounds.read(file))
        .isInstanceOf(DemitasseException.class)
        .hasMessageStartingWith("The sound " + file)
        .hasMessageContaining(why);
  }
}

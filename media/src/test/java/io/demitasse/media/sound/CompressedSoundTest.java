package io.demitasse.media.sound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.error.DemitasseException;
import io.demitasse.media.ffmpeg.Encoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.sound.sampled.AudioFileFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sounds of every codec that is read, as encoders write them, and damaged ones. */
final class CompressedSoundTest {
  @TempDir private Path folder;

  private Path write(String ending, String codec, int rate, int channels, float[] samples) {
    return Encoder.sound(folder.resolve("sound." + ending), codec, rate, channels, samples);
  }

  /** How near two sounds are: the cosine of the angle between them. */
  private static double likeness(float[] one, float[] other) {
    double product = 0;
    double ones = 0;
    double others = 0;
    for (int i = 0; i < Math.min(one.length, other.length); i++) {
      product += one[i] * other[i];
      ones += one[i] * one[i];
      others += other[i] * other[i];
    }
    return product / Math.sqrt(ones * others);
  }

  @ParameterizedTest(name = "{1} in .{0}")
  @CsvSource({
    "flac, flac, 22050",
    "ogg, vorbis, 44100",
    "ogg, libopus, 48000",
    "opus, libopus, 48000",
    "mp3, libmp3lame, 44100",
    "m4a, aac, 44100",
    "aac, aac, 44100",
    "g722, g722, 16000"
  })
  void toneComesBackFromEveryCodec(String ending, String codec, int rate) {
    boolean stereo = codec.equals("vorbis");
    float[] tone = Waves.tone(440, rate, rate);
    float[] written = stereo ? new float[2 * rate] : tone;
    for (int i = 0; stereo && i < rate; i++) {
      written[2 * i] = tone[i];
      written[2 * i + 1] = tone[i];
    }

    Sound sound = Sounds.read(write(ending, codec, rate, stereo ? 2 : 1, written));

    assertThat(sound.rate()).isEqualTo(rate);
    // Raw AAC says nothing of what the encoder put in front, G.722 takes 22 samples to be heard.
    int late = ending.equals("aac") ? 1024 : ending.equals("g722") ? 22 : 0;
    assertThat(sound.samples().length).isBetween(rate, rate + 2 * 1152 + late);
    float[] heard = Arrays.copyOfRange(sound.samples(), late, late + rate);
    assertThat(likeness(heard, tone)).isGreaterThan(.99);
  }

  @Test
  void flacIsWhatWentIn() {
    float[] samples = {0, .5f, -.5f, .25f, -1, 32767 / 32768f};

    assertThat(Sounds.read(write("flac", "flac", 8000, 1, samples)).samples())
        .containsExactly(samples);
    assertThat(Sounds.read(write("flac", "flac", 8000, 2, samples)).samples())
        .containsExactly(new float[] {.25f, -.125f, -1 / 65536f}, within(1e-7f));
  }

  @Test
  void whatIsNoSoundIsTold() throws IOException {
    assertRefused(Files.createFile(folder.resolve("empty.mp3")), "is empty: it has 0 bytes");
    assertRefused(Files.writeString(folder.resolve("text.flac"), "only letters"), "holds no sound");
    assertRefused(folder.resolve("none.ogg"), "is no file");
    byte[][] frames = {new byte[3 * 16 * 16], new byte[3 * 16 * 16]};
    Path video = Encoder.video(folder.resolve("video.m4a"), "mpeg4", 10, 16, 16, frames);
    assertRefused(video, "holds no sound");
    Path list = Files.writeString(folder.resolve("list.mp3"), "#EXTM3U\n#EXTINF:1,\nother.mp3\n");
    assertRefused(list, "is no sound that can be read");
  }

  @ParameterizedTest(name = "{1} in .{0}")
  @CsvSource({"mp3, libmp3lame, 44100", "flac, flac, 16000", "m4a, aac, 44100", "aac, aac, 44100"})
  void whatWasCutOffIsRefused(String ending, String codec, int rate) throws IOException {
    byte[] bytes =
        Files.readAllBytes(write(ending, codec, rate, 1, Waves.tone(440, rate, 2 * rate)));
    Path half =
        Files.write(folder.resolve("half." + ending), Arrays.copyOf(bytes, bytes.length / 2));

    assertRefused(half, "");
  }

  @Test
  void damageAnywhereIsToldOrHeard() throws IOException {
    byte[] bytes = Files.readAllBytes(write("flac", "flac", 8000, 1, Waves.tone(440, 8000, 400)));
    int refused = 0;
    for (int at = 0; at < bytes.length; at += 7) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= (byte) 0xFF;
      Path file = Files.write(folder.resolve("damaged.flac"), damaged);
      try {
        assertThat(Sounds.read(file).samples().length).isLessThanOrEqualTo(400);
      } catch (DemitasseException e) {
        assertThat(e).hasMessageStartingWith("The sound " + file);
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void whatIsTooLongIsRefusedBeforeItIsDecoded() throws IOException {
    byte[] bytes = Files.readAllBytes(write("flac", "flac", 16_000, 1, new float[1600]));
    // STREAMINFO: 36 bits of the number of samples end 18 bytes into it, which begins at 8.
    long hours = 10L * 3600 * 16_000;
    for (int i = 0; i < 4; i++) {
      bytes[25 - i] = (byte) (hours >> (8 * i));
    }
    Path file = Files.write(folder.resolve("hours.flac"), bytes);

    assertRefused(file, "lasts 600 minutes, at most 90.0 minutes of it are taken");
  }

  @Test
  void noRateAndNoChannelsAreNoSound() throws IOException {
    Path wave =
        Waves.write(folder.resolve("a.wav"), AudioFileFormat.Type.WAVE, 8000, 1, new float[800]);
    for (int at : new int[] {22, 24}) {
      byte[] none = Files.readAllBytes(wave);
      none[at] = 0;
      none[at + 1] = 0;
      assertRefused(Files.write(folder.resolve("none.wav"), none), "");
    }
  }

  private static void assertRefused(Path file, String why) {
    assertThatThrownBy(() -> Sounds.read(file))
        .isInstanceOf(DemitasseException.class)
        .hasMessageStartingWith("The sound " + file)
        .hasMessageContaining(why);
  }
}

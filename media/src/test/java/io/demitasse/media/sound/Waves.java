package io.demitasse.media.sound;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;

/** Makes sounds and the files they come in. */
public final class Waves {
  private Waves() {}

  /** A tone of half the greatest loudness. */
  public static float[] tone(double hertz, int rate, int count) {
    float[] samples = new float[count];
    for (int i = 0; i < count; i++) {
      samples[i] = (float) (.5 * Math.sin(2 * Math.PI * hertz * i / rate));
    }
    return samples;
  }

  /** Writes integers of 16 bits, all channels one after the other for each time. */
  public static Path write(
      Path file, AudioFileFormat.Type type, int rate, int channels, float[] samples)
      throws IOException {
    boolean big = !type.equals(AudioFileFormat.Type.WAVE);
    ByteBuffer bytes =
        ByteBuffer.allocate(2 * samples.length)
            .order(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    for (float sample : samples) {
      bytes.putShort((short) Math.round(sample * 32768));
    }
    return write(file, type, new AudioFormat(rate, 16, channels, true, big), bytes.array());
  }

  /** Writes bytes as they are. */
  static Path write(Path file, AudioFileFormat.Type type, AudioFormat format, byte[] bytes)
      throws IOException {
    Files.createDirectories(file.getParent());
    long frames = bytes.length / format.getFrameSize();
    AudioSystem.write(
        new AudioInputStream(new ByteArrayInputStream(bytes), format, frames), type, file.toFile());
    return file;
  }
}

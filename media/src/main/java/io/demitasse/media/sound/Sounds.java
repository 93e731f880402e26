package io.demitasse.media.sound;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioFormat.Encoding;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;

/**
 * Reads sounds.
 *
 * <ul>
 *   <li>WAV, AIFF and AU, of integers of 8 to 32 bits, floats, μ-law and A-law.
 *   <li>FLAC, OGG with Vorbis or Opus, MP3, M4A and AAC by FFmpeg, and the raw G.722 of telephones
 *       at 16 kHz. Which it is, the ending of the file's name says.
 * </ul>
 *
 * <p>Integers become floats from -1 to below 1 by the power of two that their type has, as training
 * frameworks do it; all channels are averaged into one.
 *
 * <p>A file is believed in nothing: it is read piece by piece, as far as it really goes, and no
 * further than the longest sound that is taken, which is {@value GrowingSamples#MOST_MINUTES}
 * minutes of one channel at 48 kHz.
 */
public final class Sounds {
  /** The endings of files of sound, in lower case and without the dot. */
  public static final Set<String> ENDINGS =
      Stream.concat(Stream.of("wav", "wave", "aif", "aiff", "au"), CompressedSound.ENDINGS.stream())
          .collect(Collectors.toUnmodifiableSet());

  /** The same as people name them. */
  public static final String NAMED =
      ".wav, .flac, .mp3, .ogg, .opus, .m4a, .aac, .g722, .aiff, .au";

  private static final int HIGHEST_RATE = 768_000;
  private static final int MOST_CHANNELS = 64;

  /** Who writes to a pipe cannot go back to tell the length, and tells about the greatest. */
  private static final long LENGTH_OF_A_PIPE = 0x7FFF_0000L;

  /** Frames that are read at a time. */
  private static final int PIECE = 1 << 13;

  private Sounds() {}

  /**
   * Reads a sound.
   *
   * @throws DemitasseException (bad request) when it is missing, too long or damaged, naming it
   */
  public static Sound read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw DemitasseException.badRequest(
          "The sound " + file + " is no file. Give the path of one (" + NAMED + ").");
    }
    try {
      return CompressedSound.ENDINGS.contains(ending(file))
          ? CompressedSound.read(file)
          : uncompressed(file);
    } catch (DemitasseException e) {
      throw DemitasseException.badRequest("The sound " + file + " " + e.getMessage() + ".");
    } catch (UnsupportedAudioFileException e) {
      throw new DemitasseException(
          DemitasseException.Kind.BAD_REQUEST,
          "The sound " + file + " is no WAV, AIFF or AU file that can be read. Convert it to WAV.",
          e);
    } catch (IOException | RuntimeException e) {
      // Readers answer damage with whatever exception they run into.
      throw new DemitasseException(
          DemitasseException.Kind.BAD_REQUEST,
          "The sound "
              + file
              + " is damaged: "
              + (e instanceof EOFException ? "it ends too soon" : Reason.of(e))
              + ". Replace it by one that other programs can open.",
          e);
    }
  }

  private static String ending(Path file) {
    String name = file.toString();
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  private static Sound uncompressed(Path file) throws IOException, UnsupportedAudioFileException {
    try (AudioInputStream stream = AudioSystem.getAudioInputStream(file.toFile());
        AudioInputStream decoded = decoded(stream)) {
      return sound(decoded);
    }
  }

  /** μ-law and A-law become integers. */
  private static AudioInputStream decoded(AudioInputStream stream) {
    Encoding encoding = stream.getFormat().getEncoding();
    return encoding.equals(Encoding.ULAW) || encoding.equals(Encoding.ALAW)
        ? AudioSystem.getAudioInputStream(Encoding.PCM_SIGNED, stream)
        : stream;
  }

  private static Sound sound(AudioInputStream stream) throws IOException {
    AudioFormat format = stream.getFormat();
    Reading reading = Reading.of(format);
    int channels = format.getChannels();
    int size = format.getFrameSize();
    GrowingSamples mixed = new GrowingSamples(Math.round(format.getSampleRate()), channels);
    if (stream.getFrameLength() * size < LENGTH_OF_A_PIPE) {
      mixed.requireShort(stream.getFrameLength() / (double) format.getSampleRate());
    }
    byte[] piece = new byte[PIECE * size];
    for (int count = stream.readNBytes(piece, 0, piece.length);
        count >= size;
        count = stream.readNBytes(piece, 0, piece.length)) {
      ByteBuffer bytes =
          ByteBuffer.wrap(piece)
              .order(format.isBigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
      for (int at = 0; at + size <= count; at += size) {
        double sum = 0;
        for (int channel = 0; channel < channels; channel++) {
          sum += reading.sample(bytes, at + channel * (size / channels));
        }
        mixed.add((float) (sum / channels));
      }
    }
    boolean piped = stream.getFrameLength() * size >= LENGTH_OF_A_PIPE;
    requireWhole(piped ? 0 : stream.getFrameLength(), mixed.count());
    return new Sound(Math.round(format.getSampleRate()), mixed.samples());
  }

  private static void requireWhole(long told, int read) {
    if (read == 0) {
      throw DemitasseException.badRequest("holds no samples");
    }
    if (told > read) {
      throw DemitasseException.badRequest(
          String.format(Locale.ROOT, "ends after %,d of %,d samples: it was cut off", read, told));
    }
  }

  /** How a sample is read at a place. */
  private interface Reading {
    double sample(ByteBuffer bytes, int at);

    /**
     * Of a format.
     *
     * @throws DemitasseException (bad request) where nothing is known of it, without naming the
     *     file
     */
    static Reading of(AudioFormat format) {
      int channels = format.getChannels();
      float rate = format.getSampleRate();
      int bytes = channels < 1 ? 0 : format.getFrameSize() / channels;
      if (channels < 1
          || channels > MOST_CHANNELS
          || !(rate >= 1 && rate <= HIGHEST_RATE)
          || format.getFrameSize() != bytes * channels) {
        throw unknown(format);
      }
      Encoding encoding = format.getEncoding();
      if (encoding.equals(Encoding.PCM_FLOAT) && bytes == Float.BYTES) {
        return (buffer, at) -> finite(buffer.getFloat(at));
      }
      if (encoding.equals(Encoding.PCM_FLOAT) && bytes == Double.BYTES) {
        return (buffer, at) -> finite(buffer.getDouble(at));
      }
      boolean signed = encoding.equals(Encoding.PCM_SIGNED);
      if ((signed || encoding.equals(Encoding.PCM_UNSIGNED)) && bytes >= 1 && bytes <= 4) {
        return (buffer, at) -> integer(buffer, at, bytes, signed);
      }
      throw unknown(format);
    }
  }

  private static DemitasseException unknown(AudioFormat format) {
    return DemitasseException.badRequest(
        String.format(
            Locale.ROOT,
            "is of a form that is not read (%s). Convert it to WAV of 16 bits",
            format));
  }

  private static double finite(double sample) {
    if (!Double.isFinite(sample)) {
      throw DemitasseException.badRequest("holds a sample that is no finite number");
    }
    return sample;
  }

  private static double integer(ByteBuffer buffer, int at, int bytes, boolean signed) {
    boolean big = buffer.order() == ByteOrder.BIG_ENDIAN;
    int bits = 0;
    for (int i = 0; i < bytes; i++) {
      bits |= (buffer.get(at + i) & 0xFF) << (8 * (big ? 3 - i : 4 - bytes + i));
    }
    // All are in the upper bytes of 32 bits; what has no sign has its zero in the middle.
    return (signed ? bits : bits ^ Integer.MIN_VALUE) / 0x1p31;
  }
}

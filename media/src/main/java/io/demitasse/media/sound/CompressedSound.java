package io.demitasse.media.sound;

import io.demitasse.error.DemitasseException;
import io.demitasse.media.ffmpeg.MediaStream;
import io.demitasse.media.ffmpeg.StreamKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swresample;
import org.bytedeco.ffmpeg.swresample.SwrContext;
import org.bytedeco.javacpp.FloatPointer;

/**
 * A sound as codecs leave it, frame by frame: FLAC, Vorbis, Opus, MP3, AAC and G.722.
 *
 * <p>Owned by who makes it, who closes it.
 */
final class CompressedSound implements AutoCloseable {
  /** The endings of files that are read so, in lower case. */
  static final Set<String> ENDINGS =
      Set.of("flac", "ogg", "oga", "opus", "mp3", "m4a", "aac", "g722");

  private static final int HIGHEST_RATE = 768_000;
  private static final int MOST_CHANNELS = 64;

  /** What a container may be off by, such as for what an encoder looks ahead, in seconds. */
  private static final double TOLERANCE = .15;

  private final MediaStream stream;
  private final SwrContext converter = swresample.swr_alloc();
  private final AVFrame floats = avutil.av_frame_alloc();

  private CompressedSound(MediaStream stream) {
    this.stream = stream;
  }

  /**
   * Reads a file.
   *
   * @throws DemitasseException (bad request) when it is too long or damaged, without naming it
   */
  static Sound read(Path file) throws IOException {
    try (MediaStream stream = MediaStream.open(file, StreamKind.SOUND);
        CompressedSound sound = new CompressedSound(stream)) {
      return sound.read();
    }
  }

  private Sound read() {
    AVFrame frame = stream.next();
    if (frame == null) {
      throw DemitasseException.badRequest("holds no samples");
    }
    int rate = frame.sample_rate();
    int channels = frame.ch_layout().nb_channels();
    requireKnown(rate, channels);
    GrowingSamples mixed = new GrowingSamples(rate, channels);
    stream.toldSeconds().ifPresent(mixed::requireShort);
    for (; frame != null; frame = stream.next()) {
      if (frame.sample_rate() != rate || frame.ch_layout().nb_channels() != channels) {
        throw DemitasseException.badRequest(
            "changes its rate or its channels on the way. Convert it to one of each");
      }
      mix(frame, channels, mixed);
    }
    requireWhole((double) mixed.count() / rate);
    return new Sound(rate, mixed.samples());
  }

  private static void requireKnown(int rate, int channels) {
    if (rate < 1 || rate > HIGHEST_RATE || channels < 1 || channels > MOST_CHANNELS) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "has %d channels of %d Hz, expected 1 to %d of 1 to %d Hz. Convert it",
              channels,
              rate,
              MOST_CHANNELS,
              HIGHEST_RATE));
    }
  }

  private void mix(AVFrame frame, int channels, GrowingSamples mixed) {
    avutil.av_frame_unref(floats);
    floats.format(avutil.AV_SAMPLE_FMT_FLT);
    floats.sample_rate(frame.sample_rate());
    int copied = avutil.av_channel_layout_copy(floats.ch_layout(), frame.ch_layout());
    if (copied < 0 || swresample.swr_convert_frame(converter, floats, frame) < 0) {
      throw DemitasseException.badRequest("is of a form that is not read. Convert it to FLAC");
    }
    int count = floats.nb_samples();
    float[] samples = new float[count * channels];
    new FloatPointer(floats.data(0)).get(samples);
    for (int i = 0; i < count; i++) {
      double sum = 0;
      for (int channel = 0; channel < channels; channel++) {
        sum += samples[i * channels + channel];
      }
      if (!Double.isFinite(sum)) {
        throw DemitasseException.badRequest("holds a sample that is no finite number");
      }
      mixed.add((float) (sum / channels));
    }
  }

  private void requireWhole(double seconds) {
    double told = stream.toldSeconds().orElse(0);
    if (seconds == 0) {
      throw DemitasseException.badRequest("holds no samples");
    }
    if (told > seconds + TOLERANCE) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT, "ends after %.2f of %.2f seconds: it was cut off", seconds, told));
    }
  }

  @Override
  public void close() {
    avutil.av_frame_free(floats);
    swresample.swr_free(converter);
  }
}

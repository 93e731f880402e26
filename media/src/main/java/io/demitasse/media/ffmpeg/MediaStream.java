package io.demitasse.media.ffmpeg;

import io.demitasse.error.DemitasseException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalDouble;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * The stream of sound or video in a file, decoded frame by frame. Nothing but the file is opened,
 * and no more than a frame of it lies in memory.
 *
 * <p>Damage is refused where a player would go on with a gap. Messages say what is wrong as the
 * rest of a sentence whose subject is the file: who opens it puts its name in front.
 *
 * <p>Owned by who opens it, who closes it; for one thread.
 */
public final class MediaStream implements AutoCloseable {
  /** The raw stream of a codec, which nothing in it tells. */
  private static final String G722 = "g722";

  /** Of pictures: what a model sees was made smaller long before. */
  private static final long MOST_PIXELS = 100_000_000;

  static {
    // What is wrong is told by exceptions; the console belongs to who runs this.
    avutil.av_log_set_level(avutil.AV_LOG_QUIET);
  }

  private final StreamKind kind;
  private final AVFormatContext container = new AVFormatContext(null);
  private final AVPacket packet = avcodec.av_packet_alloc();
  private final AVFrame frame = avutil.av_frame_alloc();
  private @Nullable AVCodecContext decoder;
  private @Nullable AVStream stream;

  /** When the last frame or packet begins and ends, in units of the stream. */
  private long time;

  private long end;

  private MediaStream(StreamKind kind) {
    this.kind = kind;
  }

  /**
   * Opens the best stream of a kind.
   *
   * @throws DemitasseException (bad request) when the file is empty, of no container that is read,
   *     has no such stream or one that cannot be decoded, as the rest of a sentence
   */
  public static MediaStream open(Path file, StreamKind kind) throws IOException {
    if (Files.size(file) == 0) {
      throw DemitasseException.badRequest("is empty: it has 0 bytes");
    }
    MediaStream opened = new MediaStream(kind);
    try {
      opened.openContainer(file);
      opened.openStream();
      return opened;
    } catch (RuntimeException | Error e) {
      opened.close();
      throw e;
    }
  }

  private void openContainer(Path file) {
    String name = file.toAbsolutePath().toString();
    boolean raw = name.toLowerCase(Locale.ROOT).endsWith("." + G722);
    AVInputFormat told = raw ? avformat.av_find_input_format(G722) : null;
    AVDictionary options = new AVDictionary(null);
    avutil.av_dict_set(options, "format_whitelist", kind.formats(), 0);
    avutil.av_dict_set(options, "protocol_whitelist", "file", 0);
    avutil.av_dict_set(options, "err_detect", "crccheck+explode", 0);
    int code = avformat.avformat_open_input(container, "file:" + name, told, options);
    avutil.av_dict_free(options);
    if (code < 0) {
      throw DemitasseException.badRequest(
          "is no "
              + kind.text()
              + " that can be read ("
              + text(code)
              + "). Replace it by one that other programs can open");
    }
    require(avformat.avformat_find_stream_info(container, (AVDictionary) null));
  }

  private void openStream() {
    int index = avformat.av_find_best_stream(container, kind.type(), -1, -1, (AVCodec) null, 0);
    if (index < 0 || isCover(container.streams(index))) {
      throw DemitasseException.badRequest("holds no " + kind.text());
    }
    for (int i = 0; i < container.nb_streams(); i++) {
      container.streams(i).discard(i == index ? avcodec.AVDISCARD_DEFAULT : avcodec.AVDISCARD_ALL);
    }
    stream = container.streams(index);
    AVCodec codec = avcodec.avcodec_find_decoder(stream.codecpar().codec_id());
    if (Pointer.isNull(codec)) {
      throw DemitasseException.badRequest(
          "holds " + kind.text() + " of a codec that is not known here. Convert it");
    }
    AVCodecContext made = avcodec.avcodec_alloc_context3(codec);
    decoder = made;
    require(avcodec.avcodec_parameters_to_context(made, stream.codecpar()));
    made.pkt_timebase(stream.time_base());
    made.thread_count(1);
    made.err_recognition(avcodec.AV_EF_CRCCHECK | avcodec.AV_EF_EXPLODE);
    made.max_pixels(MOST_PIXELS);
    require(avcodec.avcodec_open2(made, codec, (AVDictionary) null));
  }

  /** The picture on the cover of a sound is no video. */
  private static boolean isCover(AVStream stream) {
    return (stream.disposition() & avformat.AV_DISPOSITION_ATTACHED_PIC) != 0;
  }

  /**
   * Decodes the next frame.
   *
   * @return owned by the stream and of use until the next call; null behind the last one
   * @throws DemitasseException (bad request) where the file is damaged
   */
  public @Nullable AVFrame next() {
    while (true) {
      int code = avcodec.avcodec_receive_frame(opened(decoder), frame);
      if (code == avutil.AVERROR_EOF()) {
        return null;
      }
      if (code != avutil.AVERROR_EAGAIN()) {
        require(code);
        boolean corrupt = (frame.flags() & AVFrame.AV_FRAME_FLAG_CORRUPT) != 0;
        if (corrupt || frame.decode_error_flags() != 0) {
          throw damaged("a frame of it cannot be decoded");
        }
        tick(frame.best_effort_timestamp(), frame.duration());
        return frame;
      }
      // No packet is left where there is no next one: the decoder gives what it still holds.
      require(avcodec.avcodec_send_packet(opened(decoder), read() ? packet : null));
      avcodec.av_packet_unref(packet);
    }
  }

  /**
   * Goes to the next packet without decoding it.
   *
   * @return whether there is one
   * @throws DemitasseException (bad request) where the file is damaged
   */
  public boolean skip() {
    if (!read()) {
      return false;
    }
    boolean shown = packet.pts() != avutil.AV_NOPTS_VALUE;
    tick(shown ? packet.pts() : packet.dts(), packet.duration());
    avcodec.av_packet_unref(packet);
    return true;
  }

  /** Where nothing tells the time, it is the end of what was before. */
  private void tick(long told, long duration) {
    time = told == avutil.AV_NOPTS_VALUE ? end : told;
    end = time + Math.max(0, duration);
  }

  /** When the last frame or packet is shown, in seconds. */
  public double time() {
    return seconds(time);
  }

  private boolean read() {
    while (true) {
      int code = avformat.av_read_frame(container, packet);
      if (code == avutil.AVERROR_EOF()) {
        return false;
      }
      require(code);
      if (packet.stream_index() == opened(stream).index()) {
        if ((packet.flags() & avcodec.AV_PKT_FLAG_CORRUPT) != 0) {
          throw damaged("it ends too soon or was written over");
        }
        return true;
      }
      avcodec.av_packet_unref(packet);
    }
  }

  /** How long the container says that the stream is; empty where it can only guess. */
  public OptionalDouble toldSeconds() {
    long told = opened(stream).duration();
    boolean guessed =
        container.duration_estimation_method() == avformat.AVFMT_DURATION_FROM_BITRATE;
    return guessed || told == avutil.AV_NOPTS_VALUE
        ? OptionalDouble.empty()
        : OptionalDouble.of(seconds(told));
  }

  /** A time or length in units of the stream. */
  private double seconds(long units) {
    return units * avutil.av_q2d(opened(stream).time_base());
  }

  private static <T> T opened(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("the stream is closed");
    }
    return part;
  }

  private static void require(int code) {
    if (code < 0) {
      throw damaged(text(code));
    }
  }

  private static DemitasseException damaged(String why) {
    return DemitasseException.badRequest(
        "is damaged: " + why + ". Replace it by one that other programs can open");
  }

  /** What FFmpeg calls an error. */
  private static String text(int code) {
    byte[] text = new byte[128];
    avutil.av_strerror(code, text, text.length);
    int end = 0;
    while (end < text.length && text[end] != 0) {
      end++;
    }
    return new String(text, 0, end, StandardCharsets.UTF_8);
  }

  /** Frees all that is held, frames among it. */
  @Override
  public void close() {
    stream = null;
    if (decoder != null) {
      avcodec.avcodec_free_context(decoder);
      decoder = null;
    }
    if (!container.isNull()) {
      avformat.avformat_close_input(container);
    }
    avcodec.av_packet_free(packet);
    avutil.av_frame_free(frame);
  }
}

package io.demitasse.media.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swresample;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swresample.SwrContext;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;

/** Writes compressed sounds and videos for tests. */
public final class Encoder implements AutoCloseable {
  static {
    avutil.av_log_set_level(avutil.AV_LOG_QUIET);
  }

  private static final Set<String> OF_FLOATS = Set.of("aac", "vorbis", "libmp3lame");

  private final AVFormatContext container = new AVFormatContext(null);
  private final AVCodecContext encoder;
  private final AVPacket packet = avcodec.av_packet_alloc();
  private final AVStream stream;

  private Encoder(Path file, String codec) {
    done(avformat.avformat_alloc_output_context2(container, null, null, file.toString()));
    AVCodec found = avcodec.avcodec_find_encoder_by_name(codec);
    assertThat(found).as(codec).isNotNull();
    encoder = avcodec.avcodec_alloc_context3(found);
    stream = avformat.avformat_new_stream(container, found);
  }

  /**
   * Writes a sound.
   *
   * @param codec as FFmpeg calls it
   * @param samples all channels one after the other for each time
   */
  public static Path sound(Path file, String codec, int rate, int channels, float[] samples) {
    try (Encoder encoder = new Encoder(file, codec)) {
      encoder.writeSound(file, rate, channels, samples);
    }
    return file;
  }

  /**
   * Writes a video.
   *
   * @param codec as FFmpeg calls it
   * @param frames red, green and blue of each pixel, row by row
   */
  public static Path video(
      Path file, String codec, int framesPerSecond, int width, int height, byte[][] frames) {
    try (Encoder encoder = new Encoder(file, codec)) {
      encoder.writeVideo(file, framesPerSecond, width, height, frames);
    }
    return file;
  }

  private void writeSound(Path file, int rate, int channels, float[] samples) {
    encoder.sample_rate(rate);
    avutil.av_channel_layout_default(encoder.ch_layout(), channels);
    encoder.sample_fmt(
        OF_FLOATS.contains(encoder.codec().name().getString())
            ? avutil.AV_SAMPLE_FMT_FLTP
            : avutil.AV_SAMPLE_FMT_S16);
    encoder.bit_rate(64_000L * channels);
    AVRational base = new AVRational().num(1).den(rate);
    open(file, base);
    int frame = encoder.frame_size() > 0 ? encoder.frame_size() : 1600;
    SwrContext converter = swresample.swr_alloc();
    for (int at = 0; at < samples.length / channels; at += frame) {
      int count = Math.min(frame, samples.length / channels - at);
      AVFrame floats = soundFrame(avutil.AV_SAMPLE_FMT_FLT, count);
      done(avutil.av_frame_get_buffer(floats, 0));
      new FloatPointer(floats.data(0)).put(samples, at * channels, count * channels);
      AVFrame converted = soundFrame(encoder.sample_fmt(), count);
      done(swresample.swr_convert_frame(converter, converted, floats));
      converted.pts(at);
      write(converted);
      avutil.av_frame_free(floats);
      avutil.av_frame_free(converted);
    }
    swresample.swr_free(converter);
    finish();
  }

  private AVFrame soundFrame(int format, int count) {
    AVFrame frame = avutil.av_frame_alloc();
    frame.format(format);
    frame.sample_rate(encoder.sample_rate());
    frame.nb_samples(count);
    done(avutil.av_channel_layout_copy(frame.ch_layout(), encoder.ch_layout()));
    return frame;
  }

  private void writeVideo(Path file, int framesPerSecond, int width, int height, byte[][] frames) {
    encoder.width(width);
    encoder.height(height);
    // Motion JPEG has samples of the full range.
    boolean full = encoder.codec().name().getString().equals("mjpeg");
    encoder.pix_fmt(full ? avutil.AV_PIX_FMT_YUVJ420P : avutil.AV_PIX_FMT_YUV420P);
    encoder.color_range(full ? avutil.AVCOL_RANGE_JPEG : avutil.AVCOL_RANGE_UNSPECIFIED);
    encoder.bit_rate(4_000_000);
    AVRational base = new AVRational().num(1).den(framesPerSecond);
    encoder.framerate(new AVRational().num(framesPerSecond).den(1));
    open(file, base);
    SwsContext scaler =
        swscale.sws_getContext(
            width,
            height,
            avutil.AV_PIX_FMT_RGB24,
            width,
            height,
            encoder.pix_fmt(),
            swscale.SWS_BICUBIC,
            null,
            null,
            (double[]) null);
    for (int i = 0; i < frames.length; i++) {
      AVFrame frame = avutil.av_frame_alloc();
      frame.format(encoder.pix_fmt());
      frame.width(width);
      frame.height(height);
      done(avutil.av_frame_get_buffer(frame, 0));
      try (BytePointer rgb = new BytePointer(frames[i]);
          PointerPointer<BytePointer> planes = new PointerPointer<>(rgb, null, null, null);
          IntPointer strides = new IntPointer(3 * width, 0, 0, 0)) {
        swscale.sws_scale(scaler, planes, strides, 0, height, frame.data(), frame.linesize());
      }
      frame.pts(i);
      write(frame);
      avutil.av_frame_free(frame);
    }
    swscale.sws_freeContext(scaler);
    finish();
  }

  private void open(Path file, AVRational base) {
    encoder.time_base(base);
    stream.time_base(base);
    if ((container.oformat().flags() & avformat.AVFMT_GLOBALHEADER) != 0) {
      encoder.flags(encoder.flags() | avcodec.AV_CODEC_FLAG_GLOBAL_HEADER);
    }
    encoder.strict_std_compliance(avcodec.FF_COMPLIANCE_EXPERIMENTAL);
    done(avcodec.avcodec_open2(encoder, encoder.codec(), (AVDictionary) null));
    done(avcodec.avcodec_parameters_from_context(stream.codecpar(), encoder));
    AVIOContext io = new AVIOContext(null);
    done(avformat.avio_open(io, file.toString(), avformat.AVIO_FLAG_WRITE));
    container.pb(io);
    done(avformat.avformat_write_header(container, (AVDictionary) null));
  }

  private void write(AVFrame frame) {
    done(avcodec.avcodec_send_frame(encoder, frame));
    while (avcodec.avcodec_receive_packet(encoder, packet) >= 0) {
      packet.stream_index(0);
      packet.duration(Math.max(1, packet.duration()));
      avcodec.av_packet_rescale_ts(packet, encoder.time_base(), stream.time_base());
      done(avformat.av_interleaved_write_frame(container, packet));
    }
  }

  private void finish() {
    write(null);
    done(avformat.av_write_trailer(container));
  }

  private static void done(int code) {
    assertThat(code).isNotNegative();
  }

  @Override
  public void close() {
    if (container.pb() != null && !container.pb().isNull()) {
      avformat.avio_closep(container.pb());
    }
    avcodec.av_packet_free(packet);
    avcodec.avcodec_free_context(encoder);
    avformat.avformat_free_context(container);
  }
}

package io.demitasse.media.video;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.media.ffmpeg.MediaStream;
import io.demitasse.media.ffmpeg.StreamKind;
import io.demitasse.media.image.Picture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.jspecify.annotations.Nullable;

/**
 * Frames of a video as pictures, in the order in which they are shown: MP4, MOV, AVI, MKV, WebM,
 * OGG and MPEG, by FFmpeg. One picture lies in memory at a time, however long the video is.
 *
 * <pre>
 *   frames of the file   |  .  |  .  |  .  |  .  |      wanted times   ↓       ↓       ↓
 *   a picture is the first frame at its time or later, and again where a frame lasts that long
 * </pre>
 *
 * <p>Owned by who opens it, who closes it; for one thread. A file is believed in nothing: damage
 * ends the iteration with an error that names it.
 */
public final class Frames implements Iterator<Picture>, AutoCloseable {
  /** The endings of files of video, in lower case and without the dot. */
  public static final Set<String> ENDINGS =
      Set.of("mp4", "m4v", "mov", "avi", "mkv", "webm", "ogv", "mpg", "mpeg", "ts");

  /** The same as people name them. */
  public static final String NAMED = ".mp4, .mov, .avi, .mkv, .webm, .ogv, .mpg";

  /** Times of a video are kept in memory: those of nearly ten hours at 30 frames a second. */
  private static final int MOST_FRAMES = 1 << 20;

  /** What two times of the same frame may differ by, in seconds. */
  private static final double SAME = 1e-6;

  private final Path file;
  private final MediaStream stream;
  private final FramePictures pictures = new FramePictures();
  private final IntToDoubleFunction wanted;
  private final int most;
  private int given;

  /** The frame that was decoded last, when it is shown, and its picture if one was asked for. */
  private @Nullable AVFrame frame;

  private double time;
  private @Nullable Picture picture;

  /** When the first frame is shown. */
  private double start;

  private Frames(Path file, MediaStream stream, IntToDoubleFunction wanted, int most) {
    this.file = file;
    this.stream = stream;
    this.wanted = wanted;
    this.most = most;
  }

  /**
   * Frames at a rate, the first one first.
   *
   * @param framesPerSecond above 0; above the video's own rate frames come again
   * @param most pictures, from 1
   * @throws DemitasseException (bad request) when it is missing, has no frames or is damaged,
   *     naming it
   */
  public static Frames of(Path file, double framesPerSecond, int most) {
    if (!(framesPerSecond > 0 && Double.isFinite(framesPerSecond)) || most < 1) {
      throw new IllegalArgumentException(
          "no " + most + " frames at " + framesPerSecond + " a second");
    }
    return opened(file, i -> i / framesPerSecond, most);
  }

  /**
   * Frames that stand for equal parts of a video, each from the middle of its part (Wang et al.,
   * "Temporal Segment Networks", ECCV 2016). Where there are fewer frames, some come again. The
   * file is read twice: first for the times of its frames alone.
   *
   * @param count of pictures, from 1; so many there will be
   * @throws DemitasseException (bad request) when it is missing, has no frames or is damaged,
   *     naming it
   */
  public static Frames spread(Path file, int count) {
    if (count < 1) {
      throw new IllegalArgumentException("no " + count + " frames");
    }
    double[] times = named(file, () -> times(file));
    return opened(
        file, i -> times[(int) ((2L * i + 1) * times.length / (2L * count))] - times[0], count);
  }

  /**
   * Decodes a whole video and gives nothing of it.
   *
   * @throws DemitasseException (bad request) when it is missing, has no frames or is damaged,
   *     naming it
   */
  public static void check(Path file) {
    named(
        file,
        () -> {
          try (MediaStream stream = open(file)) {
            if (stream.next() == null) {
              throw none();
            }
            while (stream.next() != null) {
              // That it can be decoded is all.
            }
            return file;
          }
        });
  }

  private static Frames opened(Path file, IntToDoubleFunction wanted, int most) {
    return named(
        file,
        () -> {
          Frames frames = new Frames(file, open(file), wanted, most);
          try {
            frames.advance();
            if (frames.frame == null) {
              throw none();
            }
            frames.start = frames.time;
            return frames;
          } catch (RuntimeException | Error e) {
            frames.close();
            throw e;
          }
        });
  }

  private static MediaStream open(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw DemitasseException.badRequest("is no file. Give the path of one (" + NAMED + ")");
    }
    return MediaStream.open(file, StreamKind.VIDEO);
  }

  private static DemitasseException none() {
    return DemitasseException.badRequest("is a video without frames. Give one that has some");
  }

  /** When each frame is shown, in seconds, in this order; at least one. */
  private static double[] times(Path file) throws IOException {
    try (MediaStream stream = open(file)) {
      double[] times = new double[1 << 10];
      int count = 0;
      while (stream.skip()) {
        if (count == MOST_FRAMES) {
          throw DemitasseException.badRequest(
              String.format(
                  Locale.ROOT, "has more than %,d frames: cut it into shorter ones", MOST_FRAMES));
        }
        times = count == times.length ? Arrays.copyOf(times, 2 * count) : times;
        times[count++] = stream.time();
      }
      if (count == 0) {
        throw none();
      }
      Arrays.sort(times, 0, count);
      return Arrays.copyOf(times, count);
    }
  }

  private void advance() {
    picture = null;
    frame = stream.next();
    if (frame != null) {
      time = stream.time();
    }
  }

  @Override
  public boolean hasNext() {
    if (given == most) {
      return false;
    }
    return named(
        file,
        () -> {
          while (frame != null && time - start < wanted.applyAsDouble(given) - SAME) {
            advance();
          }
          return frame != null;
        });
  }

  /**
   * The next picture.
   *
   * @throws DemitasseException (bad request) where the file is damaged, naming it
   */
  @Override
  public Picture next() {
    if (!hasNext() || frame == null) {
      throw new NoSuchElementException("no more frames are wanted, or there");
    }
    given++;
    AVFrame decoded = frame;
    Picture made = picture == null ? named(file, () -> pictures.of(decoded)) : picture;
    picture = made;
    return made;
  }

  @Override
  public void close() {
    frame = null;
    pictures.close();
    stream.close();
  }

  /** What reads a file. */
  private interface Reading<T> {
    T read() throws IOException;
  }

  private static <T> T named(Path file, Reading<T> reading) {
    try {
      return reading.read();
    } catch (DemitasseException e) {
      throw DemitasseException.badRequest("The video " + file + " " + e.getMessage() + ".");
    } catch (IOException e) {
      throw new DemitasseException(
          DemitasseException.Kind.BAD_REQUEST,
          "The video " + file + " cannot be read: " + Reason.of(e) + ".",
          e);
    }
  }
}

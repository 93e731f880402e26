package io.demitasse.media.image;

import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the segments of a JPEG file say before its first scan, and how many scans there are.
 *
 * <pre>
 *   FFD8 | FFxx length content | ... | FFDA length content | entropy-coded bytes | ... | FFD9
 * </pre>
 *
 * @param components samples of a pixel: 1, 3 or 4
 * @param colors what they mean
 */
record JpegSegments(
    int width, int height, int components, JpegColors colors, Orientation orientation) {
  private static final int START_OF_SCAN = 0xda;
  private static final int END_OF_IMAGE = 0xd9;
  private static final int APP0 = 0xe0;
  private static final int APP1 = 0xe1;
  private static final int APP14 = 0xee;

  /** Each scan costs a walk over the whole picture; honest files have about ten. */
  private static final int MOST_SCANS = 100;

  static JpegSegments read(byte[] bytes) throws IOException {
    return new Walk(bytes).read();
  }

  private static final class Walk {
    private final byte[] bytes;
    private boolean jfif;
    private int transform = JpegColors.NO_ADOBE;
    private @Nullable Orientation orientation;
    private int frame = -1;

    Walk(byte[] bytes) {
      this.bytes = bytes;
    }

    JpegSegments read() throws IOException {
      int at = 2;
      while (true) {
        int marker = at + 1 < bytes.length && at(at) == 0xff ? at(at + 1) : -1;
        if (marker == 0xff) {
          at++;
          continue;
        }
        int length = at + 3 < bytes.length ? at(at + 2) << 8 | at(at + 3) : 0;
        if (marker < 0xc0 || length < 2 || at + 2 + length > bytes.length) {
          throw new IOException(
              String.format(Locale.ROOT, "its segments end at byte %,d of %,d", at, bytes.length));
        }
        int start = at + 4;
        at += 2 + length;
        if (marker == START_OF_SCAN) {
          requireScans(at);
          return result();
        }
        segment(marker, start, at);
      }
    }

    private void segment(int marker, int start, int end) throws IOException {
      if (marker == APP0) {
        jfif |= starts(start, end, "JFIF\0");
      } else if (marker == APP1) {
        if (orientation == null && Exif.isMarked(bytes, start, end)) {
          orientation = Exif.orientation(bytes, start, end);
        }
      } else if (marker == APP14) {
        if (end - start >= 12 && starts(start, end, "Adobe")) {
          transform = at(start + 11);
        }
      } else if (isFrame(marker)) {
        frame(marker, start, end);
      }
    }

    /** Start-of-frame markers share their range with three others. */
    private static boolean isFrame(int marker) {
      return (marker >= 0xc0 && marker <= 0xcf && marker % 4 != 0) || marker == 0xc0;
    }

    private void frame(int marker, int start, int end) throws IOException {
      if (marker > 0xc2) {
        throw new IOException(
            String.format(
                    Locale.ROOT,
                    "it is coded by JPEG process %d (lossless, hierarchical or arithmetic),"
                        + " expected",
                    marker - 0xc0)
                + " baseline or progressive");
      }
      if (end - start < 6 || end - start < 6 + 3 * at(start + 5)) {
        throw new IOException("its frame header is cut off");
      }
      if (at(start) != 8) {
        throw new IOException(
            String.format(Locale.ROOT, "it has samples of %d bits, expected 8", at(start)));
      }
      frame = start;
    }

    private JpegSegments result() throws IOException {
      if (frame < 0) {
        throw new IOException("it has no frame header");
      }
      int components = at(frame + 5);
      int[] ids = new int[components];
      for (int i = 0; i < components; i++) {
        ids[i] = at(frame + 6 + 3 * i);
      }
      return new JpegSegments(
          at(frame + 3) << 8 | at(frame + 4),
          at(frame + 1) << 8 | at(frame + 2),
          components,
          JpegColors.of(ids, jfif, transform),
          orientation == null ? Orientation.UPRIGHT : orientation);
    }

    /** Within entropy-coded bytes FF is followed by 00, so that a marker is always one. */
    private void requireScans(int from) throws IOException {
      int scans = 1;
      for (int i = from; i + 1 < bytes.length; i++) {
        if (at(i) == 0xff) {
          int marker = at(i + 1);
          if (marker == END_OF_IMAGE) {
            return;
          }
          scans += marker == START_OF_SCAN ? 1 : 0;
          if (scans > MOST_SCANS) {
            throw new IOException(
                String.format(Locale.ROOT, "it has more than %d scans", MOST_SCANS));
          }
        }
      }
      throw new IOException(
          String.format(
              Locale.ROOT, "it is cut off: its end is missing after %,d bytes", bytes.length));
    }

    private boolean starts(int from, int to, String text) {
      for (int i = 0; i < text.length(); i++) {
        if (from + i >= to || at(from + i) != text.charAt(i)) {
          return false;
        }
      }
      return true;
    }

    private int at(int index) {
      return bytes[index] & 0xff;
    }
  }
}

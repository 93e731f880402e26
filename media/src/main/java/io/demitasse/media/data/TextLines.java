package io.demitasse.media.data;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Reads a stream line by line as UTF-8 and says of each line whether it is text. A line of any
 * length takes a bounded amount of memory.
 */
final class TextLines {
  /** The longest line of text that is taken, in bytes. */
  static final int LONGEST_TEXT = 1 << 20;

  private static final int BYTE_ORDER_MARK = 0xFEFF;

  /**
   * A line that is not blank.
   *
   * @param number counted from 1
   * @param offset of its first byte in the stream
   * @param length in bytes, without the line's end
   */
  record Line(int number, long offset, int length, String text) {}

  /** Takes what is found. */
  interface Consumer {
    void line(Line line);

    void bad(int number, String why);
  }

  private final InputStream in;
  private final int longest;
  private final Consumer consumer;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private long length;

  private TextLines(InputStream in, int longest, Consumer consumer) {
    this.in = in;
    this.longest = longest;
    this.consumer = consumer;
  }

  /**
   * Reads everything; blank lines are passed over.
   *
   * @param longest bytes of the longest line that is taken
   */
  static void read(InputStream in, int longest, Consumer consumer) throws IOException {
    new TextLines(new BufferedInputStream(in, 1 << 16), longest, consumer).read();
  }

  private void read() throws IOException {
    long offset = 0;
    int number = 1;
    for (int next = in.read(); next >= 0; next = in.read()) {
      if (next == '\n') {
        end(number++, offset);
        offset += length + 1;
        length = 0;
      } else {
        length++;
        if (length <= longest) {
          line.write(next);
        }
      }
    }
    end(number, offset);
  }

  private void end(int number, long offset) {
    try {
      if (length > longest) {
        throw DemitasseException.badRequest(
            String.format(Locale.ROOT, "has %d bytes, at most %d are taken", length, longest));
      }
      String text = text(line.toByteArray());
      if (!text.isBlank()) {
        consumer.line(new Line(number, offset, (int) length, text));
      }
    } catch (DemitasseException e) {
      consumer.bad(number, Reason.of(e));
    }
    line.reset();
  }

  /**
   * Decodes UTF-8 strictly, without a byte order mark and without the line's end.
   *
   * @throws DemitasseException (bad request) when these are not the bytes of a text
   */
  static String text(byte[] bytes) {
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString().strip();
      if (text.indexOf('\0') >= 0) {
        throw DemitasseException.badRequest("holds NUL bytes, expected UTF-8 text");
      }
      return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw DemitasseException.badRequest("is not UTF-8 text");
    }
  }
}

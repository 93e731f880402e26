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

  /** How lines are told apart. */
  enum Form {
    /** Every line feed ends a line, and space at the ends of a line says nothing. */
    PLAIN('\n'),
    /** Values between commas: what a value in quotes holds ends no line (RFC 4180). */
    COMMAS(','),
    /** The same with semicolons. */
    SEMICOLONS(';'),
    /** The same with tabs. */
    TABS('\t');

    private final char separator;

    Form(char separator) {
      this.separator = separator;
    }

    /** What stands between values. */
    char separator() {
      return separator;
    }

    /** A line of this form without what belongs to its end. */
    private String bare(String line) {
      return this == PLAIN
          ? line.strip()
          : line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }
  }

  /** Takes what is found. */
  interface Consumer {
    void line(Line line);

    void bad(int number, String why);
  }

  private final InputStream in;
  private final Form form;
  private final int longest;
  private final Consumer consumer;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private long length;

  private TextLines(InputStream in, Form form, int longest, Consumer consumer) {
    this.in = in;
    this.form = form;
    this.longest = longest;
    this.consumer = consumer;
  }

  /**
   * Reads everything; blank lines are passed over.
   *
   * @param longest bytes of the longest line that is taken
   */
  static void read(InputStream in, int longest, Consumer consumer) throws IOException {
    read(in, Form.PLAIN, longest, consumer);
  }

  /** The same of lines of another form. */
  static void read(InputStream in, Form form, int longest, Consumer consumer) throws IOException {
    new TextLines(new BufferedInputStream(in, 1 << 16), form, longest, consumer).read();
  }

  private void read() throws IOException {
    Quotes quotes = new Quotes(form);
    long offset = 0;
    int number = 1;
    int inside = 0;
    for (int next = in.read(); next >= 0; next = in.read()) {
      boolean quoted = quotes.holds(next);
      if (next == '\n' && !quoted) {
        end(number, offset);
        number += inside + 1;
        inside = 0;
        offset += length + 1;
        length = 0;
      } else {
        inside += next == '\n' ? 1 : 0;
        length++;
        if (length <= longest) {
          line.write(next);
        }
      }
    }
    end(number, offset);
  }

  /**
   * Whether a place is inside a value in quotes, byte by byte: none of these is part of another.
   */
  private static final class Quotes {
    private final Form form;
    private boolean inside;
    private boolean atStart = true;

    /** Whether the last byte ended a value in quotes, unless it is one half of a doubled quote. */
    private boolean left;

    Quotes(Form form) {
      this.form = form;
    }

    /**
     * Takes the next byte; whether it belongs to a value in quotes. A quote that is doubled leaves
     * and enters again.
     */
    boolean holds(int next) {
      if (form == Form.PLAIN) {
        return false;
      }
      if (next == '"' && (inside || atStart || left)) {
        left = inside;
        inside = !inside;
      } else {
        left = false;
      }
      atStart = !inside && (next == form.separator() || next == '\n');
      return inside;
    }
  }

  private void end(int number, long offset) {
    try {
      if (length > longest) {
        throw DemitasseException.badRequest(
            String.format(Locale.ROOT, "has %d bytes, at most %d are taken", length, longest));
      }
      String text = text(line.toByteArray(), form);
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
    return text(bytes, Form.PLAIN);
  }

  /** The same of a line of another form. */
  static String text(byte[] bytes, Form form) {
    try {
      String text =
          form.bare(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
      if (text.indexOf('\0') >= 0) {
        throw DemitasseException.badRequest("holds NUL bytes, expected UTF-8 text");
      }
      return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw DemitasseException.badRequest("is not UTF-8 text");
    }
  }
}

package io.demitasse.result;

import io.demitasse.publish.NewFile;
import io.demitasse.report.TrainingCurve;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * A training curve as TensorBoard reads it: a file of records, each with a check sum of its length
 * and one of its content, which is an {@code Event} of Protocol Buffers. All numbers are
 * little-endian.
 *
 * <pre>
 *   8 bytes  how long the event is
 *   4        masked CRC-32C of those
 *   n        event    1 wall time in seconds, double   2 step, varint
 *                     3 "brain.Event:2" in the first   5 summary in the others:
 *                       1 value, repeated              1 tag   2 number, float
 *   4        masked CRC-32C of the event
 * </pre>
 *
 * <p>Scalars are {@code objective}, {@code learning_rate}, and of each term {@code TERM/judged} and
 * {@code TERM/learned}. What is not finite is written as it is.
 */
public final class EventFile {
  private static final String VERSION = "brain.Event:2";
  private static final int MASK = 0xa282ead8;

  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED_32 = 5;

  private final String name;
  private final byte[] content;

  private EventFile(String name, byte[] content) {
    this.name = name;
    this.content = content;
  }

  /**
   * The file of one curve.
   *
   * @param at the time that is told of all its points
   */
  public static EventFile of(TrainingCurve curve, Instant at) {
    double seconds = (double) at.getEpochSecond() + at.getNano() / 1e9;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    record(new Message().real(1, seconds).text(3, VERSION), out);
    for (TrainingCurve.Judged point : curve.points()) {
      Message summary = new Message();
      scalars(point)
          .forEach(
              (tag, value) ->
                  summary.message(1, new Message().text(1, tag).real(2, value.floatValue())));
      record(new Message().real(1, seconds).whole(2, point.step()).message(5, summary), out);
    }
    String name =
        String.format(Locale.ROOT, "events.out.tfevents.%010d.demitasse", at.getEpochSecond());
    return new EventFile(name, out.toByteArray());
  }

  private static Map<String, Double> scalars(TrainingCurve.Judged point) {
    Map<String, Double> scalars = new TreeMap<>();
    scalars.put("objective", point.objective());
    if (point.step() > 0) {
      scalars.put("learning_rate", point.rate());
    }
    point.judged().forEach((term, value) -> scalars.put(term + "/judged", value));
    point.learned().forEach((term, value) -> scalars.put(term + "/learned", value));
    return scalars;
  }

  /** As TensorBoard looks for it: it reads every file of a folder that is called like this. */
  public String name() {
    return name;
  }

  public byte[] content() {
    return content.clone();
  }

  /**
   * Writes the file, whole or not at all.
   *
   * @param folder exists; TensorBoard calls the curve by its name, and takes all event files in it
   *     for one
   * @return the file
   * @throws java.nio.file.FileAlreadyExistsException when there is one of this second
   */
  public Path write(Path folder) throws IOException {
    Path file = folder.resolve(name);
    NewFile.write(file, new ByteArrayInputStream(content), false);
    return file;
  }

  private static void record(Message event, ByteArrayOutputStream out) {
    byte[] content = event.bytes();
    byte[] length = little(Long.BYTES).putLong(content.length).array();
    out.writeBytes(length);
    out.writeBytes(checked(length));
    out.writeBytes(content);
    out.writeBytes(checked(content));
  }

  /** Masked, as the format wants it: sums of content that holds sums itself say little. */
  private static byte[] checked(byte[] content) {
    CRC32C sum = new CRC32C();
    sum.update(content);
    int masked = Integer.rotateRight((int) sum.getValue(), 15) + MASK;
    return little(Integer.BYTES).putInt(masked).array();
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Fields of a message of Protocol Buffers, by their numbers. */
  private static final class Message {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Message real(int field, double value) {
      key(field, FIXED_64);
      out.writeBytes(little(Double.BYTES).putDouble(value).array());
      return this;
    }

    Message real(int field, float value) {
      key(field, FIXED_32);
      out.writeBytes(little(Float.BYTES).putFloat(value).array());
      return this;
    }

    Message whole(int field, long value) {
      key(field, VARINT);
      varint(value);
      return this;
    }

    Message text(int field, String text) {
      return bytes(field, text.getBytes(StandardCharsets.UTF_8));
    }

    Message message(int field, Message message) {
      return bytes(field, message.bytes());
    }

    byte[] bytes() {
      return out.toByteArray();
    }

    private Message bytes(int field, byte[] content) {
      key(field, BYTES);
      varint(content.length);
      out.writeBytes(content);
      return this;
    }

    private void key(int field, int type) {
      varint(((long) field << 3) | type);
    }

    private void varint(long value) {
      long rest = value;
      while (rest < 0 || rest > 0x7f) {
        out.write((int) ((rest & 0x7f) | 0x80));
        rest >>>= 7;
      }
      out.write((int) rest);
    }
  }
}

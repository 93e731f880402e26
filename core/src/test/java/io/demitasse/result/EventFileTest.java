package io.demitasse.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.report.TrainingCurve;
import io.demitasse.report.TrainingCurve.Judged;
import io.demitasse.train.Trained;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EventFileTest {
  private static final Instant NOON = Instant.parse("2026-10-12T12:00:00.500Z");
  private static final TrainingCurve CURVE =
      new TrainingCurve(
          "encoder",
          List.of(
              new Judged(0, 0, .5, Map.of(), Map.of("s/labels", .5)),
              new Judged(
                  1_000, 1e-5, .25, Map.of("s/labels", .375), Map.of("s/labels", Double.NaN))),
          0,
          Trained.End.ALL_STEPS,
          "");

  @TempDir private Path folder;

  /** An event as it was read. */
  private record Read(double time, long step, String version, Map<String, Float> scalars) {}

  @Test
  void everyPointIsAnEventWithItsScalars() throws IOException {
    List<Read> events = events(Files.readAllBytes(EventFile.of(CURVE, NOON).write(folder)));

    double time = NOON.toEpochMilli() / 1e3;
    assertThat(events)
        .containsExactly(
            new Read(time, 0, "brain.Event:2", Map.of()),
            new Read(time, 0, "", Map.of("objective", .5f, "s/labels/judged", .5f)),
            new Read(
                time,
                1_000,
                "",
                Map.of(
                    "objective",
                    .25f,
                    "learning_rate",
                    1e-5f,
                    "s/labels/judged",
                    Float.NaN,
                    "s/labels/learned",
                    .375f)));
  }

  /** Every event file begins like this, whoever writes it: 24 bytes, and their check sum. */
  @Test
  void beginsAsTheFormatDoes() {
    byte[] head = java.util.Arrays.copyOf(EventFile.of(CURVE, NOON).content(), 12);

    assertThat(HexFormat.of().formatHex(head)).isEqualTo("1800000000000000a37f4b22");
  }

  @Test
  void isCalledSoThatItIsFoundAndNeverReplacesAnother() throws IOException {
    EventFile file = EventFile.of(CURVE, NOON);
    file.write(folder);

    assertThat(file.name()).isEqualTo("events.out.tfevents.1791806400.demitasse");
    assertThatThrownBy(() -> file.write(folder)).isInstanceOf(FileAlreadyExistsException.class);
    try (var files = Files.list(folder)) {
      assertThat(files.map(path -> path.getFileName().toString())).containsExactly(file.name());
    }
  }

  // ---- Reading

  private static List<Read> events(byte[] content) {
    ByteBuffer file = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    List<Read> events = new ArrayList<>();
    while (file.hasRemaining()) {
      byte[] length = taken(file, 8);
      assertThat(file.getInt()).isEqualTo(masked(length));
      byte[] event = taken(file, (int) ByteBuffer.wrap(length).order(file.order()).getLong());
      assertThat(file.getInt()).isEqualTo(masked(event));
      events.add(event(event));
    }
    return events;
  }

  private static int masked(byte[] content) {
    CRC32C sum = new CRC32C();
    sum.update(content);
    long crc = sum.getValue();
    return (int) (((crc >>> 15) | ((crc << 17) & 0xffffffffL)) + 0xa282ead8L);
  }

  private static Read event(byte[] content) {
    ByteBuffer event = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    double time = 0;
    long step = 0;
    String version = "";
    Map<String, Float> scalars = new TreeMap<>();
    while (event.hasRemaining()) {
      int key = event.get();
      switch (key) {
        case (1 << 3) | 1 -> time = event.getDouble();
        case 2 << 3 -> step = varint(event);
        case (3 << 3) | 2 -> version = text(event);
        case (5 << 3) | 2 -> scalars.putAll(summary(taken(event, (int) varint(event))));
        default -> throw new AssertionError("key " + key);
      }
    }
    return new Read(time, step, version, scalars);
  }

  private static Map<String, Float> summary(byte[] content) {
    ByteBuffer summary = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    Map<String, Float> scalars = new TreeMap<>();
    while (summary.hasRemaining()) {
      assertThat(summary.get()).isEqualTo((byte) ((1 << 3) | 2));
      int end = (int) varint(summary);
      end += summary.position();
      assertThat(summary.get()).isEqualTo((byte) ((1 << 3) | 2));
      String tag = text(summary);
      assertThat(summary.get()).isEqualTo((byte) ((2 << 3) | 5));
      scalars.put(tag, summary.getFloat());
      assertThat(summary.position()).isEqualTo(end);
    }
    return scalars;
  }

  private static String text(ByteBuffer from) {
    return new String(taken(from, (int) varint(from)), StandardCharsets.UTF_8);
  }

  private static long varint(ByteBuffer from) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = from.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  private static byte[] taken(ByteBuffer from, int count) {
    byte[] taken = new byte[count];
    from.get(taken);
    return taken;
  }
}

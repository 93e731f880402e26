package io.demitasse.media.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.DemitasseException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Isolated("it takes what the process prints")
class PicturesBadInputTest {
  private static final Map<String, byte[]> FILES = Resources.zip("decoding.zip");
  private static final List<String> NAMES =
      FILES.keySet().stream().filter(name -> !name.endsWith(".rgb")).toList();

  @Test
  void aMissingFileAndAFolderAreNamed(@TempDir Path folder) {
    Path missing = folder.resolve("no.png");
    assertThatThrownBy(() -> Pictures.read(missing))
        .hasMessage(
            "The picture "
                + missing
                + " does not exist. Give the path of a JPEG, PNG, WebP, GIF or BMP file.");
    assertThatThrownBy(() -> Pictures.read(folder))
        .hasMessage(
            "The picture "
                + folder
                + " is a folder. Give the path of a JPEG, PNG, WebP, GIF or BMP file.");
  }

  @Test
  void anEmptyFileIsRefused() {
    assertThatThrownBy(() -> read(new byte[0]))
        .hasMessage("The picture p is empty: it has 0 bytes. Replace it.");
  }

  @Test
  void whatIsNoPictureIsRefusedWithWhatItIs() {
    assertThatThrownBy(() -> read("hello, world".getBytes(StandardCharsets.UTF_8)))
        .hasMessage(
            "The picture p is not a picture: it starts with 68 65 6c 6c 6f 2c 20 77, which is"
                + " neither JPEG, PNG, WebP, GIF nor BMP. Give a file of one of these.");
    assertThatThrownBy(() -> read("%PDF-1.7".getBytes(StandardCharsets.UTF_8)))
        .hasMessage(
            "The picture p is PDF, expected JPEG, PNG, WebP, GIF or BMP. Convert it to PNG.");
  }

  @Test
  void aFileOfTooManyBytesIsRefused(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("large.png");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(Pictures.LARGEST_FILE + 1);
    }

    assertThatThrownBy(() -> Pictures.read(file))
        .hasMessage(
            "The picture %s has more than 268,435,456 bytes, the most that are taken. Make it smaller."
                .formatted(file));
  }

  @ParameterizedTest
  @CsvSource({"20000,20000", "65536,1", "1,65536", "2147483647,2147483647"})
  void aBombIsRefusedByItsHeader(int width, int height) {
    byte[] bomb = png(width, height);

    assertThatThrownBy(() -> read(bomb))
        .isInstanceOfSatisfying(
            DemitasseException.class, e -> assertThat(e.kind()).isEqualTo(Kind.BAD_REQUEST))
        .hasMessage(
            ("The picture p has %,d x %,d pixels by its header; at most 100,000,000 in all and"
                    + " 65,535 a side are decoded. Make it smaller.")
                .formatted(width, height));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sampled-420.jpg", "lossy.webp", "transparent.gif", "rgb.bmp"})
  void aBombOfAnyFormatIsRefusedByItsHeader(String name) {
    byte[] bomb = FILES.get(name).clone();
    ByteBuffer file = ByteBuffer.wrap(bomb).order(ByteOrder.LITTLE_ENDIAN);
    switch (name) {
      case "sampled-420.jpg" -> file.putInt(frameOfJpeg(bomb) + 5, -1);
      case "lossy.webp" -> file.putInt(26, 0x3fff3fff);
      case "transparent.gif" -> file.putInt(6, -1);
      default -> file.putInt(18, 1 << 20);
    }

    assertThatThrownBy(() -> read(bomb)).hasMessageContaining("pixels by its header; at most");
  }

  @Test
  void whatDoesNotFitTheHeapIsRefusedByItsHeader() {
    PictureHeader header = new PictureHeader(8000, 5000, 4, Orientation.UPRIGHT, List.of());

    assertThatThrownBy(() -> Pictures.requireRoom(header, 128 << 20))
        .hasMessage(
            "has 8,000 x 5,000 pixels, which take 381 MB to decode; half of the heap, 128 MB, may"
                + " be used. Make it smaller, or give Java more memory with -Xmx.");
    Pictures.requireRoom(header, 400_000_000);
  }

  @ParameterizedTest
  @CsvSource({"0,5", "5,0", "-3,5"})
  void aSideOfNoPixelIsRefused(int width, int height) {
    assertThatThrownBy(() -> read(png(width, height)))
        .hasMessage(
            "The picture p has %d x %d pixels, expected at least one. Replace it."
                .formatted(width, height));
  }

  static Stream<String> oneOfEach() {
    return Stream.of(
        "sampled-420.jpg",
        "progressive.jpg",
        "rgb.png",
        "transparent.gif",
        "rgb.bmp",
        "lossy.webp");
  }

  @ParameterizedTest
  @MethodSource("oneOfEach")
  void aFileThatIsCutOffIsRefusedWhereverThatIs(String name) {
    byte[] whole = FILES.get(name);
    for (int length = 1; length < whole.length - 3; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThat(catchThrowableOfType(DemitasseException.class, () -> read(part)))
          .as("%s of %d bytes", name, length)
          .isNotNull()
          .extracting(DemitasseException::kind)
          .isEqualTo(Kind.BAD_REQUEST);
    }
  }

  @Test
  void aWrongChecksumIsRefused() {
    byte[] damaged = FILES.get("rgb.png").clone();
    damaged[60] ^= 1;

    assertThatThrownBy(() -> read(damaged))
        .hasMessage(
            "The picture p is damaged: the checksum of its chunk IDAT at byte 33 is wrong. Replace"
                + " it by one that other programs can open.");
  }

  @Test
  void aSegmentThatLacksItsEndIsRefused() {
    byte[] file = FILES.get("sampled-420.jpg");
    byte[] cut = Arrays.copyOf(file, file.length - 2);

    assertThatThrownBy(() -> read(cut))
        .hasMessage(
            "The picture p is damaged: it is cut off: its end is missing after %,d bytes. Replace it by"
                    .formatted(cut.length)
                + " one that other programs can open.");
  }

  @Test
  void aJpegOfManyScansIsRefused() throws IOException {
    byte[] file = FILES.get("progressive.jpg");
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    many.write(file, 0, file.length - 2);
    for (int i = 0; i < 100; i++) {
      many.write(new byte[] {(byte) 0xff, (byte) 0xda});
    }
    many.write(file, file.length - 2, 2);

    assertThatThrownBy(() -> read(many.toByteArray())).hasMessageContaining("more than 100 scans");
  }

  @Test
  void aJpegOfTwelveBitsIsRefused() {
    byte[] file = FILES.get("gray.jpg").clone();
    file[frameOfJpeg(file) + 4] = 12;

    assertThatThrownBy(() -> read(file)).hasMessageContaining("samples of 12 bits, expected 8");
  }

  @Test
  void anEmbeddedFileIsNotOpened() {
    byte[] file = FILES.get("rgb.bmp").clone();
    file[30] = 5;

    assertThatThrownBy(() -> read(file)).hasMessageContaining("compressed by method 5");
  }

  @Test
  void whateverIsDamagedEndsAsAPictureOrAsABadRequestAndNothingIsPrinted() {
    Random random = new Random(20);
    PrintStream error = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      for (int i = 0; i < 3000; i++) {
        byte[] file = damaged(FILES.get(NAMES.get(i % NAMES.size())), random);
        try {
          Picture picture = read(file);
          assertThat(picture.rgb()).hasSize(3 * picture.width() * picture.height());
        } catch (DemitasseException e) {
          assertThat(e.kind()).isEqualTo(Kind.BAD_REQUEST);
        }
      }
    } finally {
      System.setErr(error);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  /** A file with some bytes changed, mostly at its start, and checksums that are right again. */
  private static byte[] damaged(byte[] whole, Random random) {
    byte[] file = whole.clone();
    int reach = random.nextBoolean() ? Math.min(64, file.length) : file.length;
    for (int i = random.nextInt(4); i >= 0; i--) {
      file[random.nextInt(4, reach)] = (byte) random.nextInt();
    }
    if (file[1] == 'P') {
      repair(file);
    }
    return file;
  }

  private static void repair(byte[] png) {
    ByteBuffer file = ByteBuffer.wrap(png);
    int at = 8;
    while (png.length - at >= 12) {
      int length = file.getInt(at);
      if (length < 0 || length > png.length - at - 12) {
        return;
      }
      CRC32 sum = new CRC32();
      sum.update(png, at + 4, 4 + length);
      file.putInt(at + 8 + length, (int) sum.getValue());
      at += 12 + length;
    }
  }

  private static byte[] png(int width, int height) {
    byte[] file = FILES.get("rgb.png").clone();
    ByteBuffer.wrap(file).putInt(16, width).putInt(20, height);
    repair(file);
    return file;
  }

  private static int frameOfJpeg(byte[] file) {
    for (int i = 2; ; i++) {
      if (file[i] == (byte) 0xff && file[i + 1] == (byte) 0xc0) {
        return i;
      }
    }
  }

  private static Picture read(byte[] bytes) {
    return Pictures.read(bytes, "p", note -> {});
  }
}

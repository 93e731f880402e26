package io.demitasse.media.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The encoded arrays were written by NumPy 2.4.6. */
class NpyTest {
  private static final String VALID = "{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }\n";

  @ParameterizedTest
  @EnumSource(
      names = {
        "FLOAT16", "FLOAT", "DOUBLE", "INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16",
        "UINT32", "UINT64", "BOOL"
      })
  void everyTypeIsReadAsItWasWritten(DataType type, @TempDir Path folder) throws Exception {
    Tensor tensor = Tensor.ofNumbers(type, new long[] {2, 3}, 0, 1, 1, 0, 1, 0);
    Path file = folder.resolve("a.npy");

    Npy.write(tensor, file);

    assertThat(Npy.read(file).contentEquals(tensor)).isTrue();
    assertThat((Files.size(file) - tensor.byteSize()) % 64).isZero();
  }

  @ParameterizedTest
  @CsvSource({"''", "0", "'3,0'", "1", "'2,1,3'"})
  void everyShapeIsReadAsItWasWritten(String text) {
    long[] sizes =
        text.isEmpty()
            ? new long[0]
            : Arrays.stream(text.split(",")).mapToLong(Long::parseLong).toArray();
    double[] numbers =
        IntStream.range(0, (int) Tensor.elementCount(sizes)).asDoubleStream().toArray();
    Tensor tensor = Tensor.ofNumbers(DataType.INT32, sizes, numbers);

    Tensor read = Npy.read(Npy.bytes(tensor));

    assertThat(read.sizes()).isEqualTo(sizes);
    assertThat(read.contentEquals(tensor)).isTrue();
  }

  @Test
  void readsBigEndianColumnMajor() {
    Tensor tensor =
        decode(
            "k05VTVBZAQB2AHsnZGVzY3InOiAnPmk0JywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAo"
                + "MiwgMyksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg"
                + "ICAgICAgIAoAAAABAAAABAAAAAIAAAAFAAAAAwAAAAY=");

    assertThat(tensor).hasToString("int32[2,3]");
    assertThat(tensor.toLongs()).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void readsThreeDimensionsColumnMajor() {
    Tensor tensor =
        decode(
            "k05VTVBZAQB2AHsnZGVzY3InOiAnPHUyJywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAo"
                + "MiwgMywgNCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg"
                + "ICAgICAgIAoAAAwABAAQAAgAFAABAA0ABQARAAkAFQACAA4ABgASAAoAFgADAA8ABwATAAsAFwA=");

    assertThat(tensor).hasToString("uint16[2,3,4]");
    assertThat(tensor.toLongs()).containsExactly(IntStream.range(0, 24).asLongStream().toArray());
  }

  @Test
  void readsVersionTwo() {
    Tensor tensor =
        decode(
            "k05VTVBZAgB0AAAAeydkZXNjcic6ICc8ZjInLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUn"
                + "OiAoMiwpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg"
                + "ICAgICAgIAoAOADA");

    assertThat(tensor).hasToString("float16[2]");
    assertThat(tensor.toFloats()).containsExactly(0.5f, -2);
  }

  @Test
  void readsAScalarOfVersionThree() {
    Tensor tensor =
        decode(
            "k05VTVBZAwB0AAAAeydkZXNjcic6ICd8YjEnLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUn"
                + "OiAoKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg"
                + "ICAgICAgIAoB");

    assertThat(tensor).hasToString("bool[]");
    assertThat(tensor.toLongs()).containsExactly(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{'descr': '<i2', 'fortran_order': False, 'shape': (2,), ",
        "{'descr': '<i2', 'fortran_order': False}",
        "{'descr': '<i2', 'fortran_order': False, 'shape': (2,), 'shape': (2,)}",
        "{'descr': '<i2', 'fortran_order': False, 'shape': (2,), 'more': 1}",
        "{'descr': '<i2', 'fortran_order': false, 'shape': (2,)}",
        "{'descr': '<i2', 'fortran_order': False, 'shape': (2)}",
        "{'descr': '<i2', 'fortran_order': False, 'shape': (-2,)}",
        "{'descr': '<i2', 'fortran_order': False, 'shape': [2]}",
        "{'descr': '<i2', 'fortran_order': False, 'shape': (1 2)}",
        "{'descr': '<i2', 'fortran_order': False, 'shape': (,)}",
        "{'descr': '<i2', 'fortran_order': False, 'shape': (9999999999999999999,)}",
        "{'descr': '<i2', 'fortran_order': False, 'shape': (2,)} + 1",
        "{'descr': '<i2, 'fortran_order': False, 'shape': (2,)}",
        "{'descr': [('a', '<i2')], 'fortran_order': False, 'shape': (2,)}",
        "__import__('os').system('true')",
      })
  void aMalformedHeaderIsRefused(String header) {
    assertThatThrownBy(() -> Npy.read(file(1, header, 4)))
        .isInstanceOf(DemitasseException.class)
        .hasMessageStartingWith("has a malformed .npy header at character ")
        .hasMessageEndingWith("expected 'descr', 'fortran_order' and 'shape': " + header.strip());
  }

  @ParameterizedTest
  @ValueSource(strings = {"<c8", "|O", "<M8[ns]", "<U5", "=i4", "|i2", "<i3", "i2", "<f16"})
  void aTypeThatOnnxDoesNotHaveIsRefused(String type) {
    assertThatThrownBy(() -> Npy.read(file(1, VALID.replace("<i2", type), 4)))
        .isInstanceOf(DemitasseException.class)
        .hasMessage(
            "is an array of '"
                + type
                + "', expected one of b1, f2, f4, f8, i1, i2, i4, i8, u1, u2, u4, u8");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 5, 4000})
  void contentOfAnotherLengthIsRefused(int bytes) {
    assertThatThrownBy(() -> Npy.read(file(1, VALID, bytes)))
        .hasMessage("holds %,d bytes of elements, expected 4 for int16[2]".formatted(bytes));
  }

  @ParameterizedTest
  @ValueSource(strings = {"(999999999999,)", "(99999999999, 99999999999)", "(2147483647, 2)"})
  void hugeSizesAreRefusedBeforeMemoryIsTaken(String shape) {
    assertThatThrownBy(() -> Npy.read(file(1, VALID.replace("(2,)", shape), 4)))
        .isInstanceOf(DemitasseException.class)
        .hasMessageEndingWith("at most 1,073,741,824 bytes are taken");
  }

  @Test
  void everyTruncationIsRefused() {
    byte[] whole = Npy.bytes(Tensor.ofLongs(new long[] {2}, 1, 2));
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> Npy.read(part))
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(DemitasseException.class);
    }
  }

  @Test
  void anotherVersionOrMagicIsRefused() {
    assertThatThrownBy(() -> Npy.read(file(4, VALID, 4)))
        .hasMessage("is a .npy file of version 4.0, expected 1.0 to 3.0");
    assertThatThrownBy(() -> Npy.read("PK not an array".getBytes(StandardCharsets.US_ASCII)))
        .hasMessage("is no .npy file: it does not start with \\x93NUMPY");
  }

  @Test
  void aHeaderThatClaimsToBeLongerThanTheFileIsRefused() {
    byte[] bytes = file(2, VALID, 4);
    Arrays.fill(bytes, 8, 12, (byte) 0xff);

    assertThatThrownBy(() -> Npy.read(bytes))
        .hasMessage("is no .npy file: its header does not fit into %d bytes", bytes.length);
  }

  private static Tensor decode(String base64) {
    return Npy.read(Base64.getDecoder().decode(base64));
  }

  /** A file of this version with this header and so many bytes of zeros. */
  private static byte[] file(int version, String header, int content) {
    byte[] text = header.getBytes(StandardCharsets.US_ASCII);
    int lengthBytes = version == 1 ? 2 : 4;
    byte[] bytes = Arrays.copyOf(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'}, 8);
    bytes[6] = (byte) version;
    bytes = Arrays.copyOf(bytes, 8 + lengthBytes + text.length + content);
    bytes[8] = (byte) text.length;
    System.arraycopy(text, 0, bytes, 8 + lengthBytes, text.length);
    return bytes;
  }
}

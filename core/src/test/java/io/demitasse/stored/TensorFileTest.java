package io.demitasse.stored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.ir.Computation;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tensors come back as they were written, and nothing else is taken for tensors. */
final class TensorFileTest {
  @TempDir private Path folder;

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("file"), bytes);
  }

  private static byte[] bytes(Map<String, Tensor> tensors) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TensorFile.write(tensors, out);
    return out.toByteArray();
  }

  private Map<String, Tensor> readAgain(Map<String, Tensor> tensors) throws IOException {
    return TensorFile.read(file(bytes(tensors)));
  }

  private static void assertSame(Map<String, Tensor> read, Map<String, Tensor> written) {
    assertThat(read).containsOnlyKeys(written.keySet());
    written.forEach(
        (name, tensor) ->
            assertThat(tensor.contentEquals(read.get(name))).as(name + " " + tensor).isTrue());
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "STRING")
  void eachTypeComesBack(DataType type) throws IOException {
    long[] sizes = {3, 5};
    byte[] content = new byte[Math.toIntExact(type.bytes(15))];
    new Random(4).nextBytes(content);
    Map<String, Tensor> written =
        Map.of("w", Tensor.of(type, sizes, MemorySegment.ofArray(content)));

    assertSame(readAgain(written), written);
  }

  @Test
  void emptyOnesScalarsTextsAndOddNamesComeBack() throws IOException {
    Map<String, Tensor> written = new LinkedHashMap<>();
    written.put("encoder/läyer 1:ω", Tensor.ofFloats(new long[] {2}, 1, Float.NaN));
    written.put("", Tensor.scalar(7L));
    written.put("none", Tensor.ofFloats(new long[] {0, Long.MAX_VALUE}));
    written.put("bytes", Tensor.ofBytes(DataType.INT8, new long[] {1}, (byte) -3));
    written.put(
        "texts",
        Tensor.ofStrings(
            new long[] {2, 1}, List.of("cup".getBytes(StandardCharsets.UTF_8), new byte[0])));
    written.put("no texts", Tensor.ofStrings(new long[] {0}, List.of()));

    assertSame(readAgain(written), written);
    assertSame(readAgain(Map.of()), Map.of());
  }

  @Test
  void whatIsDeferredIsComputedWhereItIsWritten() throws IOException {
    Computation computation =
        new Computation() {
          @Override
          public List<Result> results() {
            return List.of(Result.of(DataType.FLOAT, 40_000), Result.of(DataType.INT64));
          }

          @Override
          public void compute(List<MemorySegment> destinations) {
            destinations.getFirst().setAtIndex(Tensor.F32, 39_999, 5);
            destinations.getLast().set(Tensor.I64, 0, 6);
          }
        };
    List<Tensor> deferred = Tensor.deferred(computation);

    Map<String, Tensor> read =
        readAgain(Map.of("large", deferred.getFirst(), "count", deferred.getLast()));

    assertThat(read.get("large").toFloats(39_999, 1)).containsExactly(5);
    assertThat(read.get("count").toLongs()).containsExactly(6);
    assertThat(read.get("large").bytes().isMapped()).as("not on the heap").isTrue();
  }

  @Test
  void theSameTensorsGiveTheSameBytesInWhateverOrderTheyCome() throws IOException {
    Map<String, Tensor> one = new LinkedHashMap<>();
    Map<String, Tensor> other = new LinkedHashMap<>();
    for (int i = 0; i < 9; i++) {
      one.put("w" + i, Tensor.scalar((float) i));
      other.put("w" + (8 - i), Tensor.scalar((float) (8 - i)));
    }

    assertThat(bytes(one)).isEqualTo(bytes(other));
  }

  @Test
  void theFormIsAsItIsDescribed() throws IOException {
    byte[] bytes = bytes(Map.of("w", Tensor.ofInts(new long[] {2}, 1, -1)));
    ByteBuffer expected = ByteBuffer.allocate(72).order(ByteOrder.LITTLE_ENDIAN);
    expected.put("dmtensor".getBytes(StandardCharsets.US_ASCII)).putInt(1).putInt(33);
    expected.putInt(1).putInt(1).put((byte) 'w').putInt(6).putInt(1).putLong(2).putLong(8);
    expected.position(64).putInt(1).putInt(-1);

    assertThat(bytes).isEqualTo(expected.array());
  }

  static Stream<Arguments> damages() {
    return Stream.of(
        damage("a byte of the magic", "it does not begin as one", at -> at.put(0, (byte) 'x')),
        damage("a later version", "it has version 2, expected 1", at -> at.putInt(8, 2)),
        damage("a header of 2 GB", "its header would have", at -> at.putInt(12, Integer.MAX_VALUE)),
        damage("a negative header", "its header would have -1", at -> at.putInt(12, -1)),
        damage("a longer header", "its header goes on", at -> at.putInt(12, 34)),
        damage("a shorter header", "its header ends early", at -> at.putInt(12, 32)),
        damage("more tensors", "its header ends early", at -> at.putInt(16, 2)),
        damage("no tensors", "its header goes on", at -> at.putInt(16, 0)),
        damage("a name of 2 GB", "a name would have", at -> at.putInt(20, Integer.MAX_VALUE)),
        damage("a negative name", "a name would have -5", at -> at.putInt(20, -5)),
        damage("an unknown type", "'w' has a type 77", at -> at.putInt(25, 77)),
        damage("another type", "'w' needs 16 bytes and has 8", at -> at.putInt(25, 7)),
        damage("many axes", "'w' has 2000000000 axes", at -> at.putInt(29, 2_000_000_000)),
        damage("a negative size", "impossible sizes [-2]", at -> at.putLong(33, -2)),
        damage("a huge size", "impossible sizes", at -> at.putLong(33, Long.MAX_VALUE)),
        damage("a larger size", "'w' needs 12 bytes and has 8", at -> at.putLong(33, 3)),
        damage("less content", "'w' needs 8 bytes and has 4", at -> at.putLong(41, 4)),
        damage("texts", "'w' ends in a text", at -> at.putInt(25, 8)));
  }

  private static Arguments damage(String name, String complaint, Consumer<ByteBuffer> damage) {
    return Arguments.of(name, complaint, damage);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("damages")
  void whatIsNotAsItWasWrittenIsRefused(String name, String complaint, Consumer<ByteBuffer> damage)
      throws IOException {
    byte[] bytes = bytes(Map.of("w", Tensor.ofInts(new long[] {2}, 1, -1)));
    damage.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));

    assertThatThrownBy(() -> TensorFile.read(file(bytes)))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("it is no whole file of tensors: ")
        .hasMessageContaining(complaint);
  }

  @Test
  void whatIsShorterOrLongerIsRefused() throws IOException {
    byte[] bytes =
        bytes(Map.of("a", Tensor.scalar(1f), "b", Tensor.ofFloats(new long[] {3}, 1, 2, 3)));
    for (int length = 0; length < bytes.length; length++) {
      Path cut = file(Arrays.copyOf(bytes, length));
      assertThatThrownBy(() -> TensorFile.read(cut)).isInstanceOf(IOException.class);
    }
    assertThatThrownBy(() -> TensorFile.read(file(Arrays.copyOf(bytes, bytes.length + 1))))
        .hasMessageContaining("it has 205 bytes, and by its header it has 204");
  }

  @Test
  void aNameThatStandsTwiceIsRefused() throws IOException {
    byte[] bytes = bytes(Map.of("a", Tensor.scalar(1f), "b", Tensor.scalar(2f)));
    ByteBuffer.wrap(bytes).put(45, (byte) 'a');

    assertThatThrownBy(() -> TensorFile.read(file(bytes)))
        .hasMessageContaining("it has two tensors 'a'");
  }

  @Test
  void noFloodOfRandomBytesDoesHarm() throws IOException {
    byte[] whole =
        bytes(
            Map.of(
                "texts",
                Tensor.ofStrings(new long[] {2}, List.of(new byte[] {1}, new byte[] {2, 3})),
                "w",
                Tensor.ofInts(new long[] {2}, 1, -1)));
    Random random = new Random(11);
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes = whole.clone();
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        TensorFile.read(file(bytes));
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("it is no whole file of tensors: ");
      }
    }
  }
}

package io.demitasse.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights are read as they were stored, and what is damaged is refused. */
final class CTranslate2FileTest {
  /** Where the first variable has its axes: behind the numbers, "Spec" and "a". */
  private static final int AXES = 4 + 2 + 5 + 4 + 4 + 2 + 2;

  private final StoredModel model = new StoredModel();

  @TempDir private Path folder;

  @BeforeEach
  void some() {
    model.specification = "Spec";
    model.variables.put("a", Tensor.ofFloats(new long[] {2, 3}, 1, -2, 3, 4, 5, 6.5f));
    model.variables.put(
        "b/half", Tensor.ofNumbers(DataType.FLOAT16, new long[] {3}, 0.5, -65504, 6e-8));
    model.variables.put("b/small", Tensor.ofBytes(DataType.INT8, new long[0], (byte) -3));
    model.variables.put("b/short", Tensor.ofNumbers(DataType.INT16, new long[] {1}, -300));
    model.variables.put("b/int", Tensor.ofInts(new long[] {1}, 70_000));
    model.aliases.put("tied", "a");
  }

  private ThrowableAssertAlternative<?> refused(byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("model.bin"), bytes);
    return Assertions.assertThatExceptionOfType(DemitasseException.class)
        .isThrownBy(() -> CTranslate2File.read(file))
        .withMessageStartingWith(file + " is no whole model of CTranslate2: ");
  }

  /** The file with something else from a byte on. */
  private byte[] with(int place, Consumer<ByteBuffer> change) {
    byte[] bytes = model.bytes();
    change.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(place));
    return bytes;
  }

  @Test
  void everyTypeIsReadAsItWasStored() throws IOException {
    CTranslate2File file = CTranslate2File.read(model.write(folder.resolve("model.bin")));

    assertThat(file.specification()).isEqualTo("Spec");
    assertThat(file.revision()).isEqualTo(3);
    assertThat(file.variables().keySet())
        .containsExactly("a", "b/half", "b/small", "b/short", "b/int", "tied");
    for (Map.Entry<String, Tensor> stored : model.variables.entrySet()) {
      assertThat(file.variables().get(stored.getKey()).contentEquals(stored.getValue())).isTrue();
    }
    assertThat(file.variables().get("tied")).isSameAs(file.variables().get("a"));
  }

  @Test
  void aFileThatBreaksOffIsRefusedWhereverItDoes() throws IOException {
    byte[] whole = model.bytes();
    for (int length = 0; length < whole.length; length++) {
      refused(Arrays.copyOf(whole, length));
    }
    refused(Arrays.copyOf(whole, whole.length + 1)).withMessageContaining("behind its last alias");
  }

  @Test
  void hugeSizesAreRefusedBeforeAnythingIsMade() throws IOException {
    refused(with(AXES + 1, bytes -> bytes.putInt(-1).putInt(-1)))
        .withMessageContaining("'a' cannot have the sizes [4294967295, 4294967295] in a file of");
    refused(with(AXES + 10, bytes -> bytes.putInt(-1)))
        .withMessageContaining("'a' of float[2, 3] needs 24 bytes and says 4294967295");
    refused(with(AXES + 1, bytes -> bytes.putInt(0)))
        .withMessageContaining("'a' of float[0, 3] needs 0 bytes and says 24");
    refused(with(AXES, bytes -> bytes.put((byte) 200))).withMessageContaining("'a' has 200 axes");
    refused(with(15, bytes -> bytes.putInt(-1)));
    refused(with(4, bytes -> bytes.putShort((short) -1)))
        .withMessageContaining("the specification would have 65535 bytes");
    refused(with(4, bytes -> bytes.putShort((short) 0)));
  }

  @Test
  void whatIsUnknownIsRefused() throws IOException {
    refused(with(AXES + 9, bytes -> bytes.put((byte) 9)))
        .withMessageContaining("'a' has a type 9, types 0 to 5 are known");
    refused(with(0, bytes -> bytes.putInt(3))).withMessageContaining("version 3, versions 4 to 6");
    refused(with(AXES - 2, bytes -> bytes.put((byte) '\n'))).withMessageContaining("a character");
    refused(with(AXES - 1, bytes -> bytes.put((byte) 'x'))).withMessageContaining("without a zero");
  }

  @Test
  void namesAreTakenOnceAndAliasesStandForSomething() throws IOException {
    model.aliases.put("other", "c");
    refused(model.bytes()).withMessageContaining("'other' stands for 'c', which is not there");
    model.aliases.put("other", "tied");
    refused(model.bytes()).withMessageContaining("'other' stands for 'tied'");
    model.aliases.clear();
    model.aliases.put("b/int", "a");
    refused(model.bytes()).withMessageContaining("two variables 'b/int'");
  }

  /** Whatever stands in a file, it is read or refused, and nothing else happens. */
  @Test
  void noiseIsReadOrRefused() throws IOException {
    Random random = new Random(4);
    Path file = folder.resolve("noise.bin");
    int refused = 0;
    for (int trial = 0; trial < 500; trial++) {
      byte[] bytes = model.bytes();
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      Files.write(file, bytes);
      try {
        CTranslate2File.read(file).variables().values().forEach(Tensor::bytes);
      } catch (DemitasseException e) {
        assertThat(e).hasMessageContaining("noise.bin");
        refused++;
      }
    }
    assertThat(refused).isBetween(100, 499);
  }

  @Test
  void aFileThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> CTranslate2File.read(folder.resolve("none.bin")))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("There is no file");
    assertThatThrownBy(() -> CTranslate2File.read(folder))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("a folder, not a file");
  }
}

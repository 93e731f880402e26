package io.demitasse.ir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TensorTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FLOAT          | 0000c03f000080ff      | 1.5, -Infinity",
        "DOUBLE         | 000000000000f83f      | 1.5",
        "FLOAT16        | 003e00fc              | 1.5, -Infinity",
        "BFLOAT16       | c03f80ff              | 1.5, -Infinity",
        "FLOAT8E4M3FN   | 3c017ebe7f            | 1.5, 0.001953125, 448, -1.75, NaN",
        "FLOAT8E4M3FNUZ | 44017fc680            | 1.5, 0.0009765625, 240, -1.75, NaN",
        "FLOAT8E5M2     | 3e017bbf7cfc7e        | 1.5, 0.0000152587890625, 57344, -1.75, Infinity,"
            + " -Infinity, NaN",
        "FLOAT8E5M2FNUZ | 42017fc380            | 1.5, 0.00000762939453125, 57344, -1.75, NaN",
        "FLOAT8E8M0     | 7f8081ff              | 1, 2, 4, NaN",
        "FLOAT4E2M1     | 10325476f7            | 0, 0.5, 1, 1.5, 2, 3, 4, 6, 6, -6",
        "INT8           | 7f80                  | 127, -128",
        "UINT8          | 7f80                  | 127, 128",
        "BOOL           | 0001                  | 0, 1",
        "INT16          | ff7f0080              | 32767, -32768",
        "UINT16         | ff7f0080              | 32767, 32768",
        "INT32          | ffffffff              | -1",
        "UINT32         | ffffffff              | 4294967295",
        "INT64          | ffffffffffffffff      | -1",
        "UINT64         | 0000000000000080      | 9223372036854775808",
        "INT4           | 8f07                  | -1, -8, 7, 0",
        "UINT4          | 8f07                  | 15, 8, 7, 0",
        "INT2           | e4                    | 0, 1, -2, -1",
        "UINT2          | e4                    | 0, 1, 2, 3"
      })
  void everyNumericTypeIsReadAsFloats(DataType type, String hex, String expected) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    String[] numbers = expected.strip().split(",\\s*", -1);
    Tensor tensor = Tensor.of(type, new long[] {numbers.length}, MemorySegment.ofArray(bytes));

    float[] floats = tensor.toFloats();

    for (int i = 0; i < numbers.length; i++) {
      assertThat(floats[i]).as(type + " " + i).isEqualTo(Float.valueOf(numbers[i]));
    }
  }

  @ParameterizedTest
  @EnumSource(DataType.class)
  void integersAreReadFromIntegerTypesOnly(DataType type) {
    if (type == DataType.STRING) {
      assertThatThrownBy(() -> Tensor.ofStrings(new long[] {1}, List.of(new byte[0])).toLongs())
          .hasMessage("a string tensor has no byte form");
      return;
    }
    Tensor tensor =
        Tensor.of(type, new long[] {8}, MemorySegment.ofArray(new byte[(int) type.bytes(8)]));

    boolean complex = type == DataType.COMPLEX64 || type == DataType.COMPLEX128;
    if (complex || type.isFloatingPoint()) {
      assertThatThrownBy(tensor::toLongs)
          .hasMessage("no integers are read from a " + type.text() + " tensor");
    } else {
      assertThat(tensor.toLongs()).containsExactly(0, 0, 0, 0, 0, 0, 0, 0);
    }
    if (complex) {
      assertThatThrownBy(tensor::toFloats).isInstanceOf(IllegalStateException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {
        "FLOAT",
        "DOUBLE",
        "FLOAT16",
        "BFLOAT16",
        "INT8",
        "UINT8",
        "INT16",
        "UINT16",
        "INT32",
        "UINT32",
        "INT64",
        "UINT64",
        "INT4",
        "UINT4",
        "INT2",
        "UINT2",
        "BOOL"
      })
  void numbersAreStoredInEveryTypeThatTakesThem(DataType type) {
    Tensor tensor = Tensor.ofNumbers(type, new long[] {3}, 1, 0, 1);

    assertThat(tensor.dataType()).isEqualTo(type);
    assertThat(tensor.toFloats()).containsExactly(1, 0, 1);
  }

  @Test
  void numbersAreRoundedToTheNearest() {
    assertThat(Tensor.ofNumbers(DataType.INT8, new long[] {3}, 1.4, 2.5, -1.6).toLongs())
        .containsExactly(1, 2, -2);
    float third = 1 / 3f;
    assertThat(Tensor.ofNumbers(DataType.BFLOAT16, new long[] {2}, third, Double.NaN).toFloats())
        .containsExactly(0.33398438f, Float.NaN);
    assertThatThrownBy(() -> Tensor.ofNumbers(DataType.FLOAT8E5M2, new long[] {1}, 1))
        .hasMessage("no number can be stored in a float8e5m2 tensor");
    assertThatThrownBy(() -> Tensor.ofNumbers(DataType.COMPLEX64, new long[] {1}, 1))
        .hasMessage("no integer can be stored in a complex64 tensor");
  }

  @Test
  void sizesAndContentAgree() {
    assertThatThrownBy(() -> Tensor.ofFloats(new long[] {2, 2}, 1, 2, 3))
        .hasMessage("tensor float[2, 2] needs 16 bytes, got 12");
    assertThatThrownBy(() -> Tensor.ofStrings(new long[] {2}, List.of()))
        .hasMessage("string tensor [2] needs 2 elements, got 0");
    assertThatThrownBy(() -> Tensor.ofFloats(new long[] {-1}))
        .hasMessage("a tensor has no negative sizes: [-1]");
    assertThatThrownBy(() -> Tensor.ofFloats(new long[] {1L << 40, 1L << 40}))
        .isInstanceOf(ArithmeticException.class);
    assertThat(Tensor.ofFloats(new long[] {0, 1L << 40, 1L << 40}).elementCount()).isZero();
    assertThat(Tensor.ofFloats(new long[] {1L << 40, 1L << 40, 0}).elementCount()).isZero();
  }

  @Test
  void sizesShapeAndTypeAreTold() {
    Tensor tensor = Tensor.ofInts(new long[] {2, 3}, 1, 2, 3, 4, 5, 6);

    assertThat(tensor.rank()).isEqualTo(2);
    assertThat(tensor.size(-1)).isEqualTo(3);
    assertThat(tensor.byteSize()).isEqualTo(24);
    assertThat(tensor).hasToString("int32[2,3]");
    assertThat(tensor.type()).hasToString("int32[2,3]");
    assertThat(Tensor.ofStrings(new long[] {2}, List.of(new byte[3], new byte[4])).byteSize())
        .isEqualTo(7);
  }

  @Test
  void contentIsReadOnly() {
    Tensor tensor = Tensor.scalar(1f);

    assertThatThrownBy(() -> tensor.bytes().set(ValueLayout.JAVA_BYTE, 0, (byte) 1))
        .isInstanceOf(IllegalArgumentException.class);
    long[] sizes = tensor.reshaped(1).sizes();
    sizes[0] = 5;
    assertThat(tensor.reshaped(1).sizes()).containsExactly(1);
  }

  @Test
  void otherSizesOfTheSameContent() {
    Tensor tensor = Tensor.ofLongs(new long[] {2, 2}, 1, 2, 3, 4);

    assertThat(tensor.reshaped(4).toLongs()).containsExactly(1, 2, 3, 4);
    assertThatThrownBy(() -> tensor.reshaped(3)).hasMessage("cannot view [2, 2] as [3]");
  }

  @Test
  void contentIsComparedBitByBit() {
    Tensor tensor = Tensor.ofFloats(new long[] {2}, 0f, Float.NaN);

    assertThat(tensor.contentEquals(Tensor.ofFloats(new long[] {2}, 0f, Float.NaN))).isTrue();
    assertThat(tensor.contentEquals(Tensor.ofFloats(new long[] {2}, -0f, Float.NaN))).isFalse();
    assertThat(tensor.contentEquals(Tensor.ofFloats(new long[] {1, 2}, 0f, Float.NaN))).isFalse();
    assertThat(tensor.contentEquals(Tensor.ofInts(new long[] {2}, 0, 0x7fc00000))).isFalse();
    Tensor text = Tensor.ofStrings(new long[] {1}, List.of(new byte[] {1}));
    assertThat(text.contentEquals(Tensor.ofStrings(new long[] {1}, List.of(new byte[] {1}))))
        .isTrue();
    assertThat(text.contentEquals(Tensor.ofStrings(new long[] {1}, List.of(new byte[] {2}))))
        .isFalse();
    assertThatThrownBy(tensor::strings).hasMessage("a float tensor holds no strings");
    assertThatThrownBy(text::bytes).hasMessage("a string tensor has no byte form");
  }

  /** Halves and doubles a tensor, and counts how often it is asked to. */
  private static final class HalvesAndDoubles implements Computation {
    private final Tensor source;
    private final List<String> runs = new ArrayList<>();

    HalvesAndDoubles(Tensor source) {
      this.source = source;
    }

    @Override
    public List<Result> results() {
      Result result = Result.of(DataType.FLOAT, source.sizes());
      return List.of(result, result);
    }

    @Override
    public void compute(List<MemorySegment> destinations) {
      runs.add("run");
      float[] values = source.toFloats();
      for (int i = 0; i < values.length; i++) {
        destinations.get(0).setAtIndex(Tensor.F32, i, values[i] / 2);
        destinations.get(1).setAtIndex(Tensor.F32, i, values[i] * 2);
      }
    }
  }

  @Test
  void smallDeferredTensorsAreComputedOnceForAllResults() {
    HalvesAndDoubles computation = new HalvesAndDoubles(Tensor.ofFloats(new long[] {2}, 1, 2));
    List<Tensor> tensors = Tensor.deferred(computation);
    assertThat(tensors.get(1)).hasToString("float[2]");
    assertThat(tensors.get(1).byteSize()).isEqualTo(8);
    assertThat(computation.runs).isEmpty();

    assertThat(tensors.get(0).toFloats()).containsExactly(0.5f, 1);
    assertThat(tensors.get(1).toFloats()).containsExactly(2, 4);
    assertThat(tensors.get(1).reshaped(2, 1).toFloats()).containsExactly(2, 4);

    assertThat(computation.runs).hasSize(1);
    assertThatThrownBy(() -> tensors.get(0).bytes().fill((byte) 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aDeferredTensorKnowsItsComputation() {
    HalvesAndDoubles computation = new HalvesAndDoubles(Tensor.ofFloats(new long[] {2}, 1, 2));
    List<Tensor> tensors = Tensor.deferred(computation);

    assertThat(tensors.get(1).computation()).isSameAs(computation);
    assertThat(tensors.get(1).resultIndex()).isEqualTo(1);
    assertThat(Tensor.scalar(1f).computation()).isNull();
  }

  @Test
  void largeDeferredTensorsAreRightHoweverOftenTheyAreComputed() {
    int count = 1 << 16;
    float[] values = new float[count];
    values[count - 1] = 3;
    List<Tensor> tensors =
        Tensor.deferred(new HalvesAndDoubles(Tensor.ofFloats(new long[] {count}, values)));

    assertThat(tensors.get(1).toFloats()[count - 1]).isEqualTo(6);
    assertThat(tensors.get(0).toFloats()[count - 1]).isEqualTo(1.5f);
  }
}

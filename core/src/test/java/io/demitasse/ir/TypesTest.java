package io.demitasse.ir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TypesTest {

  @ParameterizedTest
  @EnumSource(DataType.class)
  void dataTypesAreFoundByTheirCode(DataType type) {
    assertThat(DataType.ofCode(type.code())).isSameAs(type);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 27, 1000})
  void unknownCodesAreRefused(int code) {
    assertThatThrownBy(() -> DataType.ofCode(code))
        .hasMessage("ONNX defines no tensor data type " + code);
  }

  @Test
  void packedTypesAreRoundedUpToWholeBytes() {
    assertThat(DataType.INT4.bytes(3)).isEqualTo(2);
    assertThat(DataType.UINT2.bytes(5)).isEqualTo(2);
    assertThat(DataType.FLOAT.bytes(3)).isEqualTo(12);
    assertThatThrownBy(() -> DataType.DOUBLE.bytes(1L << 60))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void shapesTellTheirDimensions() {
    Shape shape = new Shape(List.of(Dim.named("N"), Dim.UNKNOWN, Dim.of(3)));

    assertThat(shape).hasToString("[N,?,3]");
    assertThat(shape.dim(-1)).isEqualTo(Dim.of(3));
    assertThat(shape.isFixed()).isFalse();
    assertThatThrownBy(shape::sizes).hasMessage("shape [N,?,3] is not fixed");
    assertThat(Shape.of(2, 3).sizes()).containsExactly(2, 3);
    assertThat(Shape.of()).hasToString("[]");
  }

  @Test
  void dimensionsAreSound() {
    assertThatThrownBy(() -> Dim.of(-1))
        .hasMessage("a fixed dimension must not be negative, got -1");
    assertThatThrownBy(() -> Dim.named(""))
        .hasMessage("a named dimension needs a name; use Dim.UNKNOWN");
  }

  @Test
  void typesTellWhatTheyHold() {
    ValueType tensor = ValueType.tensor(DataType.FLOAT, (Shape) null);

    assertThat(tensor).hasToString("float[...]");
    assertThat(new ValueType.OfSequence(tensor)).hasToString("seq(float[...])");
    assertThat(new ValueType.OfMap(DataType.INT64, tensor)).hasToString("map(int64,float[...])");
    assertThat(new ValueType.OfOptional(tensor)).hasToString("optional(float[...])");
    assertThat(new ValueType.OfSparseTensor(DataType.INT8, Shape.of(2)))
        .hasToString("sparse(int8[2])");
  }

  @Test
  void aBundleHasParts() {
    assertThatThrownBy(() -> new Bundle(Map.of())).hasMessage("a bundle needs at least one part");
  }
}

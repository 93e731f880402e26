package io.demitasse.media.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.ValueType;
import io.demitasse.media.DeclaredInputs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Arrays of many samples with their labels. */
class NpzRowsTest {
  @TempDir private Path folder;

  private static SampleKinds kinds(Dim... dims) {
    return SampleKinds.of(
        new DeclaredInputs(
            List.of(
                new DeclaredInputs.Input(
                    "x", ValueType.tensor(DataType.FLOAT, new Shape(List.of(dims))), true))));
  }

  private Dataset open(Map<String, Tensor> arrays, Dim... dims) throws IOException {
    Path file = folder.resolve("a.npz");
    Npz.write(arrays, file);
    return Datasets.open(file, kinds(dims));
  }

  private static Tensor x(Sample sample) {
    return ((Sample.Tensors) sample).inputs().get("x");
  }

  private static final Tensor THREE = Tensor.ofFloats(new long[] {3, 2}, 1, 2, 3, 4, 5, 6);

  @Test
  void aLabelForEachRowMakesASampleOfEach() throws IOException {
    Dataset data =
        open(
            Map.of("x", THREE, "labels", Tensor.ofLongs(new long[] {3}, 7, 8, 9)),
            Dim.named("N"),
            Dim.of(2));

    assertThat(data.size()).isEqualTo(3);
    assertThat(x(data.get(2)).toFloats()).containsExactly(5, 6);
    assertThat(x(data.get(2)).sizes()).containsExactly(1, 2);
    assertThat(data.get(2).fields().text("label")).hasValue("9");
    assertThat(data.get(0).id()).isEqualTo("row 1");
  }

  @Test
  void rowsGetTheDimensionsThatAreMissing() throws IOException {
    Dataset data =
        open(
            Map.of(
                "images",
                Tensor.ofNumbers(DataType.UINT8, new long[] {2, 1, 2}, 1, 2, 3, 4),
                "y",
                Tensor.ofLongs(new long[] {2}, 0, 1)),
            Dim.named("N"),
            Dim.of(1),
            Dim.of(1),
            Dim.of(2));

    assertThat(x(data.get(1))).hasToString("float[1,1,1,2]");
    assertThat(x(data.get(1)).toFloats()).containsExactly(3, 4);
  }

  @Test
  void whatBelongsToOneSampleStaysOne() throws IOException {
    Map<String, Tensor> one = Map.of("x", THREE, "label", Tensor.ofLongs(new long[] {1}, 7));
    Map<String, Tensor> batch =
        Map.of("x", THREE, "label", Tensor.ofLongs(new long[] {3}, 7, 8, 9));

    assertThat(open(one, Dim.named("N"), Dim.of(2)).size()).isEqualTo(1);
    assertThat(open(one, Dim.named("N"), Dim.of(2)).get(0).fields().text("label")).hasValue("7");
    assertThat(open(batch, Dim.of(3), Dim.of(2)).size()).isEqualTo(1);
  }

  @Test
  void rowsThatTheModelDoesNotTakeAreRefused() throws IOException {
    Map<String, Tensor> arrays =
        Map.of("x", THREE, "labels", Tensor.ofLongs(new long[] {3}, 7, 8, 9));

    assertThatThrownBy(() -> open(arrays, Dim.named("N"), Dim.of(4)))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("3 of 3 samples")
        .hasMessageContaining("expected float[N,4], got float[1,2]");
  }
}

package io.demitasse.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import io.demitasse.stored.TensorFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CurveTest {
  private static final Curve CURVE =
      new Curve(
          "encoder",
          List.of(
              new Point(0, 0, Map.of(), Map.of("s/hidden", 2.5, "s/labels", .25), 2.75, 0),
              new Point(
                  40,
                  1e-5,
                  Map.of("s/hidden", 1.5, "s/labels", Double.POSITIVE_INFINITY),
                  Map.of("s/hidden", .1, "s/labels", Double.NaN),
                  .1,
                  0),
              new Point(80, 5e-6, Map.of("s/hidden", .5), Map.of(), 3, 0)),
          40,
          Trained.End.NO_BETTER,
          Optional.of("Nothing was better for 2 judgements, größtenteils."));

  @TempDir private Path folder;

  @Test
  void isTheSameAfterItWasStored() throws IOException {
    Path file = folder.resolve("found.tensors");
    TensorFile.write(CURVE.tensors(), file);

    assertThat(Curve.of("encoder", TensorFile.read(file))).isEqualTo(CURVE);
  }

  @Test
  void hasTheTypesThatAreTold() {
    assertThat(CURVE.tensors()).containsOnlyKeys(Curve.types().keySet());
    CURVE
        .tensors()
        .forEach(
            (name, tensor) ->
                assertThat(Curve.types().get(name).dataType())
                    .as(name)
                    .isEqualTo(tensor.dataType()));
  }

  @Test
  void isReadFromAmongOtherTensors() {
    Map<String, Tensor> all = new HashMap<>(CURVE.tensors());
    all.put("weight", Tensor.scalar(1f));

    assertThat(Curve.of("encoder", all)).isEqualTo(CURVE);
  }

  @Test
  void aCurveOfTheStartAloneNeedsNoReason() {
    Curve start =
        new Curve(
            "",
            List.of(new Point(0, 0, Map.of(), Map.of(), Double.NaN, 0)),
            0,
            Trained.End.ALL_STEPS,
            Optional.empty());

    assertThat(Curve.of("", start.tensors())).isEqualTo(start);
    assertThat(start.kept()).contains(start.points().getFirst());
  }

  @Test
  void howFastTheMachineWasIsNotStored() {
    Point fast = new Point(1, 1, Map.of(), Map.of("s/t", 1.), 1, 900);
    Curve curve = new Curve("m", List.of(fast), 1, Trained.End.ALL_STEPS, Optional.empty());

    assertThat(Curve.of("m", curve.tensors()).points().getFirst().samples()).isZero();
  }

  @Test
  void whatIsNoCurveIsRefusedWithAReason() {
    assertThat(refused("curve/values", null)).contains("no tensor 'curve/values'");
    assertThat(refused("curve/best", Tensor.scalar(-1L))).contains("step -1");
    assertThat(refused("curve/best", Tensor.scalar(1L << 40))).contains("step 1.09");
    assertThat(refused("curve/best", Tensor.scalar(1f))).contains("'curve/best' is float[]");
    assertThat(refused("curve/end", texts("TIRED"))).contains("'TIRED'");
    assertThat(refused("curve/end", texts())).contains("0 texts");
    assertThat(refused("curve/columns", texts("step", "rate"))).contains("[step, rate]");
    assertThat(refused("curve/columns", texts("step", "rate", "objective"))).contains("3 columns");
    String[] twice = {
      "step", "rate", "objective", "learned/a", "learned/a", "judged/a", "judged/b"
    };
    assertThat(refused("curve/columns", texts(twice))).contains("one name");
    assertThat(refused("curve/known", Tensor.ofBytes(DataType.BOOL, new long[] {3, 7}, zeros(21))))
        .contains("no step");
    assertThat(refused("curve/known", Tensor.ofBytes(DataType.BOOL, new long[] {3, 1}, zeros(3))))
        .contains("[3,7]");
    assertThat(
            refused(
                "curve/values",
                Tensor.ofNumbers(DataType.DOUBLE, new long[] {3, 7}, new double[21])))
        .contains("too late");
  }

  private static byte[] zeros(int count) {
    return new byte[count];
  }

  private static Tensor texts(String... texts) {
    return Tensor.ofStrings(
        new long[] {texts.length},
        List.of(texts).stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList());
  }

  /** What is said of the curve with another tensor of that name, or none. */
  private static String refused(String name, Tensor other) {
    Map<String, Tensor> stored = new HashMap<>(CURVE.tensors());
    stored.remove(name);
    if (other != null) {
      stored.put(name, other);
    }
    Throwable[] failure = new Throwable[1];
    assertThatThrownBy(() -> Curve.of("encoder", stored))
        .isInstanceOf(DemitasseException.class)
        .satisfies(thrown -> failure[0] = thrown);
    return failure[0].getMessage();
  }
}

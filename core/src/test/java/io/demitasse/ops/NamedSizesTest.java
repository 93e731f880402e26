package io.demitasse.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Model;
import io.demitasse.ir.Shape;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sizes that vary go through the rules of the table under their names. */
class NamedSizesTest {
  private static final String TEXT =
      """
      opset 17 graph g(x: float[B,S,12], y: float[B,T,12], i: int64[B,S]) -> () {
        axis = int64[1] {0}
        zero = int64[] {0}
        one = int64[1] {1}
        two = int64[1] {2}
        three = int64[1] {3}
        four = int64[1] {4}
        most = int64[1] {9223372036854775807}
        minus = int64[1] {-1}
        pair = int64[2] {0, 1}
        table = float[512,12] ~ 1
        weight = float[12,7] ~ 2
        kernel = float[5,12,3] ~ 3
        size = Shape(x)
        b = Gather(size, zero)
        b1 = Unsqueeze(b, axis)
        s1 = Slice(size, one, two)
        STATEMENT
      }
      """;

  private static Model model(String statement) {
    return TextGraph.parse(TEXT.replace("STATEMENT", statement));
  }

  private static Value value(Model model, String name) {
    return Objects.requireNonNull(model.graph().find(name));
  }

  private static Shape shape(InferredShapes shapes, Model model, String name) {
    return shapes.shape(value(model, name)).orElseThrow();
  }

  /** A shape, with # for what the file has no name for. */
  private static String text(InferredShapes shapes, Model model, String name) {
    return shape(shapes, model, name).toString().replaceAll("#\\d+", "#");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "r = Relu(x) | [B,S,12]",
        "step = int64[] {1} r = Range(zero, b, step) | [B]",
        "step = int64[] {2} r = Range(zero, b, step) | [#]",
        "step = int64[] {1} r = Range(step, b, step) | [#]",
        "step = int64[] {1} c = Add(b, b) r = Range(zero, c, step) | [#]",
        "r = Transpose(x) <perm=[2, 0, 1]> | [12,B,S]",
        "r = MatMul(x, weight) | [B,S,7]",
        "t = Transpose(x) <perm=[0, 2, 1]> r = Conv(t, kernel) <pads=[1, 1]> | [B,5,#]",
        "r = Gather(table, i) | [B#,S#,12]",
        "r = Gather(x, zero) <axis=1> | [B,12]",
        "r = ReduceMean(x) <axes=[1]> | [B,1,12]",
        "to = Concat(b1, s1, three, four) <axis=0> r = Reshape(x, to) | [B,S,3,4]",
        "to = Concat(b1, s1, three, minus) <axis=0> r = Reshape(x, to) | [B,S,3,4]",
        "to = Concat(b1, minus, three, four) <axis=0> r = Reshape(x, to) | [B,#,3,4]",
        "to = Concat(minus, three, four) <axis=0> r = Reshape(x, to) | [#,3,4]",
        "to = Concat(s1, minus) <axis=0> r = Reshape(i, to) | [S,#]",
        "si = Shape(i) l = Slice(si, one, two) to = Concat(l, minus) <axis=0> r = Reshape(i, to)"
            + " | [S#,B#]",
        "r = Flatten(i) | [B#,S#]",
        "r = Flatten(x) | [B,#]",
        "to = Concat(b1, s1) <axis=0> r = ConstantOfShape(to) | [B,S]",
        "to = Concat(b1, s1, one) <axis=0> r = Expand(table, to) | [B,512,12]",
        "c = Cast(size) <to=6> k = Cast(c) <to=7> r = ConstantOfShape(k) | [B,S,12]",
        "f = Cast(size) <to=1> k = Cast(f) <to=7> r = ConstantOfShape(k) | [#,#,12]",
        "n = Mul(s1, one) m = Add(axis, n) d = Div(m, one) e = Sub(d, axis) r = ConstantOfShape(e)"
            + " | [S]",
        "n = Mul(s1, two) r = ConstantOfShape(n) | [#]",
        "n = Sub(one, s1) r = ConstantOfShape(n) | [#]",
        "n = Div(one, s1) r = ConstantOfShape(n) | [#]",
        "p = Gather(size, pair) r = ConstantOfShape(p) | [B,S]",
        "r = Slice(x, axis, most, one) | [B,S,12]",
        "r = Slice(x, axis, s1, one) | [B,S,12]",
        "r = Slice(x, one, most, one) | [B,#,12]",
        "r = Concat(x, y) <axis=1> | [B,#,12]",
        "r = Concat(x, x) <axis=2> | [B,S,24]",
        "r, q = Split(x) <axis=2> | [B,S,6]",
        "r = GlobalAveragePool(x) | [B,S,1]",
        "r = Softmax(x) | [B,S,12]",
        "r = Unsqueeze(x, one) | [B,1,S,12]",
        "o = Unsqueeze(x, one) r = Squeeze(o, one) | [B,S,12]",
        "sb = Size(b1) r = ConstantOfShape(b1) | [B]",
        "c = Equal(size, size) r = Where(c, size, size) | [3]"
      })
  void namesAreCarried(String statement, String expected) {
    Model model = model(statement);
    InferredShapes shapes = ShapeInference.proved(model);
    assertThat(text(shapes, model, "r")).isEqualTo(expected);
  }

  @Test
  void sizesOfWhichNothingIsKnownAreEqualWhereverTheyAreCarried() {
    Model model =
        model("n = NonZero(i) f = Cast(n) <to=1> t = Transpose(f) u = Relu(f) v = Add(f, u)");
    InferredShapes shapes = ShapeInference.proved(model);
    assertThat(shape(shapes, model, "v")).isEqualTo(shape(shapes, model, "f"));
    assertThat(shape(shapes, model, "t").dim(0)).isEqualTo(shape(shapes, model, "f").dim(1));
  }

  @Test
  void theTwoOutputsOfASelectionAreOfOneSize() {
    Model model = model("v, p = TopK(i, s1) <axis=0> k = NonZero(i) n, m = TopK(k, b1)");
    InferredShapes shapes = ShapeInference.proved(model);
    assertThat(text(shapes, model, "v")).isEqualTo("[S,S#]");
    assertThat(shape(shapes, model, "p")).isEqualTo(shape(shapes, model, "v"));
    assertThat(shape(shapes, model, "n")).isEqualTo(shape(shapes, model, "m"));
  }

  @Test
  void theFirstOfATableAreAsManyAsTheyAreAddedTo() {
    Model model = model("part = Slice(table, axis, s1, axis) sum = Add(x, part)");
    InferredShapes shapes = ShapeInference.proved(model);
    Shape part = shape(shapes, model, "part");
    assertThat(part.dim(0)).isNotEqualTo(shape(shapes, model, "x").dim(1));
    assertThat(shapes.areEqual(part.dim(0), shape(shapes, model, "x").dim(1))).isTrue();
    assertThat(shape(shapes, model, "sum")).hasToString("[B,S,12]");
  }

  /**
   * The runtime takes other sizes for one name, so only who says so believes that they are equal.
   */
  @Test
  void namesOfTwoInputsAreBelievedOrNot() {
    Model model = model("sum = Add(x, y) both = Add(x, x)");
    InferredShapes proved = ShapeInference.following(model, Belief.ENFORCED);
    InferredShapes named = ShapeInference.following(model, Belief.NAMES);
    Value x = value(model, "x");
    Value y = value(model, "y");
    assertThat(shape(proved, model, "x").dim(0)).isNotEqualTo(shape(proved, model, "y").dim(0));
    assertThat(shape(proved, model, "sum").dim(0))
        .isNotIn(shape(proved, model, "x").dim(0), shape(proved, model, "y").dim(0));
    assertThat(shape(proved, model, "both")).isEqualTo(proved.shape(x).orElseThrow());
    assertThat(named.shape(x).orElseThrow().dim(0)).isEqualTo(named.shape(y).orElseThrow().dim(0));
    assertThat(text(named, model, "sum")).isEqualTo("[B,#,12]");
  }

  @Test
  void namesInAFileAreNoneOfOurs() {
    Model model =
        TextGraph.parse(
            "opset 17 graph g(x: float[M,4], y: float[N,4]) -> () {"
                + " a = NonZero(x) s = Relu(x) t = Relu(y) }");
    value(model, "x").type(type("#1"));
    value(model, "y").type(type("#2"));
    InferredShapes shapes = ShapeInference.following(model, Belief.NAMES);
    assertThat(shape(shapes, model, "a").dim(1))
        .isNotEqualTo(shape(shapes, model, "s").dim(0))
        .isNotEqualTo(shape(shapes, model, "t").dim(0));
    assertThat(shape(shapes, model, "s").dim(0)).isNotEqualTo(shape(shapes, model, "t").dim(0));
  }

  private static ValueType type(String name) {
    return new ValueType.OfTensor(DataType.FLOAT, new Shape(List.of(Dim.named(name), Dim.of(4))));
  }

  @Test
  void aLieAboutAnInnerValueIsBelievedOnlyWhereAllThatIsDeclaredIs() {
    Model model =
        TextGraph.parse(
            "opset 17 graph g(x: float[N,4]) -> (y) { n: int64[2,3] = NonZero(x) y = Relu(n) }");
    Value y = value(model, "y");
    assertThat(ShapeInference.infer(model, Map.of()).sizes(y)).contains(new long[] {2, 3});
    assertThat(ShapeInference.proved(model).sizes(y)).isEmpty();
    assertThat(ShapeInference.following(model, Belief.NAMES).sizes(y)).isEmpty();
  }

  @Test
  void sumsBeyondAllNumbersAreNotKnown() {
    Model model =
        model("far = int64[1] {9223372036854775807} n = Add(far, far) r = ConstantOfShape(n)");
    assertThat(ShapeInference.proved(model).sizes(value(model, "r"))).isEmpty();
  }
}

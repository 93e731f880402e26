package io.demitasse.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Model;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Value;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Small models that stand for sizes or contents beyond any memory. */
class BombsTest {
  private static final int TIMES = 40;

  /** One node after the other, each reading what the last made twice. */
  private static Model chain(String start, String node) {
    StringBuilder text = new StringBuilder("opset 17 graph g(x: float[2,3]) -> (t40) {\n" + start);
    for (int i = 1; i <= TIMES; i++) {
      text.append("t%d = %s\n".formatted(i, node.replace("PREVIOUS", "t" + (i - 1))));
    }
    return TextGraph.parse(text + "}");
  }

  private static Value last(Model model) {
    return model.graph().outputs().getFirst();
  }

  @Test
  void contentsThatDoubleAreNoLongerFollowed() {
    Model model = chain("t0 = Shape(x)\n", "Concat(PREVIOUS, PREVIOUS) <axis=0>");

    InferredShapes shapes = ShapeInference.infer(model, Map.of());

    assertThat(shapes.sizes(last(model))).contains(new long[] {2L << TIMES});
    assertThat(shapes.of(last(model)).orElseThrow().numbers()).isNull();
    assertThat(ShapeInference.proved(model).shape(last(model))).isPresent();
    assertThat(ModelSummary.of(model, Map.of()).work().peakActivationBytes()).isPositive();
  }

  @Test
  void sizesBeyondAnyMemoryAreAGap() {
    Model model = chain("two = int64[2] {2, 2} t0 = Relu(x)\n", "Tile(PREVIOUS, two)");

    ModelSummary summary = ModelSummary.of(model, Map.of());

    assertThat(summary.work().gaps()).anySatisfy(gap -> assertThat(gap).contains("it would be a"));
  }

  @Test
  void axesBeyondMeasureAreAGap() {
    Model model = chain("axes = int64[4] {0, 1, 2, 3} t0 = Relu(x)\n", "Unsqueeze(PREVIOUS, axes)");

    assertThat(ShapeInference.infer(model, Map.of()).gaps()).isNotEmpty();
  }

  @Test
  void contentsOfManyValuesTogetherAreBounded() {
    StringBuilder text = new StringBuilder("opset 17 graph g(x: float[2]) -> (t5000) {\n");
    text.append("n = int64[1] {1000} t0 = ConstantOfShape(n) <value=int64[1] {1}>\n");
    for (int i = 1; i <= 5000; i++) {
      text.append("t%d = Neg(t%d)\n".formatted(i, i - 1));
    }
    Model model = TextGraph.parse(text + "}");

    InferredShapes shapes = ShapeInference.infer(model, Map.of());

    assertThat(shapes.sizes(last(model))).contains(new long[] {1000});
    assertThat(shapes.of(last(model)).orElseThrow().numbers()).isNull();
  }
}

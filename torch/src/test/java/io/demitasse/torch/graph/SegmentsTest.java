package io.demitasse.torch.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Model;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Value;
import io.demitasse.torch.kernel.Kernels;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Where steps are cut. */
final class SegmentsTest {
  private static final long LARGE = 100;

  /** Residual blocks, in which three large values are alive and between which there is one. */
  private static Model blocks(int count) {
    StringBuilder text = new StringBuilder("ir 10, opset 17\ngraph g(x0: float[N,4]) -> (x");
    text.append(count).append(") {\n");
    for (int i = 0; i < count; i++) {
      text.append(
          "a%d = Relu(x%<d)\nb%<d = Tanh(a%<d)\nc%<d = Mul(a%<d, b%<d)\nx%d = Add(x%1$d, c%1$d)\n"
              .formatted(i, i + 1));
    }
    return TextGraph.parse(text.append("}\n").toString());
  }

  private static Segments segments(Model model, Map<Value, Long> bytes) {
    List<Plan.Step> steps = Plan.of(model.graph(), Kernels::of, Set.of()).varying();
    model.graph().nodes().forEach(node -> bytes.putIfAbsent(node.output(), LARGE));
    return Segments.of(steps, bytes);
  }

  @Test
  void muchLessIsKeptThanAll() {
    Segments segments = segments(blocks(25), new HashMap<>());

    assertThat(segments.bytes()).isLessThan(100 * LARGE / 4);
    assertThat(segments.steps().stream().mapToInt(List::size).sum()).isEqualTo(100);
  }

  @Test
  void theyAreCutWhereLittleIsAlive() {
    Segments segments = segments(blocks(25), new HashMap<>());

    assertThat(segments.between())
        .hasSize(segments.steps().size() - 1)
        .allMatch(value -> value.name().startsWith("x"));
  }

  @Test
  void whatIsLargeDecidesAndNotHowManyStepsThereAre() {
    Model model = blocks(8);
    Map<Value, Long> bytes = new HashMap<>();
    for (Value value : model.graph().values()) {
      if (!value.name().endsWith("0") && !value.name().endsWith("1")) {
        bytes.put(value, 1L);
      }
    }

    Segments segments = segments(model, bytes);

    assertThat(segments.steps().getFirst()).hasSizeLessThan(8);
    assertThat(segments.bytes()).isLessThan(6 * LARGE);
  }

  @Test
  void eachReadsWhatEarlierOnesGive() {
    Segments segments = segments(blocks(9), new HashMap<>());
    Set<Value> given = new HashSet<>();
    for (int segment = 0; segment < segments.steps().size(); segment++) {
      assertThat(given).containsAll(segments.readBy(segment));
      given.addAll(segments.givenBy(segment, Set.of()));
    }
    assertThat(given).isEqualTo(segments.between());
  }
}

package io.demitasse.pass;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.ValueType;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WhereTest {
  private final Graph graph = new Graph("main", null);
  private final Node named =
      graph
          .node("MatMul")
          .name("/encoder/layer.0/MatMul")
          .inputs(graph.addInput("x", (ValueType) null))
          .append();
  private final Node unnamed =
      graph.node("com.microsoft", "Gelu").inputs(named.output()).outputs("gelu_out").append();

  private static Where where(List<String> operators, List<String> nodes, List<String> exceptNodes) {
    return new Where(List.of(), operators, nodes, List.of(), exceptNodes);
  }

  @Test
  void emptySelectsEverything() {
    assertThat(Where.EVERYWHERE.selects(named)).isTrue();
    assertThat(Where.EVERYWHERE.selectsPart("any")).isTrue();
  }

  @Test
  void globsMatchWholeLabels() {
    assertThat(where(List.of(), List.of("/encoder/*"), List.of()).selects(named)).isTrue();
    assertThat(where(List.of(), List.of("/encoder/layer?0/*"), List.of()).selects(named)).isTrue();
    assertThat(where(List.of(), List.of("encoder"), List.of()).selects(named)).isFalse();
    assertThat(where(List.of(), List.of("*layer.1*"), List.of()).selects(named)).isFalse();
  }

  @Test
  void aNodeWithoutNameIsCalledByItsOutputAndOperatorsByDomain() {
    assertThat(Where.label(unnamed)).isEqualTo("gelu_out");
    assertThat(where(List.of("com.microsoft.*"), List.of("gelu_*"), List.of()).selects(unnamed))
        .isTrue();
    assertThat(where(List.of("Gelu"), List.of(), List.of()).selects(unnamed)).isFalse();
  }

  @Test
  void exclusionsWin() {
    assertThat(where(List.of("MatMul"), List.of(), List.of("/encoder/*")).selects(named)).isFalse();
    assertThat(Where.EVERYWHERE.except(List.of("gelu_out")).selects(unnamed)).isFalse();
  }
}

package io.demitasse.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import org.junit.jupiter.api.Test;

class OpTest {
  private final Graph graph = new Graph("g", null);

  @Test
  void findsARowByDomainAndType() {
    assertThat(Op.of(graph.node("Gelu").append())).contains(Op.GELU);
    assertThat(Op.of(graph.node(Model.CONTRIB, "Gelu").append())).contains(Op.CONTRIB_GELU);
    assertThat(Op.of(Op.CONTRIB_GELU.in(graph).append())).contains(Op.CONTRIB_GELU);
    assertThat(Op.CONTRIB_GELU.is(graph.node("Gelu").append())).isFalse();
  }

  @Test
  void anOperatorWithoutARowIsOpaque() {
    assertThat(Op.of(graph.node("com.acme", "MatMul").append())).isEmpty();
    assertThat(Op.of(graph.node("Madmul").append())).isEmpty();
  }

  @Test
  void theChannelAxisFollowsTheAttributes() {
    Node gemm = graph.node("Gemm").append();
    assertThat(Op.GEMM.channelAxis(gemm, 1)).hasValue(1);
    assertThat(Op.GEMM.channelAxis(gemm, 0)).hasValue(0);
    Node transposed = graph.node("Gemm").attribute("transA", 1).attribute("transB", 1).append();
    assertThat(Op.GEMM.channelAxis(transposed, 1)).hasValue(0);
    assertThat(Op.GEMM.channelAxis(transposed, 0)).hasValue(1);
    Node fused = Op.CONTRIB_FUSED_MAT_MUL.in(graph).attribute("transB", 1).append();
    assertThat(Op.CONTRIB_FUSED_MAT_MUL.channelAxis(fused, 1)).hasValue(-2);
    assertThat(Op.CONTRIB_FUSED_MAT_MUL.channelAxis(fused, 0)).hasValue(-2);
    Node rows = graph.node("Gather").attribute("axis", 1).append();
    assertThat(Op.GATHER.channelAxis(rows, 0)).hasValue(1);
  }

  @Test
  void theChannelAxisOfAProductDependsOnTheSide() {
    Node product = graph.node("MatMul").append();
    assertThat(Op.MAT_MUL.channelAxis(product, 1)).hasValue(-1);
    assertThat(Op.MAT_MUL.channelAxis(product, 0)).hasValue(-2);
    assertThat(Op.SOFTMAX.channelAxis(product, 0)).isEmpty();
  }

  @Test
  void randomNumbersAndControlFlowAreNotPure() {
    assertThat(Op.values())
        .filteredOn(op -> !op.isPure())
        .extracting(Op::type)
        .containsExactlyInAnyOrder(
            "Dropout",
            "Bernoulli",
            "Multinomial",
            "RandomNormal",
            "RandomNormalLike",
            "RandomUniform",
            "RandomUniformLike",
            "If",
            "Loop",
            "Scan");
  }
}

package io.demitasse.ir;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValueTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "value=float[2] {1, 2}   | float[2] {1, 2}",
        "value_float=1.5         | float[] {1.5}",
        "value_floats=[1.5, 2.5] | float[2] {1.5, 2.5}",
        "value_int=7             | int64[] {7}",
        "value_ints=[7, 8]       | int64[2] {7, 8}",
        "value_string=\"a\"      | string[] {\"a\"}",
        "value_strings=[\"a\", \"b\"] | string[2] {\"a\", \"b\"}"
      })
  void aConstantNodeIsConstantInEverySpelling(String attribute, String expected) {
    Graph graph =
        TextGraph.parse("opset 13 graph g() -> (c) { c = Constant() <" + attribute + "> }").graph();
    Graph tensor = TextGraph.parse("opset 13 graph g() -> (c) { c = " + expected + " }").graph();

    Tensor content = graph.find("c").constant().orElseThrow();

    assertThat(content.contentEquals(tensor.find("c").initializer())).isTrue();
    assertThat(graph.find("c").initializer()).isNull();
  }

  @Test
  void aSparseConstantIsNotTakenForADenseOne() {
    Graph graph =
        TextGraph.parse(
                "opset 13 graph g() -> (c) { c = Constant() <sparse_value=sparse [4] \"\" float[1]"
                    + " {1} int64[1] {2}> }")
            .graph();

    assertThat(graph.find("c").constant()).isEmpty();
  }

  @Test
  void anOperatorOfAnotherDomainIsNoConstant() {
    Graph graph =
        TextGraph.parse("my 1 graph g() -> (c) { c = my::Constant() <value_int=1> }").graph();

    assertThat(graph.find("c").constant()).isEmpty();
  }

  @Test
  void anInitializerIsConstantUnlessACallerMayOverrideIt() {
    Graph graph =
        TextGraph.parse("opset 13 graph g(d = float[1] {1}, x) -> (x) { w = float[1] {2} }")
            .graph();

    assertThat(graph.find("w").constant()).isPresent();
    assertThat(graph.find("d").constant()).isEmpty();
    assertThat(graph.find("d").initializer()).isNotNull();
    assertThat(graph.find("x").constant()).isEmpty();
  }

  @Test
  void aValueComputedFromConstantsIsNoConstant() {
    Graph graph =
        TextGraph.parse("opset 13 graph g() -> (c) { w = float[1] {2} c = Neg(w) }").graph();

    assertThat(graph.find("c").constant()).isEmpty();
  }

  @Test
  void nodesOfSubgraphsSeeOuterConstants() {
    Graph graph =
        TextGraph.parse(
                """
                opset 13 graph g(c: bool[]) -> (y) {
                  w = Constant() <value_int=3>
                  y = If(c) <then_branch=graph t() -> (a) { a = Neg(w) }, else_branch=graph e() -> (b) { b = Abs(w) }>
                }
                """)
            .graph();
    Node inner = graph.find("y").producer().subgraphs().getFirst().nodes().getFirst();

    assertThat(inner.constantInput(0).orElseThrow().toLongs()).containsExactly(3);
  }

  @Test
  void typeShapeAndElementTypeAreKnownWhereTheFileSaysThem() {
    Graph graph =
        TextGraph.parse(
                "opset 13 graph g(a: float[N,2], b: int8[...], c: seq(float[1]), d) -> (a) { }")
            .graph();

    assertThat(graph.find("a").shape()).contains(new Shape(List.of(Dim.named("N"), Dim.of(2))));
    assertThat(graph.find("a").dataType()).contains(DataType.FLOAT);
    assertThat(graph.find("b").shape()).isEmpty();
    assertThat(graph.find("b").dataType()).contains(DataType.INT8);
    assertThat(graph.find("c").dataType()).isEmpty();
    assertThat(graph.find("d").type()).isNull();
    assertThat(graph.inputs())
        .extracting(Value::toString)
        .containsExactly("a: float[N,2]", "b: int8[...]", "c: seq(float[1])", "d");
  }

  @Test
  void bytesThatAreNoTextAreKept() {
    byte[] bytes = {(byte) 0xff, 0};
    Tensor tensor = Tensor.ofStrings(new long[0], List.of(bytes));

    assertThat(tensor.strings().getFirst()).isEqualTo(bytes);
    assertThat(Attribute.of("é"))
        .isEqualTo(new Attribute.Bytes("é".getBytes(StandardCharsets.UTF_8)));
  }
}

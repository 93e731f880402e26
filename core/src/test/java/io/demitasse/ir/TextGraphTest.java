package io.demitasse.ir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TextGraphTest {
  private static final String EVERYTHING =
      """
      ir 8, opset 17, com.microsoft 1, my.domain 2

      graph main(x: float[N,3,?], flag: bool[], seq: seq(float[...]), d = float[2] {1, 2}, \
      open: float["batch size",2] = float[1,2] {0, 0}, m: map(int64, optional(string[])), s: sparse(float[4,4]), any) \
      -> (y: float[N,3,4], "odd name", x) {
        w = float[2,2] {1, -0.5, 1e-5, nan}
        half = float16[3] {0.33325195, inf, -inf}
        names = string[2] {"a \\"b\\"\\n", x"ff00"}
        packed = int4[3] {-8, 7, 1}
        raw = float8e4m3fn[2] x"3cff"
        nothing = float[0,4] {}
        single = int64[] {-9223372036854775808}
        h: float[N,4], _, rest = com.microsoft::Split(x, _, w) <axis=-1, alpha=0.5, mode="fast", sizes=[1, 2], \
      scales=[1.0, 2.5], tags=["a", "b"], none=ints [], bits=x"fe"> # /layer/split
        "odd name" = "a b::Do it"(rest, d)
        y = If(flag) <
          then_branch=graph yes() -> (p: float[2,2]) {
            local = float[2,2] {1, 2, 3, 4}
            q = Mul(h, local)
            p = Loop(_, flag, q) <
              body=graph body(i: int64[], go: bool[], state) -> (go, next) {
                next = Add(state, h)
              }
            >
          },
          else_branch=graph no() -> (r) {
            r = Relu(h) # "relu 1"
          },
          count=3
        >
        all = my.domain::All@two(h) <t=float[1] {2}, tt=tensors [int64[1] {1}, bool[] {true}], \
      sp=sparse [4,4] corner float[1] {5} int64[1] {15}, ty=type seq(int64[?]), tys=types [float[1], optional(float[...]), opaque(my.domain, Thing)], \
      gs=graphs [graph one() -> () {
        }]>
      }

      function my.domain::All@two <alpha, beta=1.0> (a, b: float[1]) -> (c) opset 17, my.domain 2 {
        c = Scale(a, b) <by=@alpha:1>
      }
      """;

  @Test
  void printingAndParsingAreInverse() {
    Model model = TextGraph.parse(EVERYTHING);

    String printed = TextGraph.print(model);

    assertThat(TextGraph.print(TextGraph.parse(printed))).isEqualTo(printed);
    assertThat(tokens(printed)).isEqualTo(tokens(EVERYTHING));
    assertThat(SameModel.differences(model, TextGraph.parse(printed))).isEmpty();
  }

  /** The text without its layout. */
  private static String tokens(String text) {
    TextLexer lexer = new TextLexer(text);
    return Stream.generate(lexer::next)
        .takeWhile(token -> token.kind() != TextToken.Kind.END)
        .map(TextToken::shown)
        .collect(Collectors.joining(" "));
  }

  @Test
  void theTextIsLaidOutForPeople() {
    Model model =
        TextGraph.parse(
            """
            opset 13 graph g(c: bool[],x: float[N]) -> (y) { b = float[1]{ 2.0 } // a comment
              y: float[N] = If(c)<then_branch = graph t()->(u){u=Add(x,b)}, else_branch=graph e()->(v){v=Neg(x)#n}>}
            """);

    assertThat(TextGraph.print(model))
        .isEqualTo(
            """
            ir 10, opset 13

            graph g(c: bool[], x: float[N]) -> (y: float[N]) {
              b = float[1] {2}
              y = If(c) <
                then_branch=graph t() -> (u) {
                  u = Add(x, b)
                },
                else_branch=graph e() -> (v) {
                  v = Neg(x) # n
                }
              >
            }
            """);
  }

  @Test
  void subgraphsReadValuesOfTheGraphsAround() {
    Model model = TextGraph.parse(EVERYTHING);
    Value h = model.graph().find("h");

    assertThat(h.uses().stream().map(use -> use.node().opType()))
        .containsExactly("Mul", "Add", "Relu", "All");
    assertThat(h.uses().getFirst().node().graph().outer()).isSameAs(model.graph());
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"STRING"},
      mode = EnumSource.Mode.EXCLUDE)
  void everyBitOfEveryTypeSurvives(DataType type) {
    int count = 16;
    byte[] bytes = new byte[Math.toIntExact(type.bytes(count))];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 37 + 255);
    }
    Tensor tensor =
        Tensor.of(type, new long[] {4, 4}, java.lang.foreign.MemorySegment.ofArray(bytes));
    Graph graph = new Graph("g", null);
    graph.addInitializer("t", tensor);

    Model again = TextGraph.parse(TextGraph.print(new Model(graph)));

    Tensor back = again.graph().find("t").initializer();
    assertThat(back.contentEquals(tensor)).isTrue();
  }

  @Test
  void unusualNansKeepTheirBits() {
    Tensor tensor = Tensor.ofFloats(new long[] {1}, Float.intBitsToFloat(0x7fc12345));
    Graph graph = new Graph("g", null);
    graph.addInitializer("t", tensor);

    String printed = TextGraph.print(new Model(graph));

    assertThat(printed).contains("t = float[1] x\"4523c17f\"");
    assertThat(TextGraph.parse(printed).graph().find("t").initializer().contentEquals(tensor))
        .isTrue();
  }

  @Test
  void aLargeTensorIsPrintedAsAChecksumThatChangesWithItsContent() {
    String first =
        TextGraph.print(TextGraph.parse("opset 13 graph g() -> (t) { t = float[5,13] ~ 7 }"));
    String second =
        TextGraph.print(TextGraph.parse("opset 13 graph g() -> (t) { t = float[5,13] ~ 8 }"));

    assertThat(first).containsPattern("t = float\\[5,13\\] #[0-9a-f]{8}\n");
    assertThat(second).isNotEqualTo(first);
    assertThatThrownBy(() -> TextGraph.parse(first))
        .hasMessage(
            "Text graph, line 4, column 19: the content of this tensor is not in the text, only its"
                + " checksum; write the elements in braces or a fill such as ~ 7.");
  }

  @Test
  void aFillIsReproducibleAndScaledByTheFanIn() {
    Graph graph =
        TextGraph.parse(
                """
                opset 13 graph g() -> () {
                  product = float[400,100] ~ 7
                  same = float[400,100] ~ 7
                  conv = float[100,16,5,5] ~ 7
                  positive = float[1000] ~ 3 in [0.5, 1.5]
                  ids = int64[1000] ~ 3 in [0, 9]
                }
                """)
            .graph();
    Tensor product = graph.find("product").initializer();

    assertThat(product.contentEquals(graph.find("same").initializer())).isTrue();
    assertThat(deviation(product)).isBetween(0.0495, 0.0505);
    assertThat(deviation(graph.find("conv").initializer())).isBetween(0.0495, 0.0505);
    for (float number : graph.find("positive").initializer().toFloats()) {
      assertThat(number).isBetween(0.5f, 1.5f);
    }
    assertThat(LongStream.of(graph.find("ids").initializer().toLongs()).distinct().sorted())
        .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
  }

  @Test
  void aFillGivesTheSameNumbersForever() {
    Tensor tensor =
        TextGraph.parse("opset 13 graph g() -> (t) { t = float[2] ~ 1 }")
            .graph()
            .find("t")
            .initializer();

    assertThat(tensor.toFloats()).containsExactly(1.561581f, -0.6081826f);
  }

  private static double deviation(Tensor tensor) {
    double sum = 0;
    for (float number : tensor.toFloats()) {
      sum += number * number;
    }
    return Math.sqrt(sum / tensor.elementCount());
  }

  @ParameterizedTest
  @MethodSource
  void errorsSayWhereWhatWasExpectedAndWhatCame(String text, String message) {
    assertThatThrownBy(() -> TextGraph.parse(text))
        .isInstanceOfSatisfying(
            DemitasseException.class,
            e -> assertThat(e.kind()).isEqualTo(DemitasseException.Kind.BAD_MODEL))
        .hasMessage("Text graph, " + message + ".");
  }

  static Stream<Arguments> errorsSayWhereWhatWasExpectedAndWhatCame() {
    return Stream.of(
        Arguments.of(
            "",
            "line 1, column 1: expected 'ir', 'opset' or a domain, each with a version, got the end"
                + " of the text"),
        Arguments.of(
            "opset x", "line 1, column 7: expected the version of the operator set, got 'x'"),
        Arguments.of("opset 9 grap", "line 1, column 9: expected ',' or 'graph', got 'grap'"),
        body("y = Add(x, z)", 2, 14, "'z' is not defined before this place"),
        body("y = Add(x x)", 2, 13, "expected ',' or ')', got 'x'"),
        body("x = Neg(x)", 2, 3, "'x' is already defined"),
        body("a, a = Split(x)", 2, 6, "'a' is already defined"),
        body("_ = float[1] {1}", 2, 3, "expected the name of a value, got '_'"),
        body("a, b = float[1] {1}", 2, 6, "a tensor defines one value, not 2"),
        body("t = float[2] {1}", 2, 7, "float[2] needs 2 elements, got 1"),
        body("t = float[2] x\"00\"", 2, 7, "float[2] needs 8 bytes, got 1"),
        body(
            "t = float[N] {1}",
            2, 7, "expected a tensor type with a fixed shape, such as float[2,3]"),
        body("t = int8[1] {128}", 2, 16, "expected int8 of -128 to 127, got '128'"),
        body("t = int64[1] {1.5}", 2, 17, "expected an integer, got '1.5'"),
        body("t = bool[1] {1}", 2, 16, "expected true or false, got '1'"),
        body("t = int64[1] ~ 5", 2, 7, "a fill of integers needs a range, such as ~ 7 in [0, 9]"),
        body(
            "t = float8e5m2[1] {1}",
            2, 7, "elements of type float8e5m2 have no decimal form; give raw bytes as x\"...\""),
        body(
            "t = float[1] = 1",
            2,
            16,
            "expected elements in {}, raw bytes as x\"...\", or a fill such as ~ 7, got '='"),
        body("t: tensor = A()", 2, 13, "expected '(', got '='"),
        body(
            "t: list(x) = A()",
            2,
            6,
            "expected a type such as float[N,3] or seq(float[...]), got 'list'"),
        body("y = A(x) <axis 1>", 2, 18, "expected '=', got '1'"),
        body(
            "y = A(x) <mode=fast>",
            2,
            18,
            "expected the value of an attribute (a text needs quotes), got 'fast'"),
        body(
            "y = A(x) <axes=[]>",
            2,
            19,
            "an empty list says what it holds: ints [], floats [] or strings []"),
        body("y = A(x) <axes=[1, true]>", 2, 22, "expected an integer, got 'true'"),
        body(
            "y = A(x) <n=9223372036854775808>",
            2,
            15,
            "expected an integer of 64 bits, got '9223372036854775808'"),
        body("y = A(x) <s=\"open>", 2, 15, "a quoted text does not end on its line"),
        body("y = A(x) <s=\"\\q\">", 2, 15, "unknown escape \\q"),
        body("y ! A(x)", 2, 5, "unexpected character '!'"),
        body("= A(x)", 2, 3, "expected the name of a value or '}', got '='"),
        Arguments.of(
            "opset 9 graph g() -> (y) { }",
            "line 1, column 23: the graph's output 'y' is not defined in graph 'g'"),
        Arguments.of(
            "opset 9 graph g(x: float[1]) -> (x: float[2]) { }",
            "line 1, column 34: 'x' has type float[1] elsewhere, here float[2]"),
        Arguments.of(
            "opset 9 graph g() -> () { } x",
            "line 1, column 29: expected 'function' or the end of the text, got 'x'"));
  }

  private static Arguments body(String statement, int line, int column, String message) {
    return Arguments.of(
        "opset 9 graph g(x) -> () {\n  " + statement + "\n}",
        "line " + line + ", column " + column + ": " + message);
  }
}

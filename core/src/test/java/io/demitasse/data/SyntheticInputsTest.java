package io.demitasse.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyntheticInputsTest {
  private static final String BERT =
      """
      opset 14
      graph bert(input_ids: int64[batch,sequence], attention_mask: int64[batch,sequence], \
      token_type_ids: int64[batch,sequence], position_ids: int64[batch,sequence]) -> (y) {
        words = float[7,2] ~ 1
        places = float[5,2] ~ 2
        cast = Cast(input_ids) <to=6>
        line = int64[] {-1}
        flat = Reshape(cast, line)
        a = Gather(words, flat)
        b = Gather(places, position_ids)
        y = Add(a, b)
      }
      """;

  @Test
  void tokensStayInsideTheTableTheyLookUp() {
    Tensor ids = inputs(BERT, Map.of("sequence", 1000L)).get("input_ids");

    assertThat(ids.sizes()).containsExactly(1, 1000);
    assertThat(LongStream.of(ids.toLongs()).distinct().sorted())
        .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L);
  }

  @Test
  void masksPassTypesAreZeroAndPositionsCount() {
    Map<String, Tensor> inputs = inputs(BERT, Map.of("batch", 2L, "sequence", 3L));

    assertThat(inputs.get("attention_mask").toLongs()).containsExactly(1, 1, 1, 1, 1, 1);
    assertThat(inputs.get("token_type_ids").toLongs()).containsExactly(0, 0, 0, 0, 0, 0);
    assertThat(inputs.get("position_ids").toLongs()).containsExactly(0, 1, 2, 0, 1, 2);
  }

  @Test
  void positionsStayInsideTheirTable() {
    assertThat(inputs(BERT, Map.of("sequence", 8L)).get("position_ids").toLongs())
        .containsExactly(0, 1, 2, 3, 4, 0, 1, 2);
  }

  @Test
  void tokensFollowQuantizedTables() {
    Map<String, Tensor> inputs =
        inputs(
            """
            opset 13
            graph g(tokens: int32[500]) -> (y) {
              table = uint8[3,2] ~ 1 in [0, 255]
              scale = float[] {0.1}
              words = DequantizeLinear(table, scale)
              y = Gather(words, tokens)
            }
            """,
            Map.of());

    assertThat(inputs.get("tokens").dataType()).isEqualTo(DataType.INT32);
    assertThat(LongStream.of(inputs.get("tokens").toLongs()).distinct().sorted())
        .containsExactly(0L, 1L, 2L);
  }

  @Test
  void indicesStayInsideTheAxisTheyPickFrom() {
    Map<String, Tensor> inputs =
        inputs(
            """
            opset 13
            graph g(ids: int64[2000]) -> (y) {
              table = float[3,2] ~ 1
              y = Gather(table, ids) <axis=1>
            }
            """,
            Map.of());

    assertThat(LongStream.of(inputs.get("ids").toLongs()).distinct().sorted())
        .containsExactly(0L, 1L);
  }

  @Test
  void samplesDifferAndFollowFromTheSeed() {
    Samples samples = samples(BERT, 1, 3, Map.of());
    Samples same = samples(BERT, 1, 3, Map.of());
    Samples other = samples(BERT, 2, 3, Map.of());

    assertThat(ids(samples, 2).toLongs()).isEqualTo(ids(same, 2).toLongs());
    assertThat(ids(samples, 2).toLongs()).isNotEqualTo(ids(samples, 1).toLongs());
    assertThat(ids(samples, 2).toLongs()).isNotEqualTo(ids(other, 2).toLongs());
    assertThat(samples.size()).isEqualTo(3);
    assertThat(samples.synthetic()).isTrue();
    assertThat(samples.spread(2).synthetic()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x: float[B,3,H,W]                  | y: float[B,10]     | 1,3,224,224",
        "x: float[?,3,?,?]                  | y: float[?,1,?,?]  | 1,3,640,640",
        "x: float[DynamicDimension.0,3,48,W] | y: float[?,?,6625] | 1,3,48,320",
        "pixels: float[N,H,W,3]             | y                  | 1,224,224,3",
        "input_ids: int64[batch,seq]        | y                  | 1,32",
        "ids: int64[?,?]                    | y                  | 1,32",
        "mask: bool[s]                      | y                  | 32",
        "audio: float[?,?]                  | y                  | 1,16000",
        "past_key_values.0.key: float[b,4,past_sequence_length,8] | y | 1,4,0,8",
        "mask: int64[b,\"past_length + 1\"]   | y                  | 1,1",
        "state: float[2,?,128]              | y                  | 2,1,128",
        "x: float[a,b,c]                    | y                  | 1,1,32",
        "x: float[...]                      | y                  | ''"
      })
  void openDimensionsGetSensibleSizes(String input, String output, String sizes) {
    String text =
        "opset 13 graph g(%s) -> (%s) { y = Op(%s) }"
            .formatted(input, output, input.substring(0, input.indexOf(":")));

    Tensor tensor = inputs(text, Map.of()).values().iterator().next();

    assertThat(tensor.shape()).hasToString("[" + sizes + "]");
  }

  @Test
  void readersOfTextGetALine() {
    Map<String, Tensor> inputs =
        inputs(
            "opset 13 graph reader(x: float[?,3,?,?]) -> (y: float[?,?,99]) { y = Softmax(x) }",
            Map.of());

    assertThat(inputs.get("x").sizes()).containsExactly(1, 3, 48, 320);
  }

  @Test
  void voiceDetectorsGetAFrameAStateAndASampleRate() {
    Map<String, Tensor> inputs =
        inputs(
            "opset 16 graph vad(input: float[?,?], state: float[2,?,128], sr: int64[]) -> (y) { y ="
                + " Op(input) }",
            Map.of());

    assertThat(inputs.get("input").sizes()).containsExactly(1, 512);
    assertThat(inputs.get("state").toFloats()).containsOnly(0f);
    assertThat(inputs.get("sr").toLongs()).containsExactly(16000);
  }

  @Test
  void numbersFitTheirType() {
    Map<String, Tensor> inputs =
        inputs(
            """
            opset 13
            graph g(image: float[1,3,20,20], bytes: uint8[1,3,20,20], half: float16[2,200], flag: bool[], \
            words: string[2], given = float[1] {1}) -> (y) { y = Op(image) }
            """,
            Map.of());

    assertThat(inputs.get("image").toFloats())
        .satisfies(
            all -> {
              for (float each : all) {
                assertThat(each).isBetween(-1f, 1f);
              }
            });
    assertThat(LongStream.of(inputs.get("bytes").toLongs()).max().orElseThrow()).isGreaterThan(200);
    assertThat(inputs.get("half").dataType()).isEqualTo(DataType.FLOAT16);
    assertThat(inputs.get("flag").toLongs()).containsExactly(1);
    assertThat(inputs.get("words").strings()).hasSize(2);
    assertThat(inputs).doesNotContainKey("given");
  }

  @Test
  void unnamedDimensionsAreGivenByInputAndAxis() {
    Map<String, Tensor> inputs =
        inputs(
            "opset 13 graph g(x: float[?,3,?,?]) -> (y) { y = Op(x) }",
            Map.of("x[0]", 2L, "x[3]", 64L));

    assertThat(inputs.get("x").sizes()).containsExactly(2, 3, 224, 64);
  }

  @Test
  void sizesOfNoOpenDimensionAreRefused() {
    assertThatThrownBy(() -> samples(BERT, 1, 1, Map.of("seq", 8L)))
        .isInstanceOfSatisfying(
            DemitasseException.class,
            e -> assertThat(e.kind()).isEqualTo(DemitasseException.Kind.BAD_REQUEST))
        .hasMessage("No input has an open dimension 'seq' to be 8; open are: batch, sequence.");
    assertThatThrownBy(() -> samples(BERT, 1, 1, Map.of("batch", -1L)))
        .hasMessage("Dimension 'batch' cannot be -1; give a size of at least 0.");
    assertThatThrownBy(
            () -> samples("opset 13 graph g(x: float[2]) -> (x) { }", 1, 1, Map.of("n", 1L)))
        .hasMessage("No input has an open dimension 'n' to be 1; all are fixed.");
  }

  @Test
  void inputsThatAreNoTensorsAreRefused() {
    assertThatThrownBy(
            () -> samples("opset 13 graph g(x: seq(float[2])) -> (x) { }", 1, 1, Map.of()))
        .hasMessage("Input 'x' is seq(float[2]): no inputs can be made up for it; give data.");
  }

  private static Tensor ids(Samples samples, int index) {
    return ((Sample.Tensors) samples.get(index)).inputs().get("input_ids");
  }

  private static Map<String, Tensor> inputs(String text, Map<String, Long> sizes) {
    return ((Sample.Tensors) samples(text, 7, 1, sizes).get(0)).inputs();
  }

  private static Samples samples(String text, long seed, int count, Map<String, Long> sizes) {
    return SyntheticInputs.of(TextGraph.parse(text).graph(), seed, count, sizes);
  }
}

package io.demitasse.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import io.demitasse.port.Runtime.SessionOptions;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InventedInputsTest {
  private static final Runtime RUNTIME = Ports.find().runtime();
  private static final Memory MUCH = new Memory(4L << 30);

  private static final String TOWER =
      """
      opset 14
      graph tower(input_ids: int64[batch,sequence]) -> (y) {
        words = float[50,8] ~ 1
        places = float[1,16,8] ~ 2
        from = int64[] {0}
        axis = int64[] {1}
        a = Gather(words, input_ids)
        shape = Shape(input_ids)
        length = Gather(shape, axis)
        starts = Unsqueeze(from, from)
        ends = Unsqueeze(length, from)
        axes = Unsqueeze(axis, from)
        part = Slice(places, starts, ends, axes)
        y = Add(a, part)
      }
      """;

  @Test
  void aSequenceIsNoLongerThanTheTableOfPositions() {
    assertThat(run(TOWER).get("input_ids").sizes()).containsExactly(1, 16);
    assertThat(likely(TOWER)).isEqualTo(Map.of("sequence", 16L));
  }

  @Test
  void whatOnlyTheRuntimeCanTellIsFoundByTrying() {
    String looked =
        """
        opset 14
        graph g(input_ids: int64[batch,sequence]) -> (y) {
          words = float[50,8] ~ 1
          places = float[5,8] ~ 2
          a = Gather(words, input_ids)
          one = int64[] {1}
          ones = Equal(input_ids, input_ids)
          counts = Cast(ones) <to=7>
          counted = CumSum(counts, one)
          b = Gather(places, counted)
          y = Add(a, b)
        }
        """;

    assertThat(run(looked).get("input_ids").size(1)).isBetween(1L, 4L);
  }

  @Test
  void soundIsLongEnoughForTheWindowsItGoesThrough() {
    String encoder =
        """
        opset 14
        graph encoder(input_values: float[batch,sequence]) -> (y) {
          axis = int64[1] {1}
          a = Unsqueeze(input_values, axis)
          w1 = float[4,1,10] ~ 1
          w2 = float[4,4,20] ~ 2
          b = Conv(a, w1) <strides=[5]>
          y = Conv(b, w2) <strides=[4]>
        }
        """;

    assertThat(run(encoder).get("input_values").sizes()).containsExactly(1, 128);
  }

  @Test
  void pathsThatMeetAgainGetPicturesThatHalve() {
    String unet =
        """
        opset 14
        graph unet(x: float[1,1,h,w]) -> (y: float[1,2,h,w]) {
          scales = float[4] {1, 1, 32, 32}
          none = float[0] {}
          down = MaxPool(x) <kernel_shape=[32,32], strides=[32,32]>
          up = Resize(down, none, scales)
          y = Concat(x, up) <axis=1>
        }
        """;

    assertThat(run(unet).get("x").sizes()).containsExactly(1, 1, 640, 640);
    assertThat(likely(unet, Map.of("h", 100L, "w", 100L))).containsEntry("h", 100L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x: float[T,1,4], n: int32[1] | y, h = GRU(x, w, r, _, n) <hidden_size=2> | n | 32",
        "x: float[2,6], n: int64[2]   | y = Reshape(x, n)            | n | 2,-1",
        "x: float[2,6], n: int64[1]   | y, i = TopK(x, n)            | n | 1",
        "x: float[2,6], n: int64[1]   | y = Slice(x, n, big)         | n | 0",
        "x: float[2,6], n: int64[1]   | y = Slice(x, zero, n)        | n | 2147483647",
        "x: float[2,6], n: int64[2]   | y = Tile(x, n)               | n | 1,1",
        "x: float[2,6], n: int64[2]   | y = Expand(x, n)             | n | 1,1",
        "x: float[2,6], n: int64[4]   | y = Pad(x, n)                | n | 0,0,0,0",
        "x: float[2,6], n: int64[2]   | y, b = Split(x, n) <axis=1>  | n | 3,3",
        "x: float[2,6], n: int64[1]   | y = Unsqueeze(x, n)          | n | 0",
        "x: float[2,1], n: int64[1]   | y = Squeeze(x, n)            | n | 1",
        "x: float[2,6], n: int64[1]   | y = ReduceSum(x, n)          | n | 0",
        "x: float[2,6], n: int64[]    | y = CumSum(x, n)             | n | 0",
        "n: int64[2]                  | y = ConstantOfShape(n)       | n | 8,8",
        "n: int64[]                   | y = Range(first, n, step)    | n | 8",
      })
  void numbersThatTellAnOperatorWhatToDoAreWhatItCanDo(
      String inputs, String node, String name, String numbers) {
    String text =
        """
        opset 14
        graph g(%s) -> (y) {
          w = float[1,6,4] ~ 1
          r = float[1,6,2] ~ 2
          zero = int64[1] {0}
          big = int64[1] {9}
          first = int64[] {0}
          step = int64[] {1}
          %s
        }
        """
            .formatted(inputs, node);

    assertThat(LongStream.of(run(text).get(name).toLongs()).mapToObj(Long::toString))
        .containsExactly(numbers.split(","));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "float[3,4] ~ 1 | y = Gather(data, n)                                    | 2",
        "float[3,4] ~ 1 | y = Gather(data, n) <axis=1>                           | 3",
        "float[3,4] ~ 1 | m = Add(n, one) y = Gather(data, m)                    | 1",
        "float[3,90] ~ 1 | m = Unsqueeze(n, zero) y = GatherElements(data, m)     | 2",
        "float[5,3] ~ 1 | m = Unsqueeze(n, axis) y = GatherND(data, m)           | 4",
        "int64[] {7}    | y = OneHot(n, data, values)                            | 6",
      })
  void indicesStayInsideWhatTheyPickFrom(String data, String nodes, int last) {
    String text =
        """
        opset 14
        graph g(n: int64[90]) -> (y) {
          one = int64[] {1}
          zero = int64[1] {0}
          axis = int64[1] {1}
          values = float[2] {0, 1}
          data = %s
          %s
        }
        """
            .formatted(data, nodes.replace(" y =", "\n  y ="));

    long[] indices = run(text).get("n").toLongs();

    assertThat(LongStream.of(indices).max()).hasValue(last);
    assertThat(LongStream.of(indices).min().orElseThrow()).isBetween(-1L, 0L);
  }

  @Test
  void nothingIsDividedByAnIntegerZero() {
    String text = "opset 14 graph g(a: int64[500], n: int64[500]) -> (y) { y = Div(a, n) }";

    assertThat(LongStream.of(run(text).get("n").toLongs()).min().orElseThrow()).isPositive();
  }

  @Test
  void aDecoderGetsACacheThatItsMaskCovers() {
    String decoder =
        """
        opset 14
        graph decoder(input_ids: int64[batch,sequence_length], \
        attention_mask: int64[batch,total_sequence_length], \
        past: float[batch,past_sequence_length,8]) -> (y) {
          words = float[50,8] ~ 1
          a = Gather(words, input_ids)
          all = Concat(past, a) <axis=1>
          axis = int64[1] {2}
          mask = Cast(attention_mask) <to=1>
          wide = Unsqueeze(mask, axis)
          y = Mul(all, wide)
        }
        """;

    Map<String, Tensor> inputs = run(decoder);

    assertThat(inputs.get("attention_mask").size(1))
        .isEqualTo(inputs.get("input_ids").size(1) + inputs.get("past").size(1));
  }

  @Test
  void aModelIsNotToldToUseACacheThatIsEmpty() {
    String merged =
        """
        opset 14
        graph decoder(x: float[1,1,8], past: float[1,past_length,8], use_cache_branch: bool[1]) \
        -> (y) {
          a = Where(use_cache_branch, past, past)
          y = Concat(a, x) <axis=1>
        }
        """;

    assertThat(invented(merged, MUCH).get("use_cache_branch").toLongs()).containsExactly(0);
  }

  @Test
  void whatWasTriedAndWhatTheRuntimeSaidIsToldWhereNothingRuns() {
    String picky =
        """
        opset 14
        graph g(x: float[batch,sequence]) -> (y) {
          w = float[1000003,2] ~ 1
          y = MatMul(x, w)
        }
        """;

    assertThatThrownBy(() -> run(picky))
        .isInstanceOfSatisfying(
            DemitasseException.class,
            e -> assertThat(e.kind()).isEqualTo(DemitasseException.Kind.BAD_REQUEST))
        .hasMessageContaining("No invented inputs suit this model")
        .hasMessageContaining("16, 8, 4, 2, 1, 64, 128")
        .hasMessageContaining("ONNX Runtime")
        .hasMessageContaining("--data (tensors as .npz or JSON lines, for x: float[batch,sequence]")
        .hasMessageContaining("--shape");
  }

  @Test
  void otherSizesThanUsualAreToldWithWhatTheRuntimeSaid() {
    String batched =
        """
        opset 14
        graph g(x: float[batch,4]) -> (y) {
          shape = int64[2] {6, 2}
          a = Reshape(x, shape)
          y = Relu(a)
        }
        """;
    Samples samples = samples(batched, MUCH);

    assertThat(samples.synthetic()).isTrue();
    assertThat(inputs(samples, 0).get("x").sizes()).containsExactly(3, 4);
  }

  private static final String DECODER_OF_PICTURES =
      """
      opset 14
      graph vae(latent: float[1,4,h,w]) -> (y: float[1,4,hh,ww]) {
        scales = float[4] {1, 1, 8, 8}
        none = float[0] {}
        up = Resize(latent, none, scales)
        y = Relu(up)
      }
      """;

  @Test
  void picturesAreMadeSmallerUntilTheRunFitsTheMemory() {
    assertThat(likely(DECODER_OF_PICTURES)).isEmpty();

    Memory little = new Memory(40_000_000);
    long side = invented(DECODER_OF_PICTURES, little).get("latent").size(2);

    assertThat(side).isEqualTo(64);
    assertThat(2 * 4 * 4 * 64 * side * side).isLessThan(little.ofInventedRun());
  }

  @Test
  void whatCannotBeMadeSmallEnoughIsRefusedWithNumbers() {
    assertThatThrownBy(() -> samples(DECODER_OF_PICTURES, new Memory(1000)))
        .isInstanceOfSatisfying(
            DemitasseException.class,
            e -> assertThat(e.kind()).isEqualTo(DemitasseException.Kind.BAD_REQUEST))
        .hasMessageContaining("needs about 839 MB")
        .hasMessageContaining("250 bytes are allowed")
        .hasMessageContaining("--memory");
  }

  private static Map<String, Long> likely(String text) {
    return likely(text, Map.of());
  }

  private static Map<String, Long> likely(String text, Map<String, Long> given) {
    return new InventedInputs(TextGraph.parse(text).graph(), given, MUCH).likelySizes();
  }

  /** What is invented, after all of it has been run. */
  private static Map<String, Tensor> run(String text) {
    Model model = TextGraph.parse(text);
    Samples samples = samples(text, MUCH);
    try (Runtime.Session session = RUNTIME.open(model, SessionOptions.of(1))) {
      IntStream.range(0, samples.size()).forEach(i -> session.run(inputs(samples, i)));
    }
    return inputs(samples, 0);
  }

  private static Map<String, Tensor> invented(String text, Memory memory) {
    return inputs(samples(text, memory), 0);
  }

  private static Samples samples(String text, Memory memory) {
    Model model = TextGraph.parse(text);
    return new InventedInputs(model.graph(), Map.of(), memory)
        .samples(7, 3, () -> RUNTIME.open(model, SessionOptions.of(1)));
  }

  private static Map<String, Tensor> inputs(Samples samples, int index) {
    return ((Sample.Tensors) samples.get(index)).inputs();
  }
}

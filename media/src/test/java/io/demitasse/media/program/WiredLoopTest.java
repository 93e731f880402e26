package io.demitasse.media.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.data.Sample;
import io.demitasse.ir.Tensor;
import io.demitasse.media.SmallTokenizer;
import io.demitasse.media.generate.GeneratedText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts that run token by token, with the caches of several kinds of exports. */
class WiredLoopTest {
  private static final String WEIGHTS =
      """
        words = float[301,64] ~ 31 in [-1, 1]
        own_query = float[64,64] ~ 32
        own_key = float[64,64] ~ 33
        own_value = float[64,64] ~ 34
        cross_key = float[64,64] ~ 37
        out = float[64,301] ~ 40
      """;

  /** All tokens at once: what comes of any way to run them token by token. */
  static final String AT_ONCE =
      """
      ir 8, opset 17

      graph decoder(input_ids: int64[batch,count], states: float[batch,sequence,64])
          -> (logits: float[batch,count,301]) {
      """
          + WEIGHTS
          + """
            zero = int64[1] {0}
            one = int64[1] {1}
            none = float[] {0}
            closed = float[] {-1e9}
            x = Gather(words, input_ids)
            query = MatMul(x, own_query)
            key = MatMul(x, own_key)
            value = MatMul(x, own_value)
            turned = Transpose(key) <perm=[0, 2, 1]>
            scores = MatMul(query, turned)
            counts = Shape(input_ids) <start=1>
            square = Concat(counts, counts) <axis=0>
            all = Expand(closed, square)
            diagonal = int64[] {1}
            mask = Trilu(all, diagonal) <upper=1>
            causal = Add(scores, mask)
            shares = Softmax(causal) <axis=-1>
            mixed = MatMul(shares, value)
            crossed = MatMul(states, cross_key)
            meaning = ReduceMean(crossed) <axes=[1], keepdims=1>
            sum = Add(mixed, meaning)
            logits = MatMul(sum, out)
          }
          """;

  /** One token more, with the keys and values of those before. */
  private static final String STEP =
      """
        x = Gather(words, input_ids)
        query = MatMul(x, own_query)
        k = MatMul(x, own_key)
        v = MatMul(x, own_value)
        key = Concat(past_key, k) <axis=1>
        value = Concat(past_value, v) <axis=1>
        turned = Transpose(key) <perm=[0, 2, 1]>
        scores = MatMul(query, turned)
        shares = Softmax(scores) <axis=-1>
        mixed = MatMul(shares, value)
      """;

  static final String CACHED =
      """
      ir 8, opset 17

      graph decoder(
          input_ids: int64[batch,1],
          states: float[batch,sequence,64],
          past_key: float[batch,past,64],
          past_value: float[batch,past,64])
          -> (
          logits: float[batch,1,301], key: float[batch,all,64], value: float[batch,all,64]) {
      """
          + WEIGHTS
          + STEP
          + """
            crossed = MatMul(states, cross_key)
            meaning = ReduceMean(crossed) <axes=[1], keepdims=1>
            sum = Add(mixed, meaning)
            logits = MatMul(sum, out)
          }
          """;

  /** Gives what follows from the encoder's states as a cache of its own. */
  static final String FIRST =
      """
      ir 8, opset 17

      graph decoder(input_ids: int64[batch,1], states: float[batch,sequence,64])
          -> (
          logits: float[batch,1,301], key: float[batch,all,64], value: float[batch,all,64],
          crossed: float[batch,sequence,64]) {
      """
          + WEIGHTS
          + """
            x = Gather(words, input_ids)
            key = MatMul(x, own_key)
            value = MatMul(x, own_value)
            crossed = MatMul(states, cross_key)
            meaning = ReduceMean(crossed) <axes=[1], keepdims=1>
            sum = Add(value, meaning)
            logits = MatMul(sum, out)
          }
          """;

  static final String LATER =
      """
      ir 8, opset 17

      graph decoder(
          input_ids: int64[batch,1],
          past_key: float[batch,past,64],
          past_value: float[batch,past,64],
          past_crossed: float[batch,sequence,64])
          -> (
          logits: float[batch,1,301], key: float[batch,all,64], value: float[batch,all,64]) {
      """
          + WEIGHTS
          + STEP
          + """
            meaning = ReduceMean(past_crossed) <axes=[1], keepdims=1>
            sum = Add(mixed, meaning)
            logits = MatMul(sum, out)
          }
          """;

  /** Both in one, by a branch. */
  static final String MERGED =
      """
      ir 8, opset 17

      graph decoder(
          input_ids: int64[batch,1],
          states: float[batch,sequence,64],
          past_key: float[batch,past,64],
          past_value: float[batch,past,64],
          past_crossed: float[batch,known,64],
          use_cache_branch: bool[1])
          -> (
          logits: float[batch,1,301], key: float[batch,all,64], value: float[batch,all,64],
          crossed: float[batch,seen,64]) {
      """
          + WEIGHTS
          + STEP
          + """
            empty = float[1,0,64] {}
            flag = Squeeze(use_cache_branch)
            keys, crossed = If(flag) <
              then_branch = graph cached() -> (c: float[batch,known,64], e: float[1,0,64]) {
                c = Identity(past_crossed)
                e = Identity(empty)
              },
              else_branch = graph first() -> (d: float[batch,sequence,64], f: float[batch,sequence,64]) {
                d = MatMul(states, cross_key)
                f = Identity(d)
              }>
            meaning = ReduceMean(keys) <axes=[1], keepdims=1>
            sum = Add(mixed, meaning)
            logits = MatMul(sum, out)
          }
          """;

  static final String RULES = "begin: [1], stop: [0], suppress: [2, 3], most: 9";

  @TempDir Path folder;

  @BeforeEach
  void writeEncoder() {
    SmallTowers.write(EncoderDecoderTest.ENCODER, folder.resolve("encoder.onnx"));
    SmallTokenizer.in(folder);
  }

  private List<List<Long>> generated(String inputs, String loop, String... decoders)
      throws IOException {
    StringBuilder parts =
        new StringBuilder("parts:\n  encoder: {file: encoder.onnx, modality: text}\n");
    for (int i = 0; i < decoders.length; i++) {
      String name = i == 0 ? "decoder" : "decoder-" + i;
      SmallTowers.write(decoders[i], folder.resolve(name + ".onnx"));
      parts.append("  %s: {file: %s.onnx, modality: text}\n".formatted(name, name));
    }
    Files.writeString(
        folder.resolve("bundle.yaml"),
        """
        demitasse-bundle: 1
        program: wired
        settings:
          steps:
          - {run: encoder, inputs: {input_ids: $text}}
          - {run: decoder, inputs: {%s}, loop: {%s}}
        """
                .formatted(inputs, loop)
            + parts);
    try (OpenBundle bundle = new OpenBundle(folder)) {
      return IntStream.range(0, 12)
          .mapToObj(i -> bundle.run(new Sample.Text("line " + i, SmallTowers.caption(i))))
          .map(outputs -> LongStream.of(GeneratedText.of(outputs).tokens()).boxed().toList())
          .toList();
    }
  }

  private List<List<Long>> atOnce(String rules) throws IOException {
    return generated("states: encoder.last_hidden_state", rules, AT_ONCE);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void caches(int beams) throws IOException {
    String rules = RULES + ", beams: " + beams;
    List<List<Long>> expected = atOnce(rules);

    assertThat(expected).allMatch(tokens -> tokens.size() <= 9);
    assertThat(expected.stream().distinct().count()).isGreaterThan(3);
    assertThat(
            generated(
                "states: encoder.last_hidden_state",
                rules + ", caches: {past_key: key, past_value: value}",
                CACHED))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void twoDecodersOfWhichTheSecondGoesOnFromTheFirst(int beams) throws IOException {
    String rules = RULES + ", beams: " + beams;

    assertThat(
            generated(
                "states: encoder.last_hidden_state",
                rules
                    + ", caches: {past_key: key, past_value: value}"
                    + ", fixed: {past_crossed: crossed}, next: decoder-1",
                FIRST,
                LATER))
        .isEqualTo(atOnce(rules));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void mergedDecodersTakeABranch(int beams) throws IOException {
    String rules = RULES + ", beams: " + beams;

    assertThat(
            generated(
                "states: encoder.last_hidden_state",
                rules
                    + ", caches: {past_key: key, past_value: value}"
                    + ", fixed: {past_crossed: crossed}",
                MERGED))
        .isEqualTo(atOnce(rules));
  }

  @Test
  void whatIsGeneratedIsATextWithProbabilities() throws IOException {
    atOnce(RULES);
    try (OpenBundle bundle = new OpenBundle(folder)) {
      GeneratedText text =
          GeneratedText.of(bundle.run(new Sample.Text("line 1", SmallTowers.caption(1))));

      assertThat(text.text()).isNotBlank();
      assertThat(text.tokens()).doesNotContain(2, 3);
      for (float logarithm : text.logProbabilities()) {
        assertThat(logarithm).isNegative();
      }
      assertThat(bundle.program().takesBatches()).isFalse();
      assertThat(bundle.program().vocabulary("encoder")).isPresent();
      assertThat(bundle.program().vocabulary("decoder")).isEmpty();
    }
  }

  @Test
  void aPromptStandsBeforeWhatIsGenerated() throws IOException {
    List<List<Long>> prompted =
        generated(
            "states: encoder.last_hidden_state", "prompt: $text, stop: [0], most: 3", AT_ONCE);

    assertThat(prompted).isNotEqualTo(atOnce("begin: [1], stop: [0], most: 3"));
  }

  @Test
  void cachesStayInNativeMemory() throws IOException {
    generated(
        "states: encoder.last_hidden_state",
        RULES + ", caches: {past_key: key, past_value: value}",
        CACHED);
    List<Boolean> isNative = new ArrayList<>();
    try (OpenBundle bundle =
        new OpenBundle(
            folder,
            (part, inputs) -> {
              Tensor past = inputs.get("past_key");
              if (past != null && past.size(1) > 1) {
                isNative.add(past.bytes().isNative());
              }
            })) {
      bundle.run(new Sample.Text("line 1", SmallTowers.caption(1)));
    }
    assertThat(isNative).isNotEmpty().allMatch(each -> each);
  }

  @Test
  void allThatDoesNotFitIsToldAtOnce() {
    assertThatThrownBy(
            () ->
                generated(
                    "states: encoder.last_hidden_state",
                    "caches: {past_key: value, past_x: x, past_value: logits}, logits: key,"
                        + " tokens: words, beams: 3, next: nobody",
                    CACHED))
        .hasMessageContaining("it needs tokens to begin with")
        .hasMessageContaining("a text needs a token that ends it")
        .hasMessageContaining("goes on with a part 'nobody', and there is none");
    assertThatThrownBy(
            () ->
                generated(
                    "states: encoder.last_hidden_state",
                    "begin: [1], stop: [900], caches: {past_key: none, past_value: logits},"
                        + " logits: scores",
                    CACHED))
        .hasMessageContaining("reads an output 'scores', and there is none")
        .hasMessageContaining("the cache 'past_key' is to be 'none'")
        .hasMessageContaining("the cache 'past_value' is float[batch,past,64], but 'logits' gives");
  }

  @Test
  void tokensThatTheModelDoesNotHaveAreRefused() {
    assertThatThrownBy(() -> atOnce("begin: [1, 400], stop: [900], suppress: [301], most: 4"))
        .hasMessageContaining("tokens [301, 400, 900], and the decoder has 301");
  }
}

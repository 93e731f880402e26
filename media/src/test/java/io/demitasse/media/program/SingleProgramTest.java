package io.demitasse.media.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.media.MiniLm;
import io.demitasse.media.text.Pooling;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SingleProgramTest {
  private static final Ports PORTS = Ports.find();
  private static final Sample CAT = new Sample.Text("line 1", "a cat");

  @TempDir Path folder;

  /** What went into the model in the last run. */
  private final Map<String, Tensor> seen = new LinkedHashMap<>();

  @Test
  void theModelIsGivenOnlyTheInputsItDeclares() throws Exception {
    Model model =
        encoder("input_ids: int64[B,S], position_ids: int32[B,S]", "a = Gather(t, position_ids)");

    Map<String, Tensor> outputs = run(model, CAT, SingleProgram.Options.DEFAULT);

    assertThat(seen.keySet()).containsExactly("input_ids", "position_ids");
    assertThat(seen.get("position_ids")).hasToString("int32[1,4]");
    assertThat(seen.get("position_ids").toLongs()).containsExactly(0, 1, 2, 3);
    assertThat(outputs.keySet()).containsExactly("y", "embedding");
  }

  @Test
  void theEmbeddingIsThePooledHiddenState() throws Exception {
    Model model = encoder("input_ids: int64[B,S]", "a = Gather(t, input_ids)");

    Map<String, Tensor> outputs = run(model, CAT, SingleProgram.Options.DEFAULT);
    Map<String, Tensor> first = run(model, CAT, SingleProgram.Options.DEFAULT.with(Pooling.FIRST));

    float[] hidden = outputs.get("y").toFloats();
    assertThat(outputs.get("y")).hasToString("float[1,4,2]");
    assertThat(outputs.get("embedding").toFloats())
        .containsExactly(mean(hidden, 0), mean(hidden, 1));
    assertThat(first.get("embedding").toFloats()).containsExactly(hidden[0], hidden[1]);
  }

  @Test
  void aSentenceEmbeddingOfTheModelsOwnGoesFirst() throws Exception {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 17

            graph main(input_ids: int64[B,S]) -> (hidden, sentence_embedding) {
              t = float[30522,2] ~ 1
              hidden = Gather(t, input_ids)
              sentence_embedding = ReduceMax(hidden) <axes=[1], keepdims=0>
            }
            """);

    Map<String, Tensor> outputs = run(model, CAT, SingleProgram.Options.DEFAULT);

    assertThat(outputs.get("embedding")).hasToString("float[2]");
    assertThat(outputs.get("embedding").toFloats())
        .isEqualTo(outputs.get("sentence_embedding").toFloats());
  }

  @Test
  void logitsOfTokensAreNoEmbedding() throws Exception {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 17

            graph main(input_ids: int64[B,S]) -> (logits) {
              t = float[30522,2] ~ 1
              logits = Gather(t, input_ids)
            }
            """);

    assertThat(run(model, CAT, SingleProgram.Options.DEFAULT)).containsOnlyKeys("logits");
  }

  @Test
  void tensorsAreGivenAsTheyAre() throws Exception {
    Model model =
        TextGraph.parse("ir 10, opset 17\n\ngraph main(x: float[B,2]) -> (y) {\n  y = Neg(x)\n}\n");
    Sample sample = new Sample.Tensors("a.npy", Map.of("x", Tensor.ofInts(new long[] {2}, 1, -2)));

    Map<String, Tensor> outputs = run(model, sample, SingleProgram.Options.DEFAULT);

    assertThat(outputs).containsOnlyKeys("y");
    assertThat(outputs.get("y").toFloats()).containsExactly(-1, 2);
  }

  @Test
  void tokenIdsOfTheUsersOwnArePooledToo() throws Exception {
    Model model = encoder("input_ids: int64[B,S]", "a = Gather(t, input_ids)");
    Tensor ids = Tensor.ofLongs(new long[] {1, 2}, 5, 6);
    Tensor batch = Tensor.ofLongs(new long[] {2, 1}, 5, 6);

    assertThat(run(model, tensors(ids), SingleProgram.Options.DEFAULT).keySet())
        .containsExactly("y", "embedding");
    assertThat(run(model, tensors(batch), SingleProgram.Options.DEFAULT)).containsOnlyKeys("y");
  }

  @Test
  void aTextForAModelThatTakesNoneNamesItselfAndTheModelsInputs() {
    Model model =
        TextGraph.parse("ir 10, opset 17\n\ngraph main(x: float[B,2]) -> (y) {\n  y = Neg(x)\n}\n");

    assertThatThrownBy(() -> run(model, CAT, SingleProgram.Options.DEFAULT))
        .isInstanceOf(DemitasseException.class)
        .hasMessage("Sample line 1 cannot be used: the model takes no text, but x: float[B,2]");
  }

  @Test
  void aTextWithoutATokenizerSaysWhereItIsMissing() {
    Model model = encoder("input_ids: int64[B,S]", "a = Gather(t, input_ids)");

    try (SingleProgram program = SingleProgram.of(model, folder, SingleProgram.Options.DEFAULT)) {
      assertThatThrownBy(() -> program.run(CAT, (part, inputs) -> Map.of()))
          .isInstanceOf(DemitasseException.class)
          .hasMessage(
              "Sample line 1 cannot be used: text needs a tokenizer.json beside the model, and"
                  + " there is none: put it there, or give tensors for input_ids: int64[B,S]");
    }
  }

  private static Sample tensors(Tensor ids) {
    return new Sample.Tensors("a.npz", Map.of("input_ids", ids));
  }

  private Map<String, Tensor> run(Model model, Sample sample, SingleProgram.Options options)
      throws Exception {
    Files.write(folder.resolve("tokenizer.json"), MiniLm.bytes(MiniLm.TOKENIZER));
    seen.clear();
    try (SingleProgram program = SingleProgram.of(model, folder, options);
        Runtime.Session session = PORTS.runtime().open(model, Runtime.SessionOptions.of(1))) {
      return program.run(
          sample,
          (part, inputs) -> {
            seen.putAll(inputs);
            return session.run(inputs);
          });
    }
  }

  private static float mean(float[] hidden, int column) {
    double sum = 0;
    for (int token = 0; token < 4; token++) {
      sum += hidden[2 * token + column];
    }
    return (float) (sum / 4);
  }

  /** Gives y: float[B,S,2], made of a. */
  private static Model encoder(String inputs, String body) {
    return TextGraph.parse(
        """
        ir 10, opset 17

        graph main(%s) -> (y) {
          t = float[30522,2] ~ 1
          %s
          y = Tanh(a)
        }
        """
            .formatted(inputs, body));
  }
}

package io.demitasse.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.zoo.Whisper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What CTranslate2 stores of a Whisper is taken over, weight by weight. */
final class WhisperWeightsTest {
  private static final Whisper SIZES = new Whisper(6, 10, 20, 12, 16, 3, 2, 4, 24);

  @TempDir private Path folder;

  /** Other numbers than those that every architecture begins with, in every weight. */
  private static Bundle trained() {
    Bundle bundle = SIZES.build(1);
    Random random = new Random(3);
    for (Model model : bundle.parts().values()) {
      Graph graph = model.graph();
      for (Value value : graph.initializers()) {
        Tensor tensor = Objects.requireNonNull(value.initializer());
        if (tensor.dataType() == DataType.FLOAT && tensor.rank() > 0) {
          double[] numbers = random.doubles(tensor.elementCount(), -1, 1).toArray();
          graph.setInitializer(value, Tensor.ofNumbers(DataType.FLOAT, tensor.sizes(), numbers));
        }
      }
    }
    return bundle;
  }

  private WhisperWeights read(StoredModel stored) throws IOException {
    return WhisperWeights.of(CTranslate2File.read(stored.write(folder.resolve("model.bin"))));
  }

  private static StoredModel stored(DataType type) {
    return StoredWhisper.of(trained(), SIZES, type);
  }

  @Test
  void everyWeightIsWhereItWas() throws IOException {
    WhisperWeights weights = read(stored(DataType.FLOAT));
    Bundle bundle = weights.bundle();

    assertThat(weights.architecture()).isEqualTo(SIZES);
    trained()
        .parts()
        .forEach(
            (part, model) -> {
              for (Value value : model.graph().initializers()) {
                Tensor taken = bundle.part(part).graph().find(value.name()).initializer();
                assertThat(taken.contentEquals(value.initializer())).as(value.name()).isTrue();
              }
            });
  }

  @Test
  void halvesBecomeFloats() throws IOException {
    Bundle bundle = read(stored(DataType.FLOAT16)).bundle();
    Graph made = bundle.part(Whisper.DECODER).graph();
    Graph original = trained().part(Whisper.DECODER).graph();

    Tensor table = made.find("words.weight").initializer();
    double[] expected = original.find("words.weight").initializer().toDoubles();
    assertThat(table.dataType()).isEqualTo(DataType.FLOAT);
    assertThat(table.toFloats())
        .isEqualTo(Tensor.ofNumbers(DataType.FLOAT16, table.sizes(), expected).toFloats())
        .isNotEqualTo(original.find("words.weight").initializer().toFloats());
  }

  @Test
  void everythingThatIsWrongIsToldAtOnce() throws IOException {
    StoredModel stored = stored(DataType.FLOAT16);
    stored.variables.remove("encoder/layer_1/ffn/linear_1/bias");
    stored.variables.remove("decoder/layer_0/attention/linear_1/weight");
    stored.variables.put("decoder/layer_norm/beta", Tensor.ofFloats(new long[] {2}, 1, 2));
    stored.variables.put(
        "encoder/layer_2/ffn/linear_0/weight",
        Tensor.ofBytes(DataType.INT8, new long[] {24, 16}, new byte[24 * 16]));
    stored.variables.put(
        "encoder/layer_2/ffn/linear_0/weight_scale", Tensor.ofFloats(new long[] {1}, 1));
    stored.variables.put(
        "decoder/scale_embeddings", Tensor.ofBytes(DataType.INT8, new long[0], (byte) 1));
    stored.variables.put(
        "encoder/activation", Tensor.ofBytes(DataType.INT8, new long[0], (byte) 0));

    assertThatThrownBy(() -> read(stored))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("'encoder/layer_1/ffn/linear_1/bias' is missing")
        .hasMessageContaining("'decoder/layer_0/attention/linear_1/weight' is missing")
        .hasMessageContaining("'decoder/layer_norm/beta' has the sizes [2], expected [16]")
        .hasMessageContaining("linear_0/weight' is int8, expected float, float16 or bfloat16")
        .hasMessageContaining("linear_0/weight_scale' is no weight of Whisper")
        .hasMessageContaining("'decoder/scale_embeddings' is 1, expected 0")
        .hasMessageContaining("'encoder/activation' is 0, expected 3");
  }

  @Test
  void aLayerThatIsLeftOutIsMissing() throws IOException {
    StoredModel stored = stored(DataType.FLOAT);
    stored.variables.keySet().removeIf(name -> name.startsWith("encoder/layer_1/"));

    assertThatThrownBy(() -> read(stored))
        .hasMessageContaining("'encoder/layer_1/self_attention/linear_0/weight' is missing");
  }

  @Test
  void sizesThatCannotBeAreRefused() throws IOException {
    StoredModel stored = stored(DataType.FLOAT);
    stored.variables.put("encoder/num_heads", Tensor.ofNumbers(DataType.INT16, new long[0], 5));
    stored.variables.remove("decoder/embeddings/weight");
    stored.aliases.clear();

    assertThatThrownBy(() -> read(stored))
        .hasMessageContaining("'decoder/embeddings/weight' is missing")
        .hasMessageContaining("encoder and decoder must have as many heads, got 5 and 4");
  }

  @Test
  void anotherHeadCountIsRefused() throws IOException {
    StoredModel stored = stored(DataType.FLOAT);
    for (String part : new String[] {"encoder", "decoder"}) {
      stored.variables.put(part + "/num_heads", Tensor.ofNumbers(DataType.INT16, new long[0], 5));
    }

    assertThatThrownBy(() -> read(stored))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("'width' must be a multiple of 'heads', got 16 and 5");
  }

  @Test
  void scoresOfAnotherTableAreRefused() throws IOException {
    StoredModel stored = stored(DataType.FLOAT);
    stored.aliases.clear();
    stored.variables.put(
        "decoder/projection/weight", Tensor.ofFloats(new long[] {20, 16}, new float[320]));

    assertThatThrownBy(() -> read(stored))
        .hasMessageContaining("'decoder/projection/weight' is not the table of words");
  }

  @Test
  void anotherKindOfModelIsRefused() throws IOException {
    StoredModel stored = stored(DataType.FLOAT);
    stored.specification = "TransformerSpec";

    assertThatThrownBy(() -> read(stored))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining(
            "is a model 'TransformerSpec' of CTranslate2, expected 'WhisperSpec'");
  }
}

package io.demitasse.app;

import io.demitasse.ir.TextGraph;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;

/**
 * A text encoder of one attention layer with random weights, small enough for tests and large
 * enough to be compressed: most of its 4.2 MB is the table of 30,522 words.
 */
final class SmallEncoder {
  private static final String TEXT =
      """
      ir 8, opset 17

      graph encoder(input_ids: int64[batch,sequence], attention_mask: int64[batch,sequence])
          -> (last_hidden_state: float[batch,sequence,32]) {
        words = float[30522,32] ~ 1
        query = float[32,32] ~ 2
        key = float[32,32] ~ 3
        value = float[32,32] ~ 4
        project = float[32,32] ~ 5
        up = float[32,128] ~ 6
        up_bias = float[128] ~ 7
        down = float[128,32] ~ 8
        down_bias = float[32] ~ 9
        scale = float[32] ~ 10 in [0.9, 1.1]
        shift = float[32] ~ 11
        x = Gather(words, input_ids)
        q = MatMul(x, query)
        k = MatMul(x, key)
        v = MatMul(x, value)
        turned = Transpose(k) <perm=[0, 2, 1]>
        scores = MatMul(q, turned)
        shares = Softmax(scores) <axis=-1>
        mixed = MatMul(shares, v)
        attended = MatMul(mixed, project)
        sum = Add(attended, x)
        normal = LayerNormalization(sum, scale, shift) <axis=-1>
        wide = MatMul(normal, up)
        wide_biased = Add(wide, up_bias)
        active = Relu(wide_biased)
        narrow = MatMul(active, down)
        narrow_biased = Add(narrow, down_bias)
        last = Add(narrow_biased, normal)
        last_hidden_state = LayerNormalization(last, scale, shift) <axis=-1>
      }
      """;

  private SmallEncoder() {}

  /** Writes the model and a tokenizer into a folder. */
  static Path in(Path folder) throws IOException {
    Path model = alone(folder);
    try (InputStream tokenizer =
        SmallEncoder.class.getResourceAsStream("/all-minilm-l6-v2-tokenizer.json")) {
      Files.copy(tokenizer, folder.resolve("tokenizer.json"));
    }
    return model;
  }

  /** Writes the model into a folder, without a tokenizer. */
  static Path alone(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path model = folder.resolve("encoder.onnx");
    Ports.find().format().write(TextGraph.parse(TEXT), model, ModelFormat.WriteOptions.DEFAULT);
    return model;
  }

  /** Writes a text file of different small sentences. */
  static Path texts(Path folder, int count) throws IOException {
    return Files.write(
        folder.resolve("texts.txt"),
        IntStream.range(0, count).mapToObj(i -> "cup number " + i + " of coffee").toList());
  }
}

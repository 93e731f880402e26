package io.demitasse.testkit.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Model;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.port.ModelFormat.WriteOptions;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime.Optimization;
import io.demitasse.port.Runtime.Session;
import io.demitasse.port.Runtime.SessionOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reading and writing a model, and nothing else, must not change a bit of what it computes. */
class RoundTripOfRealModelsTest {
  private static final Ports PORTS = Ports.find();

  @TempDir Path folder;

  /**
   * @param open sizes for the dimensions that the model leaves open, in order of its first input
   */
  @ParameterizedTest
  @CsvSource({
    "/all-minilm-l6-v2.onnx, 2 16",
    "/all-minilm-l6-v2-q.onnx, 2 16",
    "/bge-small-en-v1.5.onnx, 2 16",
    "/bge-small-en-v1.5-q.onnx, 2 16",
    "/models/ch_PP-OCRv3_det_infer.onnx, 1 96 64",
    "/models/ch_PP-OCRv3_rec_infer.onnx, 1 48 80",
    "/models/ch_PP-OCRv4_det_infer.onnx, 1 96 64",
    "/models/ch_PP-OCRv4_rec_infer.onnx, 1 48 80",
    "/models/ch_ppocr_mobile_v2.0_cls_infer.onnx, 1 48 192"
  })
  void theRewrittenModelComputesTheSameBits(String resource, String open) throws IOException {
    Path original = extract(resource);
    Model model = PORTS.format().read(original);
    Path rewritten = folder.resolve("rewritten.onnx");
    Path again = folder.resolve("again.onnx");
    PORTS.format().write(model, rewritten, WriteOptions.DEFAULT);
    PORTS.format().write(PORTS.format().read(rewritten), again, WriteOptions.DEFAULT);
    Map<String, Tensor> inputs = inputs(model, open);

    assertThat(Files.mismatch(rewritten, again)).isEqualTo(-1);
    for (Optimization level : List.of(Optimization.NONE, Optimization.ALL)) {
      Map<String, Tensor> expected = run(original, level, inputs);
      Map<String, Tensor> got = run(rewritten, level, inputs);
      assertThat(got).containsOnlyKeys(expected.keySet());
      expected.forEach(
          (name, tensor) -> assertThat(got.get(name).contentEquals(tensor)).as(name).isTrue());
    }
  }

  private Path extract(String resource) throws IOException {
    try (InputStream content = getClass().getResourceAsStream(resource)) {
      assertThat(content).as(resource).isNotNull();
      Path file = folder.resolve("original.onnx");
      Files.copy(content, file);
      return file;
    }
  }

  private static Map<String, Tensor> run(
      Path file, Optimization level, Map<String, Tensor> inputs) {
    try (Session session = PORTS.runtime().open(file, SessionOptions.of(1).with(level))) {
      return session.run(inputs);
    }
  }

  private static Map<String, Tensor> inputs(Model model, String open) {
    Random random = new Random(7);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (Value input : model.graph().inputs()) {
      long[] sizes = sizes(input.shape().orElseThrow(), open.split(" "));
      DataType type = input.dataType().orElseThrow();
      inputs.put(
          input.name(),
          type == DataType.FLOAT ? gaussian(sizes, random) : integers(input.name(), sizes, random));
    }
    return inputs;
  }

  private static long[] sizes(Shape shape, String[] open) {
    int next = 0;
    long[] sizes = new long[shape.rank()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = shape.dim(i) instanceof Dim.Fixed(long size) ? size : Long.parseLong(open[next++]);
    }
    return sizes;
  }

  private static Tensor gaussian(long[] sizes, Random random) {
    float[] values = new float[count(sizes)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.ofFloats(sizes, values);
  }

  /** Tokens where tokens are asked for; masks and token types know 0 and 1 only. */
  private static Tensor integers(String name, long[] sizes, Random random) {
    int bound = name.equals("input_ids") ? 30_000 : 2;
    long[] values = new long[count(sizes)];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(bound);
    }
    return Tensor.ofLongs(sizes, values);
  }

  private static int count(long[] sizes) {
    int count = 1;
    for (long size : sizes) {
      count *= Math.toIntExact(size);
    }
    return count;
  }
}

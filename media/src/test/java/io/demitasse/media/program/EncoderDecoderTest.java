package io.demitasse.media.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.Compressed;
import io.demitasse.Demitasse;
import io.demitasse.cost.Processor;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.evaluate.BundleFiles;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.evaluate.RecordedInputs;
import io.demitasse.evaluate.Task;
import io.demitasse.ir.Tensor;
import io.demitasse.manifest.Manifest;
import io.demitasse.manifest.Manifests;
import io.demitasse.media.SmallTokenizer;
import io.demitasse.media.task.AgreementTask;
import io.demitasse.port.Ports;
import io.demitasse.recipe.Recipe;
import io.demitasse.recipe.Recipes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program of which one part runs many times a sample, each time on more than before. */
class EncoderDecoderTest {
  private static final PairedTiming.Effort SHORT = new PairedTiming.Effort(3, 3, 1);

  static final String ENCODER =
      """
      ir 8, opset 17

      graph encoder(input_ids: int64[batch,sequence])
          -> (last_hidden_state: float[batch,sequence,64]) {
        words = float[301,64] ~ 21 in [-1, 1]
        up = float[64,256] ~ 22
        down = float[256,64] ~ 23
        x = Gather(words, input_ids)
        wide = MatMul(x, up)
        active = Relu(wide)
        narrow = MatMul(active, down)
        last_hidden_state = Add(narrow, x)
      }
      """;

  static final String DECODER =
      """
      ir 8, opset 17

      graph decoder(
          input_ids: int64[batch,1],
          encoder_hidden_states: float[batch,sequence,64],
          past_key: float[batch,past,64],
          past_value: float[batch,past,64])
          -> (
          logits: float[batch,1,32],
          key: float[batch,total,64],
          value: float[batch,total,64]) {
        words = float[32,64] ~ 31 in [-1, 1]
        own_query = float[64,64] ~ 32
        own_key = float[64,64] ~ 33
        own_value = float[64,64] ~ 34
        own_project = float[64,64] ~ 35
        cross_query = float[64,64] ~ 36
        cross_key = float[64,64] ~ 37
        cross_value = float[64,64] ~ 38
        cross_project = float[64,64] ~ 39
        out = float[64,32] ~ 40
        root = float[] {8}
        x = Gather(words, input_ids)

        q1 = MatMul(x, own_query)
        k1 = MatMul(x, own_key)
        v1 = MatMul(x, own_value)
        key = Concat(past_key, k1) <axis=1>
        value = Concat(past_value, v1) <axis=1>
        turned1 = Transpose(key) <perm=[0, 2, 1]>
        products1 = MatMul(q1, turned1)
        scores1 = Div(products1, root)
        shares1 = Softmax(scores1) <axis=-1>
        mixed1 = MatMul(shares1, value)
        projected1 = MatMul(mixed1, own_project)
        sum1 = Add(x, projected1)

        q2 = MatMul(sum1, cross_query)
        k2 = MatMul(encoder_hidden_states, cross_key)
        v2 = MatMul(encoder_hidden_states, cross_value)
        turned2 = Transpose(k2) <perm=[0, 2, 1]>
        products2 = MatMul(q2, turned2)
        scores2 = Div(products2, root)
        shares2 = Softmax(scores2) <axis=-1>
        mixed2 = MatMul(shares2, v2)
        projected2 = MatMul(mixed2, cross_project)
        sum2 = Add(sum1, projected2)
        logits = MatMul(sum2, out)
      }
      """;

  private static final String QUANTIZED =
      """
      demitasse: 1
      resolved: true
      steps:
      - pass: quantize-static
        options: {reduce-range: SATURATES}
      """
          .replace("SATURATES", Boolean.toString(Processor.detect().saturates()));

  @TempDir Path folder;
  private Path original;
  private Path data;

  @BeforeEach
  void makeFolder() throws IOException {
    original = Files.createDirectories(folder.resolve("original"));
    SmallTowers.write(ENCODER, original.resolve("encoder_model.onnx"));
    SmallTowers.write(DECODER, original.resolve("decoder_model_merged.onnx"));
    SmallTokenizer.in(original);
    Manifest manifest = Demitasse.folder(original).describe();
    Files.writeString(
        original.resolve(Manifest.FILE),
        Manifests.text(manifest)
            .replace(
                "program: encoder-decoder\n",
                "program: greedy\nsettings:\n  start: 1\n  end: 0\n"));
    data =
        Files.write(
            folder.resolve("texts.txt"),
            IntStream.range(0, 40).mapToObj(SmallTowers::caption).toList());
  }

  @Test
  void aDecoderRunsOnWhatItKeptUntilItsEnd() {
    try (OpenBundle bundle = new OpenBundle(original)) {
      List<Long> steps = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        Map<String, Tensor> outputs = bundle.run(new Sample.Text("text", SmallTowers.caption(i)));
        steps.add(outputs.get("tokens").elementCount());
      }
      assertThat(steps).hasSize(40).allMatch(count -> count >= 1 && count <= 12);
    }
  }

  @Test
  void whatFlowsIntoTheDecoderIsRecordedStepByStep() {
    Map<String, Path> files =
        Map.of(
            GreedyProgram.ENCODER, original.resolve("encoder_model.onnx"),
            GreedyProgram.DECODER, original.resolve("decoder_model_merged.onnx"));
    List<Sample> texts =
        IntStream.range(0, 24)
            .mapToObj(i -> (Sample) new Sample.Text("text " + i, SmallTowers.caption(i)))
            .toList();
    try (OpenBundle bundle = new OpenBundle(original)) {
      Task task = new AgreementTask(Samples.of("captions", texts), bundle.program());

      RecordedInputs recorded =
          RecordedInputs.of(Ports.find().runtime(), new BundleFiles(files), task, 1);

      assertThat(recorded.of(GreedyProgram.ENCODER)).hasSize(8);
      assertThat(recorded.of(GreedyProgram.DECODER))
          .as("12 steps for each of 8 of the texts")
          .hasSize(96)
          .extracting(inputs -> inputs.get("past_key").size(1))
          .startsWith(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 0L, 1L);

      RecordedInputs glimpsed =
          RecordedInputs.recordOnce(Ports.find().runtime(), new BundleFiles(files), task, 1);

      assertThat(glimpsed.of(GreedyProgram.ENCODER)).hasSize(1);
      assertThat(glimpsed.of(GreedyProgram.DECODER))
          .singleElement()
          .extracting(inputs -> inputs.get("past_key").size(1))
          .isEqualTo(0L);
    }
  }

  @Test
  void aSearchTimesAndJudgesBothParts() {
    try (Compressed small =
        Demitasse.open(original)
            .data(data)
            .budget("drop<=5%")
            .effort(SHORT)
            .threads(1)
            .compress()) {
      assertThat(small.report().parts())
          .hasSize(2)
          .allSatisfy(part -> assertThat(part.timings()).as(part.name()).hasSize(1));
      assertThat(small.report().whole()).hasSize(1);
      assertThat(small.report().candidates())
          .anySatisfy(tried -> assertThat(tried.title()).startsWith("encoder: quantize"))
          .anySatisfy(tried -> assertThat(tried.title()).startsWith("decoder: quantize"));
    }
  }

  @Test
  void bothPartsAreCalibratedAndQuantizedAndReplayGivesTheSameBytes() throws IOException {
    Path small = folder.resolve("small");
    Path again = folder.resolve("again");

    Recipe resolved = compress(Recipes.parse(QUANTIZED, "the test's recipe"), 1, small);
    compress(Recipes.read(small.resolve("recipe.yaml")), 2, again);
    assertThat(resolved.steps().getFirst().resolution().calibration().keySet())
        .anyMatch(key -> key.startsWith("encoder:"))
        .anyMatch(key -> key.startsWith("decoder:"));

    for (String file : List.of("encoder_model.onnx", "decoder_model_merged.onnx")) {
      assertThat(Files.size(small.resolve(file))).isLessThan(Files.size(original.resolve(file)));
      assertThat(Files.mismatch(small.resolve(file), again.resolve(file))).as(file).isEqualTo(-1);
    }
    assertThat(firstSteps(small)).allMatch(cosine -> cosine >= .99);
  }

  /** How alike the first logits are: later ones follow from the token that was chosen. */
  private List<Double> firstSteps(Path small) {
    try (OpenBundle theirs = new OpenBundle(original);
        OpenBundle ours = new OpenBundle(small)) {
      return IntStream.range(0, 40)
          .mapToObj(i -> new Sample.Text("text", SmallTowers.caption(i)))
          .map(text -> OpenBundle.cosine(firstLogits(theirs, text), firstLogits(ours, text)))
          .toList();
    }
  }

  private static float[] firstLogits(OpenBundle bundle, Sample sample) {
    Tensor logits = bundle.run(sample).get("logits");
    return Arrays.copyOf(logits.toFloats(), (int) logits.size(1));
  }

  private Recipe compress(Recipe recipe, int threads, Path destination) {
    try (Compressed compressed =
        Demitasse.open(original)
            .data(data)
            .recipe(recipe)
            .effort(SHORT)
            .threads(threads)
            .compress()) {
      compressed.writeTo(destination);
      return compressed.recipe();
    }
  }
}

package io.demitasse.media.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Task.Score;
import io.demitasse.ir.Tensor;
import io.demitasse.media.data.LoadedSamples;
import io.demitasse.media.data.Pairs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetrievalTaskTest {
  private static final float[] EAST = {1, 0};
  private static final float[] NORTH = {0, 1};
  private static final float[] NORTH_EAST = {1, 1};

  @Test
  void threeQueriesAmongThreeLabelsScoreAsComputedByHand() {
    RetrievalTask task = task("A", "B", "C");
    // Cosines to A, B, C:        1, 0, .71       .89, .45, .95         0, 1, .71
    List<Map<String, Tensor>> outputs =
        embeddings(EAST, new float[] {2, 1}, new float[] {0, 3}, EAST, NORTH, NORTH_EAST);
    List<Map<String, Tensor>> original =
        embeddings(EAST, NORTH, NORTH_EAST, EAST, NORTH, NORTH_EAST);

    List<Score> scores = task.scores().of(outputs, original);

    assertThat(scores)
        .extracting(Score::metric)
        .containsExactly("recall@10", "recall@1", "mrr", "cosine");
    assertThat(scores.get(0).perSample()).containsExactly(1, 1, 1);
    assertThat(scores.get(1).perSample()).containsExactly(1, 0, 0);
    assertThat(scores.get(2).perSample()).containsExactly(1, 1 / 3.0, 1 / 2.0);
    assertThat(scores.get(3).perSample())
        .containsExactly(new double[] {1, 1 / Math.sqrt(5), 1 / Math.sqrt(2)}, within(1e-9));
  }

  @Test
  void theTenthLabelIsRecalledAndTheEleventhIsNot() {
    String[] labels = IntStream.range(0, 12).mapToObj(i -> "label " + i).toArray(String[]::new);
    List<float[]> vectors = new ArrayList<>();
    IntStream.range(0, 12).forEach(i -> vectors.add(EAST));
    IntStream.range(0, 12).forEach(i -> vectors.add(new float[] {12 - i, i}));

    List<Map<String, Tensor>> outputs = embeddings(vectors.toArray(float[][]::new));
    Score recall = task(labels).scores().of(outputs, outputs).getFirst();

    assertThat(recall.perSample()).containsExactly(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0);
  }

  @Test
  void ofEquallyNearLabelsTheEarlierGoesFirst() {
    List<Map<String, Tensor>> outputs = embeddings(EAST, EAST, EAST, EAST, EAST, EAST);

    Score mrr = task("A", "B", "C").scores().of(outputs, outputs).get(2);

    assertThat(mrr.perSample()).containsExactly(1, 1 / 2.0, 1 / 3.0);
  }

  @Test
  void anEmbeddingThatIsNotFiniteIsFarthest() {
    float[] broken = {Float.NaN, 1};
    List<Map<String, Tensor>> outputs = embeddings(broken, NORTH, EAST, EAST, NORTH, broken);
    List<Map<String, Tensor>> original = embeddings(EAST, NORTH, EAST, EAST, NORTH, EAST);

    List<Score> scores = task("A", "B", "C").scores().of(outputs, original);

    assertThat(scores.get(2).perSample()).containsExactly(1 / 3.0, 1, 1 / 3.0);
    assertThat(scores.get(3).perSample()).containsExactly(0, 1, 1);
  }

  @Test
  void labelsThatAnswerSeveralQueriesAreInTheGalleryOnce() {
    RetrievalTask task = task("A", "B", "A");

    assertThat(task.samples().size()).isEqualTo(5);
    assertThat(task.samples().get(3)).isEqualTo(new Sample.Text("label 'A'", "A"));
    List<Map<String, Tensor>> outputs = embeddings(EAST, NORTH, NORTH_EAST, EAST, NORTH);
    assertThat(task.scores().of(outputs, outputs).get(1).perSample()).containsExactly(1, 1, 1);
  }

  @Test
  void theBuiltInTaskHasDifferentLabelsAndQueriesWithoutTheirWords() {
    RetrievalTask task = RetrievalTask.emoji(new Fixed(Map.of()));

    assertThat(task.samples().size()).isEqualTo(2050);
    assertThat(task.samples().loaded().lines())
        .containsExactly("1,025 samples of the built-in emoji queries");
    assertThat(task.samples().advice()).contains("built-in emoji", "--data pairs.tsv", Pairs.FORM);
    assertThat(task.samples().get(0))
        .isEqualTo(
            new Sample.Text("1F600", "cheerful cheery grin happy laugh nice smile smiling teeth"));
    for (int i = 0; i < 1025; i++) {
      Set<String> label = words(task.samples().get(1025 + i));
      assertThat(words(task.samples().get(i))).doesNotContainAnyElementsOf(label);
    }
  }

  @Test
  void aModelWithoutAnEmbeddingIsRefused() {
    List<Map<String, Tensor>> outputs =
        java.util.Collections.nCopies(6, Map.of("logits", Tensor.scalar(1f)));

    assertThatThrownBy(() -> task("A", "B", "C").scores().of(outputs, outputs))
        .isInstanceOf(DemitasseException.class)
        .hasMessage(
            "Retrieval needs an embedding, a float output [B,S,H] of a text encoder, but the model"
                + " gives {logits=float[]}. Use the task agreement for this model.");
  }

  @Test
  void onlyTheEmbeddingOfAProgramIsKept() {
    Tensor vector = Tensor.ofFloats(new long[] {2}, 1, 2);
    Fixed program = new Fixed(Map.of("embedding", vector, "last_hidden_state", vector));
    RetrievalTask task = RetrievalTask.emoji(program);

    assertThat(task.program().run(task.samples().get(0), (part, inputs) -> Map.of()))
        .containsExactly(Map.entry("embedding", vector));
  }

  @Test
  void linesOfAQueryAndALabelMakeATask(@TempDir Path folder) throws Exception {
    Path file =
        Files.writeString(folder.resolve("a.tsv"), "round fruit\tapple\nlong fruit\tbanana");

    RetrievalTask task = RetrievalTask.of(file, new Fixed(Map.of()));

    assertThat(task.samples().get(1)).isEqualTo(new Sample.Text("line 2", "long fruit"));
    assertThat(task.samples().get(3)).isEqualTo(new Sample.Text("label 'banana'", "banana"));
  }

  @Test
  void aHeaderNamesTheColumns(@TempDir Path folder) throws Exception {
    Path file =
        Files.writeString(folder.resolve("a.tsv"), "label\tid\tquery\napple\t7\tround fruit");

    assertThat(Pairs.read(file).pairs())
        .containsExactly(new Pairs.Pair("7", "round fruit", "apple"));
  }

  @Test
  void linesThatAreNoPairsSayWhy(@TempDir Path folder) throws Exception {
    String good = "query\tlabel\n" + "q\ta\n".repeat(27);
    Path file = Files.writeString(folder.resolve("a.tsv"), good + "alone\na\tb\tc\n\tx\n");
    Path worse = Files.writeString(folder.resolve("b.tsv"), "q\ta\nalone\n");

    assertThat(Pairs.read(file).loaded().reasons())
        .containsExactly(
            "line 29: has 1 columns, expected 2",
            "line 30: has 3 columns, expected 2",
            "line 31: has 1 columns, expected 2");
    assertThatThrownBy(() -> Pairs.read(worse))
        .hasMessage(
            "1 of 2 samples in "
                + worse
                + " cannot be used, at most 10 % may be bad:\n  line 2: has 1 columns, expected 2");
    assertThatThrownBy(() -> Pairs.read(folder.resolve("none.tsv")))
        .hasMessage(
            "There is no file "
                + folder.resolve("none.tsv")
                + "; retrieval needs UTF-8 lines of a query, a tab and a label.");
  }

  /** Query i is answered by label i. */
  private static RetrievalTask task(String... labels) {
    List<Pairs.Pair> pairs = new ArrayList<>();
    for (String label : labels) {
      pairs.add(new Pairs.Pair("q" + pairs.size(), "query " + pairs.size(), label));
    }
    LoadedSamples loaded = new LoadedSamples("test", labels.length, 0, 0, List.of(), List.of());
    return RetrievalTask.of(new Pairs(loaded, pairs), new Fixed(Map.of()));
  }

  private static List<Map<String, Tensor>> embeddings(float[]... vectors) {
    List<Map<String, Tensor>> outputs = new ArrayList<>();
    for (float[] vector : vectors) {
      outputs.add(Map.of("embedding", Tensor.ofFloats(new long[] {vector.length}, vector)));
    }
    return outputs;
  }

  private static Set<String> words(Sample sample) {
    String text = ((Sample.Text) sample).text().toLowerCase(java.util.Locale.ROOT);
    return java.util.Arrays.stream(text.split("[^\\p{L}\\p{N}]+")).collect(Collectors.toSet());
  }

  /** A program that gives the same outputs for every sample. */
  private record Fixed(Map<String, Tensor> outputs) implements Program {
    @Override
    public String name() {
      return "fixed";
    }

    @Override
    public Map<String, Tensor> run(Sample sample, Parts parts) {
      return outputs;
    }
  }
}

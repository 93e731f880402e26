package io.demitasse.media.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.ir.Tensor;
import io.demitasse.media.data.BuiltInSentences;
import io.demitasse.recipe.Budget;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tasks on the samples that choose and on those that judge. */
class DividedTasksTest {
  private static final Program NONE =
      new Program() {
        @Override
        public String name() {
          return "none";
        }

        @Override
        public Map<String, Tensor> run(Sample sample, Parts parts) {
          throw new IllegalStateException("nothing runs here");
        }
      };

  @Test
  void queriesAreDividedAndLabelsStandInEachPart() {
    TaskSplits splits = RetrievalTask.emoji(NONE).splits(within("drop<=3%"));

    assertThat(splits.sizes().told())
        .isEqualTo("judged on 474 queries, chosen on 450, calibrated on 101");
    Set<String> chosen = ids(splits.choose().samples());
    Set<String> judged = ids(splits.judge().samples());
    assertThat(chosen).hasSize(450 + 1025);
    assertThat(judged).hasSize(474 + 1025);
    Set<String> both = new HashSet<>(chosen);
    both.retainAll(judged);
    assertThat(both).hasSize(1025).allMatch(id -> id.startsWith("label "));
    assertThat(ids(splits.choose().calibration()))
        .noneMatch(id -> !id.startsWith("label ") && (chosen.contains(id) || judged.contains(id)));
    assertThat(splits.train().size()).isZero();
  }

  /** With halves, what keeps the limit on all queries would be refused on most of them. */
  @Test
  void aTightLimitTakesAllQueries() {
    TaskSplits splits = RetrievalTask.emoji(NONE).splits(within("drop<=2%"));

    assertThat(splits.isDivided()).isFalse();
    assertThat(splits.judge().samples().size()).isEqualTo(2050);
    assertThat(splits.sizes().told())
        .isEqualTo(
            "judged on 1,025 queries, chosen on 1,025, calibrated on 1,025; weaker evidence, for"
                + " some are shared: judged on those it was chosen by: divided, 450 and 474 values"
                + " of recall@10 would be left to choose and to judge by, and each needs 650");
  }

  private static TaskSplits.Request within(String budget) {
    return new TaskSplits.Request(0, Budget.parse(budget)::limit);
  }

  @Test
  void partsOfATaskScoreAsTheWholeDoes() {
    RetrievalTask whole = RetrievalTask.emoji(NONE);
    Task judge = whole.splits(TaskSplits.Request.PLAIN).judge();
    List<Map<String, Tensor>> outputs = embeddings(whole.samples());

    double[] all = whole.scores().of(outputs, outputs).get(2).perSample();
    List<Map<String, Tensor>> some = embeddings(judge.samples());
    double[] judged = judge.scores().of(some, some).get(2).perSample();

    Map<String, Double> byId =
        IntStream.range(0, all.length)
            .boxed()
            .collect(
                java.util.stream.Collectors.toMap(i -> whole.samples().get(i).id(), i -> all[i]));
    assertThat(judged).hasSize(474);
    for (int i = 0; i < judged.length; i++) {
      assertThat(judged[i]).isEqualTo(byId.get(judge.samples().get(i).id()));
    }
  }

  @Test
  void sentencesThatAreBuiltInAreDivided() {
    Samples sentences = new BuiltInSentences();

    TaskSplits splits = new AgreementTask(sentences, NONE).splits(within("drop<=1%"));

    assertThat(splits.sizes().told())
        .isEqualTo(
            "judged on 56 samples, chosen on 46, calibrated on 55; weaker evidence, for some are"
                + " shared: calibrated on those it was chosen by as well: 9 alone are fewer than"
                + " 32");
    assertThat(splits.judge().samples().name()).isEqualTo(sentences.name());
  }

  @Test
  void someAreKeptToTrainOnWhereThatIsAskedFor() {
    Samples texts =
        Samples.of(
            "texts",
            IntStream.range(0, 1000)
                .mapToObj(i -> new Sample.Text("line " + i, "cup " + i))
                .toList());

    TaskSplits splits =
        new AgreementTask(texts, NONE).splits(new TaskSplits.Request(.2, Budget.DEFAULT::limit));

    assertThat(splits.train().size()).isEqualTo(splits.sizes().trained().count()).isPositive();
    assertThat(splits.sizes().told()).contains(", trained on ");
    assertThat(ids(splits.train()))
        .doesNotContainAnyElementsOf(ids(splits.choose().samples()))
        .doesNotContainAnyElementsOf(ids(splits.judge().samples()))
        .doesNotContainAnyElementsOf(ids(splits.choose().calibration()));
  }

  /** Vectors that depend on the sample alone. */
  private static List<Map<String, Tensor>> embeddings(Samples samples) {
    return IntStream.range(0, samples.size())
        .mapToObj(
            i -> {
              java.util.Random random = new java.util.Random(samples.get(i).id().hashCode());
              float[] vector = new float[8];
              for (int k = 0; k < vector.length; k++) {
                vector[k] = (float) random.nextGaussian();
              }
              return Map.of("embedding", Tensor.ofFloats(new long[] {8}, vector));
            })
        .toList();
  }

  private static Set<String> ids(Samples samples) {
    Set<String> ids = new HashSet<>();
    IntStream.range(0, samples.size()).forEach(i -> ids.add(samples.get(i).id()));
    return ids;
  }
}

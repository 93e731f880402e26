package io.demitasse.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.port.ModelFormat.WriteOptions;
import io.demitasse.port.Ports;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks that are asked sample by sample, of models that scale what they get. */
final class ScoringTest {
  private static final Ports PORTS = Ports.find();
  private static final int SAMPLES = 12;

  @TempDir private Path folder;
  private final List<String> opened = Collections.synchronizedList(new ArrayList<>());
  private BundleFiles original;
  private BundleFiles halved;

  @BeforeEach
  void write() {
    original = model("original", "1.0");
    halved = model("halved", "0.5");
  }

  private BundleFiles model(String name, String factor) {
    Path file = folder.resolve(name + ".onnx");
    PORTS
        .format()
        .write(
            TextGraph.parse(
                "ir 8, opset 17\ngraph g(x: float[N]) -> (y: float[N]) {\n  c = float[] {"
                    + factor
                    + "}\n  y = Mul(x, c)\n}\n"),
            file,
            WriteOptions.DEFAULT);
    return new BundleFiles(Map.of(Bundle.SINGLE, file));
  }

  /** Reads the first number of what the part gives, and counts how often. */
  private record Reading(AtomicInteger read) implements Program {
    @Override
    public String name() {
      return "reading";
    }

    @Override
    public Map<String, Tensor> run(Sample sample, Parts parts) {
      float first =
          parts.read(
              Bundle.SINGLE,
              ((Sample.Tensors) sample).inputs(),
              outputs -> {
                read.incrementAndGet();
                return outputs.get("y").toFloats()[0];
              });
      // Large enough that all of them would be felt, and new each time.
      float[] many = new float[100_000];
      many[0] = first;
      return Map.of("y", Tensor.ofFloats(new long[] {many.length}, many));
    }
  }

  /**
   * The share that is left of the numbers of all samples together.
   *
   * @param seen the outputs that it was asked about, as long as they are somewhere
   * @param shows whether it looks for differences
   */
  private record Share(Program program, List<WeakReference<Tensor>> seen, boolean shows)
      implements Task {

    /** What is kept of a sample. */
    private record Kept(double after, double before) {}

    @Override
    public String name() {
      return "share";
    }

    @Override
    public Samples samples() {
      return Samples.of(
          "numbers",
          IntStream.rangeClosed(1, SAMPLES)
              .mapToObj(
                  i ->
                      new Sample.Tensors(
                          "sample " + i, Map.of("x", Tensor.ofFloats(new long[] {1}, i))))
              .toList());
    }

    @Override
    public List<String> metrics() {
      return List.of("share", "order");
    }

    @Override
    public Review<?, List<Score>> scores() {
      return new Review<>(this::kept, Share::judged);
    }

    private Kept kept(int sample, Map<String, Tensor> outputs, Map<String, Tensor> reference) {
      Tensor after = outputs.get("y");
      seen.add(new WeakReference<>(after));
      assertThat(reference.get("y").toFloats(0, 1)[0]).as("its own").isEqualTo(sample + 1);
      return new Kept(after.toFloats(0, 1)[0], reference.get("y").toFloats(0, 1)[0]);
    }

    private static List<Score> judged(List<Kept> all) {
      return List.of(
          Score.limited(
              "share",
              Statistic.of(
                  all,
                  some ->
                      some.stream().mapToDouble(Kept::after).sum()
                          / some.stream().mapToDouble(Kept::before).sum())),
          Score.informational("order", Statistic.mean(all, Kept::before)));
    }

    @Override
    public Optional<Review<?, List<Difference>>> differences(int limit) {
      return shows
          ? Optional.of(
              new Review<>(
                  (sample, outputs, reference) ->
                      new Difference("sample " + (sample + 1), "", "", "", "share", .5),
                  all -> all.stream().limit(limit).toList()))
          : Optional.empty();
    }
  }

  private final AtomicInteger read = new AtomicInteger();
  private final List<WeakReference<Tensor>> seen = Collections.synchronizedList(new ArrayList<>());

  private Evaluator evaluator(boolean shows) {
    return new Evaluator(
        new Ports(PORTS.format(), new CountingRuntime(PORTS.runtime(), opened)),
        original,
        new Share(new Reading(read), seen, shows),
        3,
        PairedTiming.Effort.QUICK);
  }

  private static final Evaluator.Progress SILENT = (done, total) -> {};

  @Test
  void aStatisticOfTheWholeIsComparedOnTheSameDraws() {
    List<ScoreComparison> scores = evaluator(false).scores(halved, SILENT);

    assertThat(scores).extracting(ScoreComparison::metric).containsExactly("share", "order");
    ScoreComparison share = scores.getFirst();
    assertThat(share.samples()).isEqualTo(SAMPLES);
    assertThat(share.limited()).isTrue();
    for (Interval half : List.of(share.candidate(), share.degradation())) {
      assertThat(half.value()).isCloseTo(.5, within(1e-9));
      assertThat(half.high() - half.low()).as("half in every draw").isLessThan(1e-9);
    }
    assertThat(scores.get(1).baseline().value()).isCloseTo((1 + SAMPLES) / 2., within(1e-9));
  }

  @Test
  void outputsOfACandidateAreGoneOnceTheyWereLookedAt() {
    Evaluator evaluator = evaluator(false);
    evaluator.scores(halved, SILENT);
    seen.clear();
    List<Long> left = new ArrayList<>();
    Review<?, List<Task.Score>> scores = evaluator.task().scores();

    evaluator.review(counting(scores, left), halved, SILENT);

    assertThat(seen).hasSize(SAMPLES);
    assertThat(left).containsExactly(0L);
  }

  /** Looks for outputs that are still there when the result is made. */
  private <R, T> Review<R, T> counting(Review<R, T> review, List<Long> left) {
    return new Review<>(
        review.reading(),
        records -> {
          System.gc();
          left.add(seen.stream().filter(each -> each.get() != null).count());
          return review.result().apply(records);
        });
  }

  @Test
  void scoresAndWhatIsShownAreOfOneRun() {
    Evaluator evaluator = evaluator(true);
    Evaluator.Judged judged = evaluator.judged(halved, 6, 12, SILENT);

    assertThat(judged.scores()).isEqualTo(evaluator.scores(halved, SILENT));
    assertThat(judged.showing().differences()).isNotEmpty();
    assertThat(read).as("of the original and the candidate, each once").hasValue(2 * SAMPLES);
  }

  @Test
  void aTaskThatShowsNothingIsScoredAllTheSame() {
    Evaluator.Judged judged = evaluator(false).judged(halved, 6, 12, SILENT);

    assertThat(judged.scores()).isNotEmpty();
    assertThat(judged.showing()).isEqualTo(Evaluator.Showing.NONE);
  }

  @Test
  void whatATaskShowsComesInOrderAndNoMoreThanAskedFor() {
    Evaluator.Showing showing = evaluator(true).judged(halved, 6, 2, SILENT).showing();

    assertThat(showing.examples()).isEmpty();
    assertThat(showing.differences())
        .extracting(Difference::sample)
        .containsExactly("sample 1", "sample 2");
  }

  @Test
  void readingsOfFilesThatWereRejectedAreForgotten() {
    Evaluator evaluator = evaluator(false);
    evaluator.scores(halved, SILENT);
    evaluator.scores(halved, SILENT);
    assertThat(read).as("of the original and the candidate, each once").hasValue(2 * SAMPLES);

    evaluator.forgetAllBut(original);
    evaluator.scores(original, SILENT);
    assertThat(read).as("the original's are kept").hasValue(2 * SAMPLES);

    evaluator.scores(halved, SILENT);
    assertThat(read).hasValue(3 * SAMPLES);

    evaluator.forgetAllBut(halved);
    evaluator.scores(halved, SILENT);
    assertThat(read).as("so are those of what was kept").hasValue(3 * SAMPLES);
  }

  @Test
  void outputsAtHandAreReviewedInPairs() {
    Map<String, Tensor> one = Map.of("y", Tensor.ofFloats(new long[] {1}, 1));

    assertThatThrownBy(() -> evaluator(false).task().scores().of(List.of(one), List.of(one, one)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("outputs of 1 samples cannot be compared with those of 2");
  }

  @Test
  void onlyAMeanHasAValueForEachSample() {
    Map<String, Tensor> one = Map.of("y", Tensor.ofFloats(new long[] {1}, 1));
    List<Task.Score> scores = evaluator(false).task().scores().of(List.of(one), List.of(one));

    assertThat(scores.get(1).perSample()).containsExactly(1);
    assertThatThrownBy(scores.getFirst()::perSample)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("share is no mean over samples");
  }
}

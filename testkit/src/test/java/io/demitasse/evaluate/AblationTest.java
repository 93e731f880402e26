package io.demitasse.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.data.Fields;
import io.demitasse.data.IdentityProgram;
import io.demitasse.data.Modalities;
import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.manifest.Manifest.Modality;
import io.demitasse.port.ModelFormat.WriteOptions;
import io.demitasse.port.Ports;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that see a picture of four pixels and a word, which say the same class. */
class AblationTest {
  private static final Ports PORTS = Ports.find();
  private static final int SAMPLES = 40;

  @TempDir private Path folder;
  private BundleFiles looks = new BundleFiles(Map.of());
  private BundleFiles ignores = looks;
  private Bundle bundle = Bundle.of(model("2"));

  @BeforeEach
  void write() {
    looks = write("looks", "2");
    ignores = write("ignores", "0");
    bundle = Bundle.of(model("2"));
  }

  /** What the picture says counts so many times as much as the word. */
  private static Model model(String weight) {
    return TextGraph.parse(
        """
        ir 8, opset 17
        graph g(pixel_values: float[1,1,2,2], input_ids: int64[1,1]) -> (logits: float[1,4]) {
          form = int64[2] {1, 4}
          weight = float[] {%s}
          table = float[4,4] {1,0,0,0, 0,1,0,0, 0,0,1,0, 0,0,0,1}
          p = Reshape(pixel_values, form)
          seen = Mul(p, weight)
          word = Gather(table, input_ids)
          read = Reshape(word, form)
          logits = Add(seen, read)
        }
        """
            .formatted(weight));
  }

  private BundleFiles write(String name, String weight) {
    Path file = folder.resolve(name + ".onnx");
    PORTS.format().write(model(weight), file, WriteOptions.DEFAULT);
    return new BundleFiles(Map.of(Bundle.SINGLE, file));
  }

  private static Sample sample(int index) {
    int of = index % 4;
    float[] pixels = new float[4];
    pixels[of] = 1;
    return new Sample.Tensors(
        "sample " + index,
        Map.of(
            "pixel_values", Tensor.ofFloats(new long[] {1, 1, 2, 2}, pixels),
            "input_ids", Tensor.ofLongs(new long[] {1, 1}, of)),
        Fields.NONE.with("label", Integer.toString(of)));
  }

  /** The share of samples whose class scores highest. */
  private record Accuracy(Samples samples) implements Task {
    @Override
    public String name() {
      return "accuracy";
    }

    @Override
    public Program program() {
      return new IdentityProgram();
    }

    @Override
    public Optional<Task> chosen(List<Integer> places) {
      return Optional.of(new Accuracy(samples.only(places)));
    }

    @Override
    public List<String> metrics() {
      return List.of("top1");
    }

    @Override
    public Review<?, List<Score>> scores() {
      return new Review<Boolean, List<Score>>(
          (sample, outputs, _) -> {
            float[] scores = outputs.get("logits").toFloats();
            int said = 0;
            for (int i = 1; i < scores.length; i++) {
              said = scores[i] > scores[said] ? i : said;
            }
            return samples.get(sample).fields().text("label").orElseThrow().equals("" + said);
          },
          right -> List.of(Score.limited("top1", Statistic.mean(right, each -> each ? 1 : 0))));
    }
  }

  private static Samples samples(int count) {
    return Samples.of("classes", IntStream.range(0, count).mapToObj(AblationTest::sample).toList());
  }

  private Evaluator evaluator(Samples samples) {
    return new Evaluator(PORTS, looks, new Accuracy(samples), 1, PairedTiming.Effort.QUICK);
  }

  private List<Dependence> dependence(Samples samples, BundleFiles result) {
    return evaluator(samples).dependence(result, Modalities.of(bundle), (done, total) -> {});
  }

  @Test
  void aResultThatIgnoresThePictureIsCaughtWhereItsAccuracyIsAsBefore() {
    Evaluator evaluator = evaluator(samples(SAMPLES));
    ScoreComparison accuracy = evaluator.scores(ignores, (done, total) -> {}).getFirst();
    List<Dependence> found = dependence(samples(SAMPLES), ignores);

    assertThat(accuracy.degradation().value()).isZero();
    assertThat(found)
        .extracting(Dependence::modality)
        .containsExactly(Modality.TEXT, Modality.IMAGE);
    Dependence picture = found.get(1);
    assertThat(picture.before().value()).isBetween(.5, 1.0);
    assertThat(picture.after().value()).isZero();
    assertThat(picture.kept()).isEqualTo(new Interval(0, 0, 0));
    assertThat(picture.warning()).get().asString().contains("hangs less on its pictures", "top1");
    assertThat(picture.samples()).isEqualTo(SAMPLES);
  }

  @Test
  void whatTheOriginalDoesNotHangOnIsNothingToKeep() {
    Dependence words = dependence(samples(SAMPLES), ignores).getFirst();

    assertThat(words.before().value()).isZero();
    assertThat(words.after().value()).isPositive();
    assertThat(words.kept()).isNull();
    assertThat(words.warning()).isEmpty();
  }

  @Test
  void theOriginalKeepsAllOfWhatItHangsOn() {
    Dependence picture = dependence(samples(SAMPLES), looks).get(1);

    assertThat(picture.kept()).isNotNull();
    assertThat(picture.kept().value()).isCloseTo(1, within(1e-12));
    assertThat(picture.warning()).isEmpty();
  }

  @Test
  void noSampleKeepsItsOwnAndAllAreGivenOnce() {
    for (int size : new int[] {2, 3, 8, 257}) {
      int[] places = Ablation.derangement(size);

      assertThat(IntStream.range(0, size)).allMatch(i -> places[i] != i);
      assertThat(Arrays.stream(places).sorted())
          .containsExactly(IntStream.range(0, size).boxed().toArray(Integer[]::new));
    }
  }

  @Test
  void aFewHundredSamplesAreEnough() {
    assertThat(dependence(samples(1000), ignores))
        .allSatisfy(each -> assertThat(each.samples()).isEqualTo(256));
  }

  @Test
  void nothingIsMeasuredOfSamplesThatHaveOneModalityOrAreTooFew() {
    List<Sample> pictures = new ArrayList<>();
    for (int i = 0; i < SAMPLES; i++) {
      Sample.Tensors both = (Sample.Tensors) sample(i);
      pictures.add(
          new Sample.Tensors(
              both.id(), Map.of("pixel_values", both.inputs().get("pixel_values")), both.fields()));
    }

    assertThat(dependence(Samples.of("pictures", pictures), ignores)).isEmpty();
    assertThat(dependence(samples(7), ignores)).isEmpty();
  }
}

package io.demitasse.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.evaluate.BundleFiles;
import io.demitasse.evaluate.Interval;
import io.demitasse.evaluate.Latency;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.evaluate.Verdict;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.prune.PruneWeights;
import io.demitasse.passes.quantize.QuantizeWeights;
import io.demitasse.passes.tune.FineTune;
import io.demitasse.recipe.Preference;
import io.demitasse.recipe.Preset;
import io.demitasse.recipe.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AcceptancePolicyTest {
  private static final Latency LATENCY = new Latency(new Interval(1, 2, 3), 1, 3, 9);

  @TempDir private Path folder;

  @Test
  void theGainOfOneModelIsThatOfTheWhole() throws IOException {
    BundleFiles parent = files(Map.of("model", 400));
    BundleFiles kept = files(Map.of("model", 100));

    assertThat(
            AcceptancePolicy.gain(
                parent, kept, List.of("model"), List.of(halfTheTime("1x6"), halfTheTime("8x20"))))
        .isEqualTo("25 % of the size, 50 % of the time at 1x6, 50 % at 8x20");
    assertThat(AcceptancePolicy.gain(parent, kept, List.of("model"), List.of()))
        .isEqualTo("25 % of the size");
  }

  @Test
  void theGainOfAPartIsToldApartFromThatOfTheWhole() throws IOException {
    BundleFiles parent = files(Map.of("vision", 600, "text", 400));
    BundleFiles kept = files(Map.of("vision", 600, "text", 100));

    assertThat(AcceptancePolicy.gain(parent, kept, List.of("text"), List.of(halfTheTime("1x6"))))
        .isEqualTo("25 % of its size, bundle 70 %, 50 % of its time at 1x6");
    assertThat(AcceptancePolicy.gain(parent, kept, List.of("text"), List.of()))
        .isEqualTo("25 % of its size, bundle 70 %");
  }

  @Test
  void ofSeveralPartsTheGainIsThatOfAllOfThem() throws IOException {
    BundleFiles parent = files(Map.of("vision", 200, "text", 400, "decoder", 400));
    BundleFiles kept = files(Map.of("vision", 200, "text", 100, "decoder", 100));
    List<TimingComparison> timings = List.of(halfTheTime("text 1x6"), halfTheTime("decoder 1x1"));

    assertThat(AcceptancePolicy.gain(parent, kept, List.of("text", "decoder"), timings))
        .isEqualTo(
            "text, decoder: 25 % of their size, bundle 40 %, 50 % of their time at text 1x6, 50 %"
                + " at decoder 1x1");
  }

  @Test
  void aSmallPartThatShrinksMuchCostsLessThanOneThatIsALittleFaster() throws IOException {
    BundleFiles parent = files(Map.of("vision", 10_000, "text", 400));
    BundleFiles smaller = files(Map.of("vision", 10_000, "text", 100));
    List<TimingComparison> faster = List.of(halfTheTime("1x6"));

    double ofSize =
        AcceptancePolicy.cost(parent, smaller, List.of("text"), List.of(), Preference.BALANCED);
    double ofTime =
        AcceptancePolicy.cost(parent, parent, List.of("text"), faster, Preference.BALANCED);

    assertThat(ofSize).isCloseTo(Math.log(.25), within(1e-9));
    assertThat(ofTime).isCloseTo(Math.log(.5), within(1e-9));
  }

  @Test
  void timeThatIsGivenAwayHasToBuyBytes() throws IOException {
    BundleFiles parent = files(Map.of("model", 400));
    BundleFiles smaller = files(Map.of("model", 300));
    List<String> parts = List.of("model");
    List<TimingComparison> slower = List.of(takes(1.4));
    Preference sizeFirst = Preset.SMALLEST.preference();

    assertThat(AcceptancePolicy.cost(parent, smaller, parts, slower, Preference.BALANCED))
        .isPositive();
    assertThat(AcceptancePolicy.cost(parent, smaller, parts, slower, sizeFirst)).isNegative();
    assertThat(AcceptancePolicy.cost(parent, parent, parts, slower, sizeFirst)).isPositive();
  }

  @Test
  void whatTrainsOrChangesOnlyWeightsIsNotTimed() {
    Step learned = step(FineTune.class);
    Step sparse = step(PruneWeights.class);
    Step quantized = step(QuantizeWeights.class);

    assertThat(Attempt.runsTheSame(List.of(learned))).isTrue();
    assertThat(Attempt.runsTheSame(List.of(sparse, learned))).isTrue();
    assertThat(Attempt.runsTheSame(List.of(quantized, learned))).isFalse();
  }

  @Test
  void zerosAreAGainInAnArchiveAlone() throws IOException {
    BundleFiles parent = files(Map.of("model", 4_000));
    BundleFiles sparse = files(Map.of("model", 4_000));
    BundleFiles other = files(Map.of("model", 4_000));
    byte[] weights = new byte[4_000];
    new Random(1).nextBytes(weights);
    Files.write(parent.file("model"), weights);
    new Random(2).nextBytes(weights);
    Files.write(other.file("model"), weights);
    Arrays.fill(weights, 0, 2_000, (byte) 0);
    Files.write(sparse.file("model"), weights);
    ArchiveSizes archives = new ArchiveSizes();

    assertThat(archives.gain(parent, sparse, List.of()))
        .matches("no smaller or faster as it is; 5\\d % of its size in an archive");
    assertThat(archives.gain(parent, sparse, List.of(halfTheTime("1x6")))).isEmpty();
    assertThat(archives.gain(parent, other, List.of())).isEmpty();
    assertThat(archives.share(parent, other)).isEmpty();
  }

  private static Step step(Class<? extends Pass> kind) {
    return Step.of(PassOptions.defaults(kind), Where.EVERYWHERE);
  }

  private BundleFiles files(Map<String, Integer> bytes) throws IOException {
    Path place = Files.createTempDirectory(folder, "files");
    for (Map.Entry<String, Integer> part : bytes.entrySet()) {
      Files.write(place.resolve(part.getKey()), new byte[part.getValue()]);
    }
    Map<String, Path> files =
        bytes.keySet().stream().collect(Collectors.toMap(part -> part, place::resolve));
    return new BundleFiles(files);
  }

  private static TimingComparison takes(double ratio) {
    Interval interval = new Interval(ratio - .05, ratio, ratio + .05);
    return new TimingComparison("1x6", LATENCY, LATENCY, interval, List.of(ratio), Verdict.SLOWER);
  }

  private static TimingComparison halfTheTime(String workload) {
    return new TimingComparison(
        workload, LATENCY, LATENCY, new Interval(.49, .5, .51), List.of(.5), Verdict.FASTER);
  }
}

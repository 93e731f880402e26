package io.demitasse.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.ir.Tensor;
import io.demitasse.objective.Batch;
import io.demitasse.objective.Loss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class AugmentationTest {
  private static final long CLS = 1;
  private static final long MASK = 3;
  private static final long VOCABULARY = 1_000;

  private static Batch floats(long[] sizes, float... numbers) {
    return new Batch(
        Map.of("x", Tensor.ofFloats(sizes, numbers), "other", Tensor.scalar(7L)),
        Map.of("t", Tensor.scalar(1f)));
  }

  private static Batch counted(long... sizes) {
    int count = Math.toIntExact(Tensor.elementCount(sizes));
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = i + 1;
    }
    return floats(sizes, numbers);
  }

  private static Batch tokens(int count) {
    long[] tokens = LongStream.range(0, count).map(i -> 10 + i % 900).toArray();
    tokens[0] = CLS;
    return new Batch(Map.of("x", Tensor.ofLongs(new long[] {1, count}, tokens)), Map.of());
  }

  private static TokenInput input(long... kept) {
    return new TokenInput("x", "read", LongStream.of(kept).boxed().collect(Collectors.toSet()));
  }

  private static float[] x(Batch batch) {
    return batch.inputs().get("x").toFloats();
  }

  private static float[] x(Augmentation augmentation, Batch batch, long seed) {
    return x(augmentation.of(batch, new Random(seed)));
  }

  static List<Augmentation> all() {
    return List.of(
        new Crop("x", 2),
        new Flip("x", .5),
        new ColorJitter("x", .2, .2, .2),
        new Noise("x", .1),
        new Spans("x", -1, 2, .8),
        new Speed("x", .9, 1.1));
  }

  @ParameterizedTest
  @MethodSource("all")
  void theSameSeedGivesTheSameAndLeavesTheExampleAsItWas(Augmentation augmentation) {
    Batch batch = counted(6, 3, 5, 4);
    float[] before = x(batch).clone();

    float[] once = x(augmentation, batch, 5);
    assertThat(x(augmentation, batch, 5)).containsExactly(once);
    assertThat(x(batch)).containsExactly(before);
    assertThat(once).hasSameSizeAs(before).isNotEqualTo(before);
    assertThat(
            IntStream.range(0, 20).mapToObj(seed -> Arrays.hashCode(x(augmentation, batch, seed))))
        .as("other seeds give others")
        .hasSizeGreaterThan(5);
    Batch varied = augmentation.of(batch, new Random(5));
    assertThat(varied.inputs().get("other")).isSameAs(batch.inputs().get("other"));
    assertThat(varied.targets()).isEqualTo(batch.targets());
  }

  @ParameterizedTest
  @MethodSource("all")
  void whatHasNotTheFormStaysAsItIs(Augmentation augmentation) {
    RandomGenerator random = new Random(1);
    for (Batch odd :
        List.of(
            tokens(4),
            new Batch(Map.of("y", Tensor.scalar(1f)), Map.of()),
            floats(new long[] {0, 3, 5, 4}),
            floats(new long[0], 1))) {
      assertThat(augmentation.of(odd, random)).isSameAs(odd);
    }
  }

  @Test
  void aCropMovesAPictureAndFillsUpWithNothing() {
    Batch pictures = counted(1, 2, 3, 3);
    List<List<Float>> seen = new ArrayList<>();
    for (int seed = 0; seed < 200; seed++) {
      float[] moved = x(new Crop("x", 1), pictures, seed);
      seen.add(boxed(moved));
    }

    assertThat(seen)
        .contains(boxed(x(pictures)))
        // One down and one to the right, in both channels.
        .contains(
            List.of(5f, 6f, 0f, 8f, 9f, 0f, 0f, 0f, 0f, 14f, 15f, 0f, 17f, 18f, 0f, 0f, 0f, 0f))
        .contains(
            List.of(0f, 0f, 0f, 0f, 1f, 2f, 0f, 4f, 5f, 0f, 0f, 0f, 0f, 10f, 11f, 0f, 13f, 14f));
    assertThat(Set.copyOf(seen)).hasSize(9);
    assertThat(x(new Crop("x", 9), pictures, 3)).hasSize(18);
  }

  @Test
  void aFlipTurnsEveryRowOfSomePictures() {
    Batch pictures = counted(2, 1, 2, 3);

    assertThat(x(new Flip("x", 1), pictures, 1))
        .containsExactly(3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10);
    assertThat(x(new Flip("x", 0), pictures, 1)).containsExactly(x(pictures));
  }

  @Test
  void jitterKeepsItsBounds() {
    Batch pictures = counted(1, 3, 2, 2);
    float[] before = x(pictures);
    for (int seed = 0; seed < 50; seed++) {
      float[] lighter = x(new ColorJitter("x", .5, 0, 0), pictures, seed);
      double by = lighter[0] - before[0];
      assertThat(Math.abs(by)).isLessThanOrEqualTo(.5 * Math.sqrt(143 / 12.) + 1e-5);
      assertThat(lighter[11] - before[11]).isCloseTo((float) by, within(1e-4f));

      float[] steeper = x(new ColorJitter("x", 0, .25, 0), pictures, seed);
      assertThat((steeper[11] - 6.5) / 5.5).isBetween(.75 - 1e-5, 1.25 + 1e-5);

      float[] richer = x(new ColorJitter("x", 0, 0, .25), pictures, seed);
      assertThat((richer[8] - 5) / 4.).as("of a pixel of 1, 5 and 9").isBetween(.75, 1.25);
      assertThat(richer[4]).isCloseTo(5, within(1e-5f));
    }
  }

  @Test
  void noiseHasItsDeviation() {
    float[] noise = x(new Noise("x", .5), floats(new long[] {1, 20_000}, new float[20_000]), 1);
    double squares = 0;
    for (float number : noise) {
      squares += number * number;
    }

    assertThat(Math.sqrt(squares / noise.length)).isCloseTo(.5, within(.02));
  }

  @Test
  void spansBlotOutBandsOfOneAxis() {
    Batch spectrogram = counted(1, 1, 4, 6);
    Set<Integer> widths = new java.util.TreeSet<>();
    for (int seed = 0; seed < 100; seed++) {
      float[] blotted = x(new Spans("x", 2, 1, .5), spectrogram, seed);
      int rows = 0;
      for (int row = 0; row < 4; row++) {
        float[] part = Arrays.copyOfRange(blotted, row * 6, row * 6 + 6);
        boolean whole = boxed(part).stream().allMatch(number -> number == 12.5f);
        rows += whole ? 1 : 0;
        assertThat(whole || part[0] == row * 6 + 1).isTrue();
      }
      widths.add(rows);
    }
    assertThat(widths).containsExactly(0, 1, 2);

    float[] moments = x(new Spans("x", -1, 1, 1), spectrogram, 4);
    for (int moment = 0; moment < 6; moment++) {
      assertThat(moments[moment] == 12.5f).isEqualTo(moments[18 + moment] == 12.5f);
    }
  }

  @Test
  void fasterSoundEndsInSilenceAndSlowerIsCutOff() {
    Batch wave = counted(1, 8);

    assertThat(x(new Speed("x", 2, 2), wave, 1)).containsExactly(1, 3, 5, 7, 0, 0, 0, 0);
    assertThat(x(new Speed("x", .5, .5), wave, 1))
        .containsExactly(1, 1.5f, 2, 2.5f, 3, 3.5f, 4, 4.5f);
    assertThat(x(new Speed("x", 1, 1), wave, 1)).containsExactly(x(wave));
  }

  @Test
  void wordsAreDroppedButThoseThatAreKept() {
    Batch text = tokens(10_000);
    long[] before = text.inputs().get("x").toLongs();
    long[] after =
        new WordDropout(input(CLS, 10), .1, 0).of(text, new Random(1)).inputs().get("x").toLongs();

    long dropped = LongStream.of(after).filter(token -> token == 0).count();
    assertThat(dropped).isBetween(900L, 1_100L);
    for (int i = 0; i < after.length; i++) {
      assertThat(after[i]).isIn(before[i], 0L);
      assertThat(after[i] == 0 && (before[i] == CLS || before[i] == 10)).isFalse();
    }
    assertThat(text.inputs().get("x").toLongs()).containsExactly(before);
  }

  @Test
  void maskedTokensBecomeTargets() {
    Batch text = tokens(20_000);
    long[] before = text.inputs().get("x").toLongs();
    Batch masked =
        new TokenMasking(input(CLS), "masked", .15, MASK, VOCABULARY).of(text, new Random(1));
    long[] after = masked.inputs().get("x").toLongs();
    long[] targets = masked.targets().get("masked").toLongs();

    int[] fates = new int[3];
    for (int i = 0; i < after.length; i++) {
      if (targets[i] == Loss.IGNORED) {
        assertThat(after[i]).isEqualTo(before[i]);
      } else {
        assertThat(targets[i]).isEqualTo(before[i]).isNotEqualTo(CLS);
        assertThat(after[i]).isBetween(0L, VOCABULARY - 1);
        fates[after[i] == MASK ? 0 : after[i] == before[i] ? 2 : 1]++;
      }
    }
    int chosen = IntStream.of(fates).sum();
    assertThat(chosen / 20_000.).isCloseTo(.15, within(.01));
    assertThat(fates[0] / (double) chosen).isCloseTo(.8, within(.03));
    assertThat(fates[1] / (double) chosen).isCloseTo(.1, within(.03));
    assertThat(masked.targets().get("masked").sizes()).containsExactly(1, 20_000);
  }

  @Test
  void whatIsNotReadIsNeitherMaskedNorDropped() {
    Map<String, Tensor> inputs =
        Map.of(
            "x",
            Tensor.ofLongs(new long[] {1, 4}, 5, 6, 0, 0),
            "read",
            Tensor.ofLongs(new long[] {1, 4}, 1, 1, 0, 0));
    Batch padded = new Batch(inputs, Map.of());
    Batch masked = new TokenMasking(input(), "t", 1, MASK, 9).of(padded, new Random(1));
    Batch dropped = new WordDropout(input(), 1, 8).of(padded, new Random(1));

    assertThat(masked.targets().get("t").toLongs())
        .containsExactly(5, 6, Loss.IGNORED, Loss.IGNORED);
    assertThat(masked.inputs().get("x").toLongs()).endsWith(0, 0);
    assertThat(dropped.inputs().get("x").toLongs()).containsExactly(8, 8, 0, 0);
  }

  /** What is kept of a training that was cut short holds that text. */
  @Test
  void theTextOfAnAugmentationSaysAllThatItDoes() {
    assertThat(
            Augmentation.all(List.of(new Crop("x", 2), new WordDropout(input(9, 1, 30, 4), .1, 0))))
        .hasToString(
            "Sequence[steps=[Crop[input=x, padding=2], WordDropout[input=TokenInput[name=x,"
                + " attention=read, kept=[1, 4, 9, 30]], share=0.1, replacement=0]]]");
  }

  @Test
  void viewsOfARowFollowEachOther() {
    Batch two = counted(2, 1, 1, 2);
    Augmentation turned = (example, random) -> new Flip("x", random.nextInt(2)).of(example, random);
    Batch views = new Views(turned).of(two, new Random(3));

    assertThat(views.inputs().get("x").sizes()).containsExactly(4, 1, 1, 2);
    assertThat(x(views)).hasSize(8);
    for (int row = 0; row < 4; row++) {
      float first = row < 2 ? 1 : 3;
      assertThat(List.of(x(views)[2 * row], x(views)[2 * row + 1]))
          .isIn(List.of(first, first + 1), List.of(first + 1, first));
    }
    assertThat(new Views(Augmentation.NONE).of(two, new Random(1)).inputs().get("x").toFloats())
        .containsExactly(1, 2, 1, 2, 3, 4, 3, 4);
    assertThat(views.inputs().get("other")).isSameAs(two.inputs().get("other"));
  }

  @Test
  void viewsAreVariedEachByItself() {
    Batch views = new Views(new Noise("x", 1)).of(counted(1, 3), new Random(3));

    assertThat(views.rows()).isEqualTo(2);
    assertThat(Arrays.copyOf(x(views), 3)).isNotEqualTo(Arrays.copyOfRange(x(views), 3, 6));
  }

  @Test
  void stepsComeOneAfterTheOther() {
    Augmentation both = Augmentation.all(List.of(new Flip("x", 1), new Flip("x", 1)));

    assertThat(x(both, counted(1, 1, 1, 3), 1)).containsExactly(1, 2, 3);
  }

  @Test
  void optionsThatCannotBeAreRefused() {
    assertThatThrownBy(() -> new Flip("x", 1.5)).hasMessageContaining("from 0 to 1, got 1.5");
    assertThatThrownBy(() -> new Noise("x", Double.NaN)).hasMessageContaining("got NaN");
    assertThatThrownBy(() -> new Crop("x", -1)).hasMessageContaining("got -1");
    assertThatThrownBy(() -> new Spans("x", 0, 1, 1)).hasMessageContaining("not 0");
    assertThatThrownBy(() -> new Speed("x", 1.1, .9)).hasMessageContaining("ascend");
    assertThatThrownBy(() -> new WordDropout(input(), -1, 0)).hasMessageContaining("-1");
    assertThatThrownBy(() -> new TokenMasking(input(), "t", .1, 0, 0))
        .hasMessageContaining("at least 1 token");
  }

  private static List<Float> boxed(float[] numbers) {
    List<Float> boxed = new ArrayList<>();
    for (float number : numbers) {
      boxed.add(number);
    }
    return boxed;
  }
}

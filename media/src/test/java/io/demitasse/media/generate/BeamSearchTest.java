package io.demitasse.media.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BeamSearchTest {
  private static final int VOCABULARY = 5;
  private static final long END = 0;
  private static final long START = 4;

  /** Probabilities of what follows depend on all tokens before, drawn by their hash. */
  private static final class DrawnModel implements NextTokens {
    private final long seed;
    private List<List<Long>> rows = new ArrayList<>(List.of(List.of()));
    private int calls;

    DrawnModel(long seed) {
      this.seed = seed;
    }

    float[] logits(List<Long> tokens) {
      Random random = new Random(seed * 31 + tokens.hashCode());
      float[] logits = new float[VOCABULARY];
      for (int i = 0; i < VOCABULARY; i++) {
        logits[i] = 3 * (float) random.nextGaussian();
      }
      return logits;
    }

    @Override
    public float[][] after(long[][] tokens) {
      calls++;
      assertThat(tokens).hasNumberOfRows(rows.size());
      float[][] logits = new float[rows.size()][];
      for (int row = 0; row < rows.size(); row++) {
        List<Long> all = new ArrayList<>(rows.get(row));
        LongStream.of(tokens[row]).forEach(all::add);
        rows.set(row, all);
        logits[row] = logits(all);
      }
      return logits;
    }

    @Override
    public void keep(int[] kept) {
      rows = new ArrayList<>(Arrays.stream(kept).mapToObj(rows::get).toList());
    }
  }

  private static GenerationRules rules(int most, int beams, double penalty) {
    return new GenerationRules(
        List.of(START), Set.of(END), Set.of(START), Set.of(), most, beams, penalty);
  }

  /** Every text of at most so many tokens, each with its logarithm of probability. */
  private static Map<List<Long>, Double> all(DrawnModel model, int most) {
    Map<List<Long>, Double> all = new HashMap<>();
    extend(model, List.of(), 0, most, all);
    return all;
  }

  private static void extend(
      DrawnModel model, List<Long> tokens, double sum, int most, Map<List<Long>, Double> all) {
    List<Long> given = new ArrayList<>(List.of(START));
    given.addAll(tokens);
    float[] logits = model.logits(given);
    double total = 0;
    for (int i = 0; i < VOCABULARY; i++) {
      total += i == START ? 0 : Math.exp(logits[i]);
    }
    for (long next = 0; next < START; next++) {
      double probability = sum + logits[(int) next] - Math.log(total);
      if (next == END) {
        all.put(tokens, probability);
      } else if (tokens.size() + 1 < most) {
        List<Long> more = new ArrayList<>(tokens);
        more.add(next);
        extend(model, more, probability, most, all);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void asManyBeamsAsThereAreBeginningsFindTheMostProbableText(long seed) {
    Generated found = new BeamSearch(rules(4, 64, 0)).run(new DrawnModel(seed), List.of(START));
    Map.Entry<List<Long>, Double> expected =
        Collections.max(
            all(new DrawnModel(seed), 4).entrySet(),
            Comparator.comparingDouble(Map.Entry::getValue));

    assertThat(found.end()).isPresent();
    assertThat(found.tokens()).isEqualTo(expected.getKey());
    assertThat(found.logProbability()).isCloseTo(expected.getValue(), within(1e-6));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void oneBeamTakesTheMostProbableTokenEachTime(long seed) {
    Generated found = new BeamSearch(rules(6, 1, 1)).run(new DrawnModel(seed), List.of(START));
    DrawnModel model = new DrawnModel(seed);
    List<Long> given = new ArrayList<>(List.of(START));
    for (long token : found.tokens()) {
      assertThat(token).isEqualTo(best(model.logits(given)));
      given.add(token);
    }
    assertThat(found.end().isPresent() ? END : found.tokens().getLast())
        .isEqualTo(
            best(
                model.logits(
                    found.end().isPresent() ? given : given.subList(0, given.size() - 1))));
  }

  private static long best(float[] logits) {
    long best = 0;
    for (int i = 1; i < START; i++) {
      best = logits[i] > logits[(int) best] ? i : best;
    }
    return best;
  }

  @Test
  void aModelIsNotAskedForWhatNobodyReads() {
    DrawnModel model = new DrawnModel(3);
    GenerationRules endless =
        new GenerationRules(List.of(START), Set.of(START), Set.of(START), Set.of(), 5, 1, 1);

    Generated found = new BeamSearch(endless).run(model, List.of(START));

    assertThat(found.tokens()).hasSize(5);
    assertThat(found.end()).isEmpty();
    assertThat(model.calls).isEqualTo(5);
  }

  @Test
  void aLongTextIsPreferredWhereLengthIsPenalizedLess() {
    // 1 then the end costs .7 + .7; the end at once costs 1.1.
    NextTokens model =
        new NextTokens() {
          private int step;

          @Override
          public float[][] after(long[][] tokens) {
            float[] logits = new float[VOCABULARY];
            Arrays.fill(logits, -50);
            logits[0] = step == 0 ? (float) Math.log(.4) : (float) Math.log(.5);
            logits[1] = step == 0 ? (float) Math.log(.6) : (float) Math.log(.25);
            logits[2] = step == 0 ? -50 : (float) Math.log(.25);
            step++;
            float[][] rows = new float[tokens.length][];
            Arrays.fill(rows, logits);
            return rows;
          }

          @Override
          public void keep(int[] rows) {
            assertThat(rows).isNotEmpty();
          }
        };

    assertThat(new BeamSearch(rules(2, 2, 0)).run(model, List.of(START)).tokens()).isEmpty();
  }

  @Test
  void suppressedTokensAreNeverChosenAndSomeNotAsTheFirst() {
    for (long seed = 0; seed < 20; seed++) {
      GenerationRules rules =
          new GenerationRules(
              List.of(START), Set.of(END), Set.of(START, 2L), Set.of(END, 1L), 6, 2, 1);
      Generated found = new BeamSearch(rules).run(new DrawnModel(seed), List.of(START));
      assertThat(found.tokens()).doesNotContain(2L, START);
      assertThat(found.tokens().getFirst()).isEqualTo(3L);
    }
  }

  @Test
  void whatIsNotANumberIsNotChosen() {
    NextTokens broken =
        new NextTokens() {
          @Override
          public float[][] after(long[][] tokens) {
            return new float[][] {{Float.NaN, Float.NaN, Float.NaN, Float.NaN, Float.NaN}};
          }

          @Override
          public void keep(int[] rows) {
            throw new AssertionError("there is nothing to go on with");
          }
        };

    assertThat(new BeamSearch(rules(4, 1, 1)).run(broken, List.of(START)).tokens()).isEmpty();
  }

  @Test
  void rulesThatCannotHoldAreRefused() {
    assertThatThrownBy(() -> new GenerationRules(List.of(), Set.of(), Set.of(), Set.of(), 5, 1, 1))
        .hasMessageContaining("a token that ends it");
    assertThatThrownBy(() -> rules(0, 1, 1)).hasMessageContaining("at least 1 token");
    assertThatThrownBy(() -> rules(1, 0, 1)).hasMessageContaining("beams are from 1");
    assertThatThrownBy(
            () -> new GenerationRules(List.of(-1L), Set.of(1L), Set.of(), Set.of(), 5, 1, 1))
        .hasMessageContaining("a token is a number from 0");
  }
}

package io.demitasse.passes.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.ops.ShapeInference;
import io.demitasse.pass.PassOptions;
import io.demitasse.testkit.Numbers;
import io.demitasse.testkit.PassRun;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The tokens that matter most go on, in their order. */
final class SelectTokensTest {

  private static PassRun selected(Map<String, ?> options, Model model) {
    return Towers.run(SelectTokens.class, options, model);
  }

  @ParameterizedTest
  @EnumSource(TokenScore.class)
  void asManyStayAsPromised(TokenScore score) {
    PassRun run =
        selected(
            Map.of(
                "ratio", .25, "block", 2, "score", score.name().toLowerCase(java.util.Locale.ROOT)),
            Towers.classifier());

    assertThat(Towers.counts(run.after())).containsExactly(65L, 17L, 17L, 17L);
    assertThat(ShapeInference.proved(run.after()).gaps()).isEmpty();
    Tensor both = Towers.pictures(2, 6);
    double[] together = Towers.seen(run.after(), both).get("logits").toDoubles();
    double[] apart =
        Stream.of(0, 1)
            .map(index -> Towers.seen(run.after(), Towers.picture(both, index)).get("logits"))
            .flatMapToDouble(logits -> Arrays.stream(logits.toDoubles()))
            .toArray();
    assertThat(Towers.distance(together, apart)).isLessThan(1e-4);
  }

  @Test
  void whereAllStayNothingChanges() {
    selected(Map.of("ratio", 1), Towers.classifier()).refuses("none of its tokens is to go");
  }

  /** Nothing is read of the others behind the last block, so that dropping them changes nothing. */
  @Test
  void theClassIsTheSameWhereOthersAreDroppedAtTheEnd() {
    PassRun run = selected(Map.of("ratio", .3, "end", true), Towers.classifier());

    assertThat(run.changes()).hasSize(1);
    Tensor pictures = Towers.pictures(2, 5);
    Numbers.assertClose(
        Towers.seen(run.before(), pictures), Towers.seen(run.after(), pictures), 1e-6);
  }

  /** With no block behind it that would change them, all tokens are what they were. */
  @Test
  void restoredTokensStandWhereTheyStood() {
    Model model = Towers.giving(Op.IDENTITY);
    Towers.idle(model, 1);

    PassRun run = selected(Map.of("ratio", .3, "block", 2, "restore", true), model);

    Tensor pictures = Towers.pictures(2, 9);
    Numbers.assertClose(Towers.seen(model, pictures), Towers.seen(run.after(), pictures), 1e-6);
  }

  /** What is picked is a part of what there was, in the same order. */
  @ParameterizedTest
  @CsvSource({"norm", "attention", "diversity"})
  void whatStaysStaysAsItIs(String score) {
    Model model = Towers.classifier();
    PassRun run = selected(Map.of("count", 9, "block", 1, "score", score), model);
    Model before = Towers.alsoGiving(model, "layers.0.attention.sum");
    Value tokens =
        run.after().graph().values().stream()
            .filter(value -> value.name().startsWith("select_tokens"))
            .filter(value -> value.name().endsWith(".tokens"))
            .findFirst()
            .orElseThrow();
    Model after = Towers.alsoGiving(run.after(), tokens.name());
    Tensor pictures = Towers.pictures(1, 7);

    float[] all = Towers.seen(before, pictures).get("layers.0.attention.sum").toFloats();
    Tensor few = Towers.seen(after, pictures).get(tokens.name());

    assertThat(few.sizes()).containsExactly(1, 10, 32);
    int place = -1;
    for (int token = 0; token < 10; token++) {
      float[] vector = Arrays.copyOfRange(few.toFloats(), token * 32, token * 32 + 32);
      int next = Towers.find(vector, all);
      assertThat(next).isGreaterThan(place);
      place = next;
    }
    assertThat(Towers.find(Arrays.copyOf(few.toFloats(), 32), all)).isZero();
  }

  /** Of patches of two kinds one of each is enough to know both. */
  @Test
  void diversityTakesOneOfEachKind() {
    Model model = Towers.withoutPositions(Towers.classifier());
    PassRun run = selected(Map.of("count", 2, "block", 1, "score", "diversity"), model);
    Value tokens =
        run.after().graph().values().stream()
            .filter(value -> value.name().endsWith(".tokens"))
            .findFirst()
            .orElseThrow();

    float[] few =
        Towers.seen(Towers.alsoGiving(run.after(), tokens.name()), Towers.twoKinds())
            .get(tokens.name())
            .toFloats();

    float[] one = Arrays.copyOfRange(few, 32, 64);
    float[] other = Arrays.copyOfRange(few, 64, 96);
    assertThat(one).isNotEqualTo(other);
    assertThat(
            Towers.distance(
                Stream.of(one).flatMapToDouble(Towers::doubles).toArray(),
                Stream.of(other).flatMapToDouble(Towers::doubles).toArray()))
        .isGreaterThan(.01);
  }

  @Test
  void whatIsGivenForEachTokenIsNotTakenAway() {
    selected(Map.of(), Towers.giving(Op.IDENTITY))
        .refuses(
            "the number of tokens cannot change in front of it: output 'given' tells something of"
                + " each token");
  }

  @Test
  void blocksThatAreNotThereAreTold() {
    selected(Map.of("block", 5), Towers.classifier()).refuses("it has 4 blocks, and block is 5");
  }

  @ParameterizedTest
  @CsvSource({"ratio,0", "ratio,2", "count,-1", "block,-1", "kept,-2", "score,color"})
  void badOptionsAreRefused(String option, String value) {
    assertThatThrownBy(() -> PassOptions.of(SelectTokens.class, Map.of(option, value)))
        .hasMessageContaining(option);
  }

  @Test
  void optionsThatContradictEachOtherAreRefused() {
    assertThatThrownBy(
            () -> PassOptions.of(SelectTokens.class, Map.of("end", true, "restore", true)))
        .hasMessageContaining("end goes with neither");
    assertThatThrownBy(() -> PassOptions.of(SelectTokens.class, Map.of("kept", 0)))
        .hasMessageContaining("kept must be at least 1");
  }
}

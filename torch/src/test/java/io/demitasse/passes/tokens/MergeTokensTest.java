package io.demitasse.passes.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ops.Op;
import io.demitasse.ops.ShapeInference;
import io.demitasse.pass.PassOptions;
import io.demitasse.pipeline.Change;
import io.demitasse.testkit.Numbers;
import io.demitasse.testkit.PassRun;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that are alike are merged, and what reads them goes on as before. */
final class MergeTokensTest {

  private static PassRun merged(Map<String, ?> options, Model model) {
    return Towers.run(MergeTokens.class, options, model);
  }

  private static Model averaging() {
    return Towers.giving(Op.REDUCE_MEAN, 1);
  }

  private static Model givingAll() {
    return Towers.giving(Op.IDENTITY);
  }

  @Test
  void asManyAreLeftAsPromised() {
    PassRun run = merged(Map.of("ratio", .5), Towers.classifier());

    assertThat(Towers.counts(run.after())).containsExactly(57L, 49L, 41L, 33L);
    assertThat(run.changes())
        .extracting(Change::text)
        .contains("8 of its 65 tokens go into others", "counts tokens by their sizes");
    assertThat(ShapeInference.proved(run.after()).gaps()).isEmpty();
  }

  @Test
  void asManyGoOfEachBlockAsAreAskedFor() {
    PassRun run = merged(Map.of("per-block", 5, "blocks", List.of("2-3")), Towers.classifier());

    assertThat(Towers.counts(run.after())).containsExactly(65L, 60L, 55L, 55L);
  }

  @Test
  void atMostEveryOtherGoesAtOnce() {
    PassRun run = merged(Map.of("per-block", 1000), Towers.classifier());

    assertThat(Towers.counts(run.after())).containsExactly(33L, 17L, 9L, 5L);
    assertThat(Towers.seen(run.after(), Towers.pictures(1, 1)).get("logits").sizes())
        .containsExactly(1, 10);
  }

  @Test
  void whereAllStayNothingChanges() {
    merged(Map.of("ratio", 1), Towers.classifier()).refuses("none of its tokens is to go");
  }

  /** The merged token counts as all that it stands for, so that nobody sees a difference. */
  @ParameterizedTest
  @CsvSource({"keys,.75", "keys,.3", "features,.5"})
  void equalTokensAreOne(String by, double ratio) {
    Model model = Towers.withoutPositions(Towers.classifier());

    PassRun run = merged(Map.of("ratio", ratio, "by", by), model);

    Tensor pictures = Towers.plain(2);
    Numbers.assertClose(
        Towers.seen(run.before(), pictures), Towers.seen(run.after(), pictures), 1e-4);
  }

  @Test
  void withoutSizesEqualTokensCountForLess() {
    Model model = Towers.withoutPositions(Towers.classifier());

    PassRun run = merged(Map.of("ratio", .3, "proportional", false), model);

    Tensor pictures = Towers.plain(1);
    double[] before = Towers.seen(model, pictures).get("logits").toDoubles();
    double[] after = Towers.seen(run.after(), pictures).get("logits").toDoubles();
    assertThat(Towers.distance(before, after)).isGreaterThan(1e-3);
  }

  /** Patches of two kinds, which have to find their own kind wherever they stand. */
  @Test
  void eachKindGoesIntoItsOwn() {
    Model model = Towers.withoutPositions(givingAll());
    Tensor board = Towers.twoKinds();

    PassRun run = merged(Map.of("ratio", .4, "restore", true), model);

    Numbers.assertClose(Towers.seen(model, board), Towers.seen(run.after(), board), 1e-4);
  }

  @Test
  void aBatchIsWhatItsPicturesAre() {
    PassRun run = merged(Map.of("ratio", .5), Towers.classifier());
    Tensor both = Towers.pictures(2, 4);

    double[] together = Towers.seen(run.after(), both).get("logits").toDoubles();

    double[] apart =
        Stream.of(0, 1)
            .map(index -> Towers.seen(run.after(), Towers.picture(both, index)).get("logits"))
            .flatMapToDouble(logits -> Arrays.stream(logits.toDoubles()))
            .toArray();
    assertThat(Towers.distance(together, apart)).isLessThan(1e-4);
  }

  @Test
  void aMeanCountsEachTokenByItsSize() {
    Model model = Towers.withoutPositions(averaging());
    Tensor board = Towers.twoKinds();

    PassRun run = merged(Map.of("ratio", .4), model);

    assertThat(run.changes()).extracting(Change::text).contains("weighs tokens by their sizes");
    Numbers.assertClose(Towers.seen(model, board), Towers.seen(run.after(), board), 1e-4);
  }

  @Test
  void whatIsGivenForEachTokenIsNotTakenAway() {
    merged(Map.of(), givingAll())
        .refuses(
            "the number of tokens cannot change in front of it: output 'given' tells something of"
                + " each token");
  }

  @ParameterizedTest
  @ValueSource(doubles = {.8, .5, .2})
  void restoredTokensAreInTheirPlaces(double ratio) {
    Model model = givingAll();

    PassRun run = merged(Map.of("ratio", ratio, "restore", true), model);

    Tensor seen = Towers.seen(run.after(), Towers.pictures(2, 8)).get("given");
    assertThat(seen.sizes()).containsExactly(2, Towers.TOKENS, 32);
    double[] mean =
        Towers.seen(merged(Map.of("ratio", ratio), averaging()).after(), Towers.pictures(2, 8))
            .get("given")
            .toDoubles();
    // The mean over places is the mean weighted by sizes.
    assertThat(Towers.distance(Towers.meanOfTokens(seen), mean)).isLessThan(1e-4);
  }

  @Test
  void theTowerOfPicturesIsShortenedAndThatOfTextsIsLeftAlone() {
    Map<String, Model> parts = Towers.clip().parts();

    PassRun vision = merged(Map.of("ratio", .5), parts.get("vision"));

    assertThat(Towers.counts(vision.after())).containsExactly(55L, 44L, 33L);
    assertThat(Towers.seen(vision.after(), Towers.pictures(3, 2)).get("image_embeds").sizes())
        .containsExactly(3, 16);
    merged(Map.of("ratio", .5), parts.get("text"))
        .refuses("no attention is found over tokens whose number is the same in every run");
  }

  @Test
  void whatTellsTokensApartInEveryBlockIsTold() {
    Model model = Towers.classifier();
    Towers.addToScores(model);

    PassRun run = merged(Map.of(), model);

    run.refuses("the number of tokens cannot change in front of it: 'relative' tells tokens apart");
  }

  @Test
  void bakedNumbersOfTokensFollow() {
    Model model = Towers.classifier();
    Towers.bakeTokens(model);

    PassRun run = merged(Map.of("ratio", .5), model);

    assertThat(run.changes()).extracting(Change::text).contains("gives 41 tokens");
    Numbers.assertClose(
        Towers.seen(
            merged(Map.of("ratio", .5), Towers.classifier()).after(), Towers.pictures(2, 3)),
        Towers.seen(run.after(), Towers.pictures(2, 3)),
        1e-5);
  }

  @ParameterizedTest
  @CsvSource({"ratio,0", "ratio,1.5", "per-block,-1", "kept,-1", "blocks,0-3", "blocks,x"})
  void badOptionsAreRefused(String option, String value) {
    assertThatThrownBy(() -> PassOptions.of(MergeTokens.class, Map.of(option, value)))
        .hasMessageContaining(option);
  }

  /** Sums that were fused with their normalizations are taken apart where tokens get fewer. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void fusedSumsAreTakenApart(boolean restore) {
    Model model = restore ? givingAll() : Towers.classifier();
    Model fused = Towers.fused(model);
    Map<String, Object> options = Map.of("ratio", .5, "restore", restore);

    PassRun run = merged(options, fused);

    assertThat(run.after().graph().nodes())
        .filteredOn(Op.CONTRIB_SKIP_LAYER_NORMALIZATION::is)
        .hasSizeLessThan(5)
        .isNotEmpty();
    Numbers.assertClose(
        Towers.seen(merged(options, model).after(), Towers.pictures(2, 3)),
        Towers.seen(run.after(), Towers.pictures(2, 3)),
        1e-3);
  }
}

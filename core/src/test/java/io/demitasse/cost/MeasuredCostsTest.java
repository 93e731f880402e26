package io.demitasse.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.demitasse.pass.PassOptions;
import io.demitasse.passes.Catalogue;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class MeasuredCostsTest {

  private static KernelCost softmax(String shape, double low, double ratio, double high) {
    return new KernelCost(
        new Kernel("Softmax", shape, "float", "quantize-static"),
        "float beside integers",
        ratio,
        1,
        low,
        ratio,
        high,
        Instant.EPOCH);
  }

  @Test
  void exactlyWhatWasMeasuredIsTold() {
    KernelCost cost = softmax("1x8", 1.9, 2, 2.1);
    MeasuredCosts costs = new MeasuredCosts(List.of(cost));

    assertThat(costs.of(cost.kernel())).contains(cost);
    assertThat(costs.of(new Kernel("Softmax", "1x9", "float", "quantize-static"))).isEmpty();
  }

  @Test
  void whereAllShapesAgreeTheirMeanIsTold() {
    MeasuredCosts faster =
        new MeasuredCosts(List.of(softmax("1x8", .4, .5, .6), softmax("1x9", .1, .125, .2)));

    assertThat(faster.ratio("Softmax", "quantize-static").orElseThrow())
        .isCloseTo(.25, within(1e-9));
    assertThat(faster.isSlower("Softmax", "quantize-static")).isFalse();
  }

  @Test
  void whereShapesDisagreeOrNothingIsProvedTheKnownRatioHolds() {
    MeasuredCosts mixed =
        new MeasuredCosts(List.of(softmax("1x8", .4, .5, .6), softmax("1x9", 1.9, 2, 2.1)));
    MeasuredCosts undecided = new MeasuredCosts(List.of(softmax("1x8", .4, .5, 1.1)));

    for (KernelCosts costs : List.of(mixed, undecided, new MeasuredCosts(List.of()))) {
      assertThat(costs.ratio("Softmax", "quantize-static")).hasValue(3);
      assertThat(costs.isSlower("Softmax", "quantize-static")).isTrue();
      assertThat(costs.ratio("Softmax", "quantize-dynamic")).isEmpty();
    }
  }

  @Test
  void slowerAndFasterAreProvedByTheWholeInterval() {
    assertThat(softmax("1x8", 1.031, 1.1, 1.2).isSlower()).isTrue();
    assertThat(softmax("1x8", 1.03, 1.1, 1.2).isSlower()).isFalse();
    assertThat(softmax("1x8", .8, .9, .999).isFaster()).isTrue();
    assertThat(softmax("1x8", .8, .9, 1).isFaster()).isFalse();
  }

  @Test
  void whatIsNotKnownIsNotSlower() {
    assertThat(KnownCosts.INSTANCE.isSlower("MatMul", "quantize-static")).isFalse();
    assertThat(KnownCosts.INSTANCE.of(softmax("1x8", 1, 1, 1).kernel())).isEmpty();
  }

  @Test
  void theKnownFormsAreStepsThatThereAre() {
    for (KnownCosts.Form form : KnownCosts.RATIOS.keySet()) {
      String[] words = form.step().split(" ", -1);
      Map<String, Object> options =
          words.length == 1
              ? Map.of()
              : Map.of(words[1].split("=", -1)[0], words[1].split("=", -1)[1]);

      assertThat(PassOptions.of(Catalogue.find(words[0]).orElseThrow(), options)).isNotNull();
    }
  }

  @Test
  void aCostWithoutSpreadOrSenseCannotBeBuilt() {
    assertThatIllegalArgumentException().isThrownBy(() -> softmax("1x8", 2, 1, 3));
    assertThatIllegalArgumentException().isThrownBy(() -> softmax("1x8", .5, 0, 3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> softmax("1x8", .5, 1, Double.POSITIVE_INFINITY));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Kernel("Mat\tMul", "1", "float", "float"));
  }
}

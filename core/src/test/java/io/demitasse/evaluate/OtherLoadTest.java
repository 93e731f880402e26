package io.demitasse.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class OtherLoadTest {

  @Test
  void whatOthersUseIsToldAndWhatThisProcessUsesIsNot() {
    OtherLoad alone = new OtherLoad();
    alone.add(4.1, 4, 2);
    assertThat(alone.remark()).isEmpty();

    OtherLoad beside = new OtherLoad();
    beside.add(4, 2.5, 2);
    assertThat(beside.remark())
        .hasValueSatisfying(
            remark ->
                assertThat(remark)
                    .startsWith("other processes are using this machine (0.8 of ")
                    .endsWith(
                        "; results may differ: rerun when it is quiet, or give --timing 1000"));
  }

  @Test
  void aMomentTellsNothing() {
    OtherLoad load = new OtherLoad();
    load.add(.4, 0, .1);
    assertThat(load.remark()).isEmpty();
    load.add(0, 0, 4);
    assertThat(load.remark()).isEmpty();
    load.add(2, 0, .5);
    assertThat(load.remark()).isPresent();
  }

  @Test
  void othersDisturbWhereTheyLeaveFewerProcessorsThanThreads() {
    OtherLoad quiet = new OtherLoad();
    quiet.add(1.1, 1, 1);
    assertThat(quiet.leavesTooFew(10_000)).isFalse();

    OtherLoad beside = new OtherLoad();
    beside.add(1.5, 1, 1);
    assertThat(beside.leavesTooFew(10_000)).isTrue();
    assertThat(beside.leavesTooFew(0)).isFalse();
  }

  @Test
  void readsTheCountsOfTheSystem() {
    assertThat(OtherLoad.busy("cpu  100 20 30 900 50 6 7 8 0 0")).isCloseTo(1.71, within(1e-9));
    assertThat(OtherLoad.busy("cpu  100 20 30 900")).isZero();
  }

  @Test
  void theResultOfTheWorkIsHandedOn() {
    assertThat(new OtherLoad().during(() -> "done")).isEqualTo("done");
  }
}

package io.demitasse.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.RemovedUnits;
import io.demitasse.ir.RemovedUnits.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RemovedGroupTest {

  private static RemovedUnits step(String group, int units, List<Integer> gone, Double... harms) {
    return new RemovedUnits("model", group, Kind.CHANNEL, 1, units, gone, List.of(harms));
  }

  @Test
  void unitsOfSeveralStepsAreCountedAsInTheOriginal() {
    List<RemovedGroup> groups =
        RemovedGroup.of(
            List.of(
                step("a", 5, List.of(0, 2), .1, .2, .3, .4, .5),
                step("b", 2, List.of(1), 1.0, .5),
                step("a", 3, List.of(1), .61, .7123, .8)));

    assertThat(groups).hasSize(2);
    assertThat(groups.getFirst().units()).isEqualTo(5);
    assertThat(groups.getFirst().kept()).isEqualTo(2);
    assertThat(groups.getFirst().removed()).containsExactly(0, 2, 3);
    assertThat(groups.getFirst().importance()).containsExactly(.1, .61, .3, .712, .8);
  }

  @Test
  void aStepThatDoesNotKnowImportanceLeavesNone() {
    List<RemovedGroup> groups =
        RemovedGroup.of(List.of(step("a", 3, List.of(0), .1, .2, .3), step("a", 2, List.of(1))));

    assertThat(groups.getFirst().removed()).containsExactly(0, 2);
    assertThat(groups.getFirst().importance()).isEmpty();
  }

  @Test
  void anotherGroupOfTheSameNameBeginsAnew() {
    List<RemovedGroup> groups =
        RemovedGroup.of(List.of(step("a", 5, List.of(0)), step("a", 7, List.of(6))));

    assertThat(groups).extracting(RemovedGroup::units).containsExactly(5, 7);
  }
}

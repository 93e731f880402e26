package io.demitasse.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.data.Division.Member;
import io.demitasse.data.Division.Terms;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Folds of samples that judge what they have calibrated. */
class FoldTest {
  private static final Terms MANY_NEEDED = new Terms(false, 0, Map.of("score", 1_000));

  @Test
  void foldsAreDisjointAndCoverAllThatJudges() {
    Division division = Division.of(members(60), MANY_NEEDED);

    List<Fold> folds = division.folds();

    assertThat(division.calibratesOnJudges()).isTrue();
    assertThat(folds).hasSize(5);
    assertThat(folds.stream().flatMap(fold -> fold.judge().stream()))
        .containsExactlyInAnyOrderElementsOf(division.of(Split.JUDGE));
    for (Fold fold : folds) {
      Set<Integer> rest = new HashSet<>(division.of(Split.CALIBRATE));
      rest.removeAll(fold.judge());
      assertThat(fold.calibrate()).containsExactlyInAnyOrderElementsOf(rest);
    }
  }

  @Test
  void equalSamplesAreInOneFold() {
    List<Member> members = new ArrayList<>(members(30));
    members.addAll(members(30));

    for (Fold fold : Division.of(members, MANY_NEEDED).folds()) {
      assertThat(keys(members, fold.judge()))
          .doesNotContainAnyElementsOf(keys(members, fold.calibrate()));
    }
  }

  @Test
  void fewSamplesMakeFewFoldsOrNone() {
    assertThat(Division.of(members(12), MANY_NEEDED).folds()).hasSize(3);
    assertThat(Division.of(members(7), MANY_NEEDED).folds()).isEmpty();
    assertThat(Division.of(members(7), MANY_NEEDED).calibratesOnJudges()).isTrue();
  }

  @Test
  void oneSampleManyTimesCannotBeFolded() {
    List<Member> members = new ArrayList<>();
    IntStream.range(0, 20).forEach(_ -> members.addAll(members(1)));

    assertThat(Division.of(members, MANY_NEEDED).folds()).isEmpty();
  }

  @Test
  void whatIsCalibratedElsewhereNeedsNone() {
    Division others = Division.of(members(60), new Terms(true, 0, Map.of("score", 1_000)));
    Division apart = Division.of(members(600), new Terms(false, 0, Map.of()));

    assertThat(others.calibratesOnJudges()).isFalse();
    assertThat(apart.calibratesOnJudges()).isFalse();
  }

  private static List<Member> members(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new Member("sample " + i, Optional.empty(), "", Map.of("score", 1)))
        .toList();
  }

  private static Set<String> keys(List<Member> members, List<Integer> places) {
    return places.stream().map(i -> members.get(i).key()).collect(Collectors.toSet());
  }
}

package io.demitasse.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.data.Division.Member;
import io.demitasse.data.Division.Terms;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who calibrates, trains, chooses and judges. */
class DivisionTest {
  private static final Terms USUAL = new Terms(false, 0, Map.of());

  @Test
  void theHashIsTheSameOnEveryMachine() {
    // SHA-256 of "abc", as FIPS 180 gives it, begins with ba7816bf 8f01cfea; 53 bits are taken.
    assertThat(Division.hash("abc")).isEqualTo((0xba7816bf8f01cfeaL >>> 11) * 0x1p-53);
    assertThat(Division.hash("grün")).isEqualTo(0.9927702184595649);
  }

  @Test
  void theMembersAreKnownBeforehand() {
    List<Member> members = open("sample ", 400);

    Division division = Division.of(members, USUAL);

    assertThat(keys(members, division, Split.JUDGE))
        .startsWith("sample 1", "sample 3", "sample 4", "sample 5", "sample 9", "sample 10");
    assertThat(keys(members, division, Split.CHOOSE))
        .startsWith("sample 0", "sample 2", "sample 6", "sample 7", "sample 8", "sample 11");
    assertThat(keys(members, division, Split.CALIBRATE))
        .startsWith("sample 21", "sample 30", "sample 32", "sample 37", "sample 50", "sample 60");
    assertThat(division.of(Split.TRAIN)).isEmpty();
    assertThat(division.shared()).isEmpty();
  }

  @Test
  void everySampleIsForOneThing() {
    Division division = Division.of(open("sample ", 1000), new Terms(false, .2, Map.of()));

    Set<Integer> seen = new HashSet<>();
    for (Split split : Split.values()) {
      division.of(split).forEach(i -> assertThat(seen.add(i)).isTrue());
    }
    assertThat(seen).hasSize(1000);
    assertThat(division.of(Split.JUDGE)).hasSizeBetween(400, 500);
    assertThat(division.of(Split.CHOOSE)).hasSizeBetween(200, 300);
    assertThat(division.of(Split.TRAIN)).hasSizeBetween(150, 250);
    assertThat(division.of(Split.CALIBRATE)).hasSizeBetween(70, 130);
  }

  @Test
  void neitherOrderNorFurtherSamplesMoveAny() {
    List<Member> few = open("sample ", 400);
    List<Member> many = new ArrayList<>(few);
    many.addAll(open("another ", 300));
    Collections.shuffle(many, new Random(1));

    Division before = Division.of(few, USUAL);
    Division after = Division.of(many, USUAL);

    for (Split split : Split.values()) {
      assertThat(keys(many, after, split)).containsAll(keys(few, before, split));
    }
  }

  @Test
  void trainingTakesNothingFromThoseWhoJudgeAndCalibrate() {
    List<Member> members = open("sample ", 1000);
    Division without = Division.of(members, USUAL);
    Division with = Division.of(members, new Terms(false, .3, Map.of()));

    assertThat(with.of(Split.JUDGE)).isEqualTo(without.of(Split.JUDGE));
    assertThat(with.of(Split.CALIBRATE)).isEqualTo(without.of(Split.CALIBRATE));
    assertThat(without.of(Split.CHOOSE)).containsAll(with.of(Split.CHOOSE));
    assertThatThrownBy(() -> new Terms(false, .5, Map.of())).hasMessageContaining("from 0 to 0.4");
  }

  @Test
  void equalTextsStayTogether() {
    List<Member> members = new ArrayList<>(open("sample ", 400));
    members.addAll(open("sample ", 400));

    Division division = Division.of(members, USUAL);

    assertThat(keys(members, division, Split.JUDGE))
        .doesNotContainAnyElementsOf(keys(members, division, Split.CHOOSE));
  }

  @Test
  void aTextIsItselfWhereverItStands() {
    assertThat(Division.key(new Sample.Text("line 7", "a cup"))).isEqualTo("a cup");
    assertThat(Division.key(new Sample.File("cups/a.png", java.nio.file.Path.of("a.png"))))
        .isEqualTo("cups/a.png");
  }

  @Test
  void tooFewAreSharedAndToldOf() {
    Division division = Division.of(open("sample ", 50), USUAL);

    List<Integer> all = IntStream.range(0, 50).boxed().toList();
    assertThat(division.isShared()).isTrue();
    assertThat(division.of(Split.CHOOSE)).isEqualTo(all);
    assertThat(division.of(Split.JUDGE)).isEqualTo(all);
    assertThat(division.of(Split.CALIBRATE)).isEqualTo(all);
    assertThat(division.shared()).hasSize(1);
    assertThat(division.shared().getFirst())
        .startsWith("judged on those it was chosen by: divided, ")
        .endsWith(" values of things would be left to choose and to judge by, and each needs 30");
  }

  @Test
  void whatIsScoredApartNeedsEnoughOfItsOwn() {
    List<Member> members = new ArrayList<>(open("sample ", 400));
    IntStream.range(0, 5)
        .mapToObj(i -> new Member("page " + i, Optional.empty(), "", Map.of("row", 10)))
        .forEach(members::add);

    Division division = Division.of(members, USUAL);

    assertThat(division.isShared()).isTrue();
    assertThat(division.shared().getFirst()).contains(" values of row would be left to choose");
  }

  @Test
  void aMetricMayNeedMore() {
    List<Member> members = open("sample ", 400);
    Terms modest = new Terms(false, 0, Map.of("things", 165));
    Terms demanding = new Terms(false, 0, Map.of("things", 166));

    assertThat(Division.of(members, modest).isShared()).isFalse();
    assertThat(Division.of(members, demanding).isShared()).isTrue();
    assertThat(Division.of(members, demanding).shared())
        .containsExactly(
            "judged on those it was chosen by: divided, 189 and 165 values of things would be left"
                + " to choose and to judge by, and each needs 166");
  }

  @Test
  void fewToCalibrateAreHelpedByThoseWhoChoose() {
    List<Member> members = open("sample ", 200);

    Division division = Division.of(members, USUAL);

    assertThat(division.isShared()).isFalse();
    assertThat(division.of(Split.CALIBRATE)).containsAll(division.of(Split.CHOOSE));
    assertThat(division.of(Split.CALIBRATE)).doesNotContainAnyElementsOf(division.of(Split.JUDGE));
    assertThat(division.shared())
        .singleElement()
        .asString()
        .contains("calibrated on those it was chosen by as well", "alone are fewer than 32");
  }

  @Test
  void whereThereAreOthersToCalibrateOnNoneIsSetAside() {
    Division division = Division.of(open("sample ", 400), new Terms(true, 0, Map.of()));

    assertThat(division.of(Split.CALIBRATE)).isEmpty();
    assertThat(division.of(Split.CHOOSE).size() + division.of(Split.JUDGE).size()).isEqualTo(400);
    assertThat(division.shared()).isEmpty();
  }

  @Test
  void groupsAreOnBothSides() {
    List<Member> members =
        IntStream.range(0, 900)
            .mapToObj(
                i ->
                    new Member(
                        "picture " + i, Optional.empty(), "class " + i / 3, Map.of("pictures", 1)))
            .toList();

    Division division = Division.of(members, new Terms(true, 0, Map.of()));

    assertThat(groups(members, division, Split.CHOOSE)).hasSize(300);
    assertThat(groups(members, division, Split.JUDGE)).hasSize(300);
    assertThat(division.of(Split.CHOOSE)).doesNotContainAnyElementsOf(division.of(Split.JUDGE));
  }

  @Test
  void whatTheDataSayHolds() {
    Division division =
        Division.of(
            declared(Split.CALIBRATE, Split.TRAIN, Split.CHOOSE, Split.JUDGE, Split.JUDGE), USUAL);

    assertThat(division.of(Split.CALIBRATE)).containsExactly(0);
    assertThat(division.of(Split.TRAIN)).containsExactly(1);
    assertThat(division.of(Split.CHOOSE)).containsExactly(2);
    assertThat(division.of(Split.JUDGE)).containsExactly(3, 4);
    assertThat(division.shared()).isEmpty();
  }

  @Test
  void whatIsToTrainOnChoosesAndCalibratesWhileNothingTrains() {
    List<Member> members = new ArrayList<>();
    IntStream.range(0, 400).mapToObj(i -> named("a" + i, Split.TRAIN)).forEach(members::add);
    IntStream.range(0, 60).mapToObj(i -> named("b" + i, Split.JUDGE)).forEach(members::add);

    Division division = Division.of(members, USUAL);

    assertThat(division.of(Split.JUDGE)).hasSize(60).allMatch(i -> i >= 400);
    assertThat(division.of(Split.TRAIN)).isEmpty();
    assertThat(division.of(Split.CHOOSE).size() + division.of(Split.CALIBRATE).size())
        .isEqualTo(400);
    assertThat(division.of(Split.CALIBRATE)).hasSizeBetween(50, 100);
  }

  @Test
  void whatIsToTrainOnIsTrainedOnForTheMostPart() {
    List<Member> members = new ArrayList<>();
    IntStream.range(0, 2000).mapToObj(i -> named("a" + i, Split.TRAIN)).forEach(members::add);
    IntStream.range(0, 60).mapToObj(i -> named("b" + i, Split.JUDGE)).forEach(members::add);

    Division division = Division.of(members, new Terms(false, .3, Map.of()));

    assertThat(division.of(Split.TRAIN)).hasSizeBetween(1400, 1600).allMatch(i -> i < 2000);
    assertThat(division.of(Split.CHOOSE)).hasSizeBetween(250, 350);
    assertThat(division.of(Split.CALIBRATE)).hasSizeBetween(150, 250);
    assertThat(division.of(Split.JUDGE)).hasSize(60).allMatch(i -> i >= 2000);
  }

  @Test
  void samplesToJudgeByAreNeverTakenFromThoseToTrainOn() {
    List<Member> members = new ArrayList<>();
    IntStream.range(0, 300).mapToObj(i -> named("a" + i, Split.TRAIN)).forEach(members::add);
    IntStream.range(0, 300).mapToObj(i -> named("b" + i, Split.CHOOSE)).forEach(members::add);

    Division division = Division.of(members, USUAL);

    assertThat(division.of(Split.JUDGE)).isNotEmpty().allMatch(i -> i >= 300);
    assertThat(division.of(Split.CHOOSE)).isNotEmpty().allMatch(i -> i >= 300);
    assertThat(division.of(Split.CALIBRATE)).hasSize(300).allMatch(i -> i < 300);
  }

  @Test
  void whatTheDataLeaveOpenServesWhatTheyDoNotName() {
    List<Member> members = new ArrayList<>(open("sample ", 400));
    members.add(named("test", Split.JUDGE));

    Division division = Division.of(members, USUAL);

    assertThat(division.of(Split.JUDGE)).containsExactly(400);
    assertThat(division.of(Split.CHOOSE).size() + division.of(Split.CALIBRATE).size())
        .isEqualTo(400);
  }

  @Test
  void nothingThatScoresIsLeftWithoutSamples() {
    for (int i = 0; i < 50; i++) {
      List<Member> members = List.of(named("train " + i, Split.TRAIN), named("test", Split.JUDGE));

      Division division = Division.of(members, USUAL);

      assertThat(division.of(Split.CHOOSE)).containsExactly(0);
      assertThat(division.of(Split.CALIBRATE)).containsExactly(0);
      assertThat(division.of(Split.JUDGE)).containsExactly(1);
    }
  }

  private static List<Member> open(String name, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new Member(name + i, Optional.empty(), "", Map.of("things", 1)))
        .toList();
  }

  private static Member named(String key, Split split) {
    return new Member(key, Optional.of(split), "", Map.of("things", 1));
  }

  private static List<Member> declared(Split... splits) {
    return IntStream.range(0, splits.length)
        .mapToObj(i -> named(String.valueOf(i), splits[i]))
        .toList();
  }

  private static List<String> keys(List<Member> members, Division division, Split split) {
    return division.of(split).stream().map(i -> members.get(i).key()).toList();
  }

  private static Set<String> groups(List<Member> members, Division division, Split split) {
    Function<Integer, String> group = i -> members.get(i).group();
    return division.of(split).stream().map(group).collect(Collectors.toSet());
  }
}

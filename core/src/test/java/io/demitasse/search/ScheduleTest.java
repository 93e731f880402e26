package io.demitasse.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.error.Cancellation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What fits into a time, by a clock that stands still unless somebody works. */
final class ScheduleTest {
  private static final List<String> SMALL = List.of("small");
  private static final List<String> LARGE = List.of("large");

  private long now = 100;

  private Schedule schedule(int seconds) {
    return new Schedule(Duration.ofSeconds(seconds), () -> now, () -> false);
  }

  private void pass(int seconds) {
    now += Duration.ofSeconds(seconds).toNanos();
  }

  /** Works in steps of a second, each of which may be the last. */
  private Optional<String> work(Schedule schedule, List<String> parts, int seconds) {
    return schedule.spend(
        parts,
        () -> {
          for (int i = 0; i < seconds; i++) {
            pass(1);
            Cancellation.check();
          }
          return "done";
        });
  }

  @Test
  void withoutALimitEverythingIsDone() {
    Schedule schedule = new Schedule(null, () -> now, () -> false);
    pass(1_000_000);

    assertThat(work(schedule, SMALL, 1_000)).contains("done");
  }

  @Test
  void theFirstIsThoughtToTakeWhatCameBeforeIt() {
    Schedule enough = schedule(40);
    pass(10);
    assertThat(work(enough, SMALL, 5)).contains("done");

    Schedule less = schedule(39);
    pass(10);
    assertThat(work(less, SMALL, 5)).isEmpty();
    assertThat(less.elapsed()).as("it was not begun").hasSeconds(10);
  }

  /** Learning for 60 s, and measuring for 2. */
  private Optional<String> learn(Schedule schedule) {
    return schedule.spend(
        SMALL,
        () -> {
          schedule.apart(
              () -> {
                pass(60);
                return "learned";
              });
          pass(2);
          Cancellation.check();
          return "done";
        });
  }

  @Test
  void whatIsLearnedTellsNothingOfHowLongMeasuringTakes() {
    Schedule schedule = schedule(100);

    assertThat(learn(schedule)).contains("done");
    assertThat(work(schedule, LARGE, 10))
        .as("62 s would not have left room for it")
        .contains("done");
  }

  @Test
  void learningLeavesTimeToMeasureWhatWasLearnedAndTheResult() {
    Schedule schedule = schedule(100);
    assertThat(schedule.timeToLearn()).contains(Duration.ofSeconds(100));
    work(schedule, SMALL, 10);

    assertThat(schedule.timeToLearn()).contains(Duration.ofSeconds(100 - 10 - 3 * 10));
    pass(80);
    assertThat(schedule.timeToLearn()).contains(Duration.ZERO);
    assertThat(Schedule.unlimited().timeToLearn()).isEmpty();
  }

  @Test
  void timeIsKeptToMeasureTheResult() {
    Schedule schedule = schedule(20);
    assertThat(work(schedule, SMALL, 5)).contains("done");
    assertThat(work(schedule, SMALL, 5)).contains("done");

    assertThat(work(schedule, SMALL, 5)).as("10 of 20 are for the result").isEmpty();
    assertThat(schedule.elapsed()).hasSeconds(10);
  }

  @Test
  void timeIsKeptToMeasureEachOfSeveralResults() {
    Schedule schedule = schedule(25);
    schedule.results(2);
    assertThat(work(schedule, SMALL, 5)).contains("done");

    assertThat(work(schedule, SMALL, 5)).as("20 of 25 are for the results").isEmpty();
  }

  @Test
  void whatTakesLongerThanItWasThoughtToIsEnded() {
    Schedule schedule = schedule(30);
    pass(1);

    assertThat(work(schedule, SMALL, 1_000)).isEmpty();
    assertThat(schedule.elapsed())
        .as("measuring what takes 10 s to try takes 20 more")
        .isBetween(Duration.ofSeconds(9), Duration.ofSeconds(12));
  }

  @Test
  void whatAPartTakesIsToldByThePart() {
    Schedule schedule = schedule(40);
    work(schedule, LARGE, 10);
    work(schedule, SMALL, 1);

    assertThat(work(schedule, LARGE, 10)).isEmpty();
    assertThat(work(schedule, SMALL, 1)).contains("done");
  }

  @Test
  void preparingEndsWithTheFirstCandidate() {
    Schedule schedule = schedule(100);
    pass(7);
    assertThat(schedule.preparing()).hasSeconds(7);
    work(schedule, SMALL, 3);

    assertThat(schedule.preparing()).hasSeconds(7);
    assertThat(schedule.elapsed()).hasSeconds(10);
  }

  @Test
  void afterTheResultIsMeasuredAllTheRestMayBeSpent() {
    Schedule schedule = schedule(20);
    work(schedule, SMALL, 5);
    pass(5);

    assertThat(rest(schedule, 10)).contains("done");
    assertThat(rest(schedule, 1)).as("the time is up").isEmpty();
    assertThat(schedule.elapsed()).hasSeconds(21);
    pass(1);
    assertThat(rest(schedule, 1)).as("it was not begun").isEmpty();
    assertThat(schedule.elapsed()).hasSeconds(22);
  }

  @Test
  void whoEndsTheSearchDoesNotWaitForMore() {
    assertThat(rest(new Schedule(null, () -> now, () -> true), 1)).isEmpty();
  }

  private Optional<String> rest(Schedule schedule, int seconds) {
    return schedule.spendRest(
        () -> {
          for (int i = 0; i < seconds; i++) {
            pass(1);
            Cancellation.check();
          }
          return "done";
        });
  }
}

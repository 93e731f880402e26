package io.demitasse.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Steps and judgements fit into the time that there is. */
final class PaceTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private static Pace pace(int steps, int judgements, Duration time) {
    Schedule.Rate rate = new Schedule.Rate(.1, 0, Schedule.Decay.COSINE);
    return new Pace(
        new Schedule(steps, 1, rate, new Schedule.Averaging.None(), judgements, 3, time, 7));
  }

  @Test
  void whatIsFastIsJudgedAsOftenAsWished() {
    Pace pace = pace(1000, 20, Duration.ofHours(1));
    pace.judged(SECOND);
    pace.plan(10, 2 * SECOND);

    assertThat(pace.planned()).isEqualTo(1000);
    assertThat(IntStream.rangeClosed(1, 1000).filter(pace::isJudged).count()).isEqualTo(20);
  }

  /** Of 600 seconds 150 judge, which is 5 times 30; in the others 90 steps of 5 seconds fit. */
  @Test
  void judgingTakesNoMoreThanAQuarterOfTheTime() {
    Pace pace = pace(1000, 20, Duration.ofMinutes(10));
    pace.judged(30 * SECOND);
    pace.plan(10, 80 * SECOND);

    assertThat(pace.planned()).isEqualTo(90);
    assertThat(IntStream.rangeClosed(1, 90).filter(pace::isJudged))
        .containsExactly(18, 36, 54, 72, 90);
  }

  @Test
  void whatTakesLongerToJudgeThanThereIsTimeIsJudgedOnce() {
    Pace pace = pace(100, 20, Duration.ofMinutes(1));
    pace.judged(50 * SECOND);
    pace.plan(10, 55 * SECOND);

    assertThat(pace.planned()).isEqualTo(20);
    assertThat(IntStream.rangeClosed(11, 20).filter(pace::isJudged)).containsExactly(20);
  }
}

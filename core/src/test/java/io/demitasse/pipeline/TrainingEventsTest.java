package io.demitasse.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.train.Point;
import io.demitasse.train.Schedule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class TrainingEventsTest {
  private final List<Event.Learned> told = new ArrayList<>();

  private TrainingEvents learning(Duration time) {
    Schedule schedule =
        new Schedule(
            400,
            10,
            new Schedule.Rate(1e-5, 0, Schedule.Decay.NONE),
            new Schedule.Averaging.None(),
            10,
            5,
            time,
            7);
    return new TrainingEvents(
        "encoder", schedule, OptionalInt.of(3), event -> told.add((Event.Learned) event));
  }

  private static Point point(int step, double objective, double samples) {
    return new Point(step, 1e-5, Map.of(), Map.of(), objective, samples);
  }

  @Test
  void tellsWhetherNothingWasBetterBefore() {
    TrainingEvents learning = learning(Duration.ofHours(1));
    for (double objective : new double[] {Double.NaN, .5, .25, .25, .3, .1}) {
      learning.accept(point(told.size(), objective, 0));
    }

    assertThat(told.stream().map(Event.Learned::best))
        .containsExactly(false, true, true, false, false, true);
    assertThat(told).allMatch(event -> event.left().isEmpty());
    assertThat(told.getLast().candidate()).hasValue(3);
  }

  @Test
  void tellsHowLongTheRestTakesAtTheSpeedOfSoFar() {
    learning(Duration.ofHours(1)).accept(point(100, 1, 20));
    learning(Duration.ofSeconds(70)).accept(point(100, 1, 20));
    learning(Duration.ofSeconds(30)).accept(point(100, 1, 20));
    learning(Duration.ofHours(1)).accept(point(0, 1, 20));

    assertThat(told.stream().map(Event.Learned::left))
        .containsExactly(
            Optional.of(Duration.ofSeconds(150)),
            Optional.of(Duration.ofSeconds(20)),
            Optional.of(Duration.ZERO),
            Optional.empty());
  }
}
